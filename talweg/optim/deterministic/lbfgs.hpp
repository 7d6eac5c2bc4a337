#pragma once
#include "talweg/base/export.hpp"
#include "talweg/optim/deterministic/descent.hpp"
#include "talweg/optim/deterministic/history.hpp"
#include "talweg/optim/deterministic/settings.hpp"

namespace talweg {

/// Limited-memory BFGS: d = −H g, where H ≈ ∇²f⁻¹ is built from the last pairs s = x⁺ − x, y = g⁺ − g.
/// Differs from the source in four things that pay: the first step goes to where f would be 0 at the first slope,
/// within 0.9 ‖x0‖, and is shortened while it falls short of its slopes; weak Wolfe conditions; H0 from the largest
/// s'y/y'y of the last three pairs; y is weighed by the values of f (Biggs 1973). `History` and `descent.cpp` say what
/// each is worth.
struct TALWEG_API Lbfgs {
  int memory = 0;  ///< pairs kept; 0: 10, and up to 40 where n is at most 50
  LineSearch line_search = LineSearch::weak_wolfe;
  double decrease = 1e-4, curvature = 0.7;

  static constexpr Card card{
      "lbfgs",
      "",
      "L-BFGS",
      "d = −H·g, H by BFGS from the last pairs s, y; x += a·d",
      "Liu & Nocedal 1989, Math. Program. 45, 503-528",
      "",
      {"small and middling data, smooth, full batch: the first choice; matrix factorisation too (LBFGS-MF)",
       "few evaluations, no rate to choose, memory of a few vectors",
       "needs the gradient of the whole data, free of noise; finds the nearest minimum"}};
  static constexpr std::array settings{
      Field<Lbfgs>{"memory", &Lbfgs::memory, Range{0, 200}, "pairs kept; auto: 10, up to 40 when n <= 50"}
          .zero_is_auto(),
      Field<Lbfgs>::choice<&Lbfgs::line_search>("line_search", line_search_names, "how the step length is found"),
      Field<Lbfgs>{"decrease", &Lbfgs::decrease, Range{0, 0.5, true, true}, "sufficient decrease c1"},
      Field<Lbfgs>{"curvature", &Lbfgs::curvature, Range{0, 1, true, true}, "slope condition c2"}};
  static constexpr std::array observed{Slot{"step_length", "a"}, Slot{"trials", "evaluations in the line search"},
                                       Slot{"history", "pairs held"}};
  static constexpr std::int64_t default_iterations = 10'000;

  struct State {
    Descent path;
    History pairs;

    template <class Self, class V> static void visit(Self& s, V&& v) {
      Descent::visit(s.path, v);
      History::visit(s.pairs, v);
    }
  };
  State start(Point at) const;
  const Aim& aim(Evaluator& f, State& s) const;
  StepReport step(Evaluator& f, State& s) const;
  Observations observe(const State& s) const;
  Observations details(const State& s) const;
};

TALWEG_API std::shared_ptr<const MethodBase> make_method(const Lbfgs& method);

}  // namespace talweg
