#pragma once
#include "talweg/base/export.hpp"
#include "talweg/optim/deterministic/descent.hpp"
#include "talweg/optim/deterministic/settings.hpp"

namespace talweg {

/// Steepest descent with a line search: the yardstick of the others. With a fixed rate it is `Sgd`.
struct TALWEG_API GradientDescent {
  LineSearch line_search = LineSearch::weak_wolfe;
  double decrease = 1e-4, curvature = 0.9;

  static constexpr Card card{
      "gd",
      "",
      "gradient descent with a line search",
      "x −= a·g, a by the line search",
      "Cauchy 1847; Nocedal & Wright 2006, Numerical Optimization, chapter 3",
      "",
      {"a lesson, or a function that bends alike in all directions",
       "nothing to tune: the line search finds the step length", "hundreds of steps in a narrow valley"}};
  static constexpr std::array settings{
      Field<GradientDescent>::choice<&GradientDescent::line_search>("line_search", line_search_names,
                                                                    "how the step length is found"),
      Field<GradientDescent>{"decrease", &GradientDescent::decrease, Range{0, 0.5, true, true},
                             "sufficient decrease c1"},
      Field<GradientDescent>{"curvature", &GradientDescent::curvature, Range{0, 1, true, true}, "slope condition c2"}};
  static constexpr std::array observed{Slot{"step_length", "a"}, Slot{"trials", "evaluations in the line search"}};
  static constexpr std::int64_t default_iterations = 10'000;

  struct State {
    Descent path;

    template <class Self, class V> static void visit(Self& s, V&& v) { Descent::visit(s.path, v); }
  };
  State start(Point at) const { return {Descent(std::move(at))}; }
  StepReport step(Evaluator& f, State& s) const;
  Observations observe(const State& s) const { return talweg::observe(s.path); }
  Observations details(const State&) const { return {}; }
};

TALWEG_API std::shared_ptr<const MethodBase> make_method(const GradientDescent& method);

}  // namespace talweg
