#pragma once
#include "talweg/optim/deterministic/curvature.hpp"
#include "talweg/optim/deterministic/descent.hpp"
#include "talweg/optim/deterministic/history.hpp"
#include "talweg/optim/deterministic/settings.hpp"

namespace talweg {

/// The share β of the last direction in the next, d⁺ = −g⁺ + β d, with y = g⁺ − g.
enum class Beta { hager_zhang, fletcher_reeves, polak_ribiere, hestenes_stiefel, dai_yuan };

/// Non-linear conjugate gradients. With `memory` the gradient is preconditioned by the L-BFGS matrix of the last
/// pairs: d⁺ = −H g⁺ + β d. The first trial step is the minimiser −g'd / d'Bd of a model whose B is the BFGS matrix of
/// the last three pairs; without it the line search has to find the scale of each direction by itself.
struct ConjugateGradient {
  Beta beta = Beta::hager_zhang;
  int memory = 0;  ///< pairs of the preconditioner; 0: none
  LineSearch line_search = LineSearch::weak_wolfe;
  double decrease = 1e-4, curvature = 0.4;
  double restart = 0.2;  ///< Powell's test; 0: never

  static constexpr Card card{"cg", "", "conjugate gradients", "d = −g + β·d; x += a·d",
                             "Hager & Zhang 2006, A survey of nonlinear conjugate gradient methods"};
  /// In the order of Beta.
  static constexpr std::array variants{
      FormulaVariant{"hz", "β = (y − 2d‖y‖²/d'y)'g⁺ / d'y ≥ 0.4·d'g / d'd  (Hager & Zhang 2005; 2006)"},
      FormulaVariant{"fr", "β = ‖g⁺‖² / ‖g‖²  (Fletcher & Reeves 1964)"},
      FormulaVariant{"pr+", "β = max(0, g⁺'y / ‖g‖²)  (Polak & Ribière 1969; Powell 1984)"},
      FormulaVariant{"hs", "β = max(0, g⁺'y / d'y)  (Hestenes & Stiefel 1952)"},
      FormulaVariant{"dy", "β = ‖g⁺‖² / d'y  (Dai & Yuan 1999)"}};
  static constexpr std::array settings{
      Setting<ConjugateGradient>{"memory", &ConjugateGradient::memory, Range{0, 200},
                                 "pairs of the L-BFGS preconditioner; 0: none"},
      Setting<ConjugateGradient>{"line_search", &ConjugateGradient::line_search, "how the step length is found"},
      Setting<ConjugateGradient>{"decrease", &ConjugateGradient::decrease, Range{0, 0.5, true, true},
                                 "sufficient decrease c1"},
      Setting<ConjugateGradient>{"curvature", &ConjugateGradient::curvature, Range{0, 1, true, true},
                                 "slope condition c2"},
      Setting<ConjugateGradient>{"restart", &ConjugateGradient::restart, non_negative,
                                 "restart when |g'g⁺| exceeds this share of ‖g⁺‖² (Powell 1977); 0: never"}};
  static constexpr std::array observed{Slot{"step_length", "a"}, Slot{"trials", "evaluations in the line search"},
                                       Slot{"beta", "β of the step"}, Slot{"restarts", "directions begun anew so far"}};
  static constexpr std::int64_t default_iterations = 10'000;

  std::size_t variant() const { return static_cast<std::size_t>(beta); }
  void set_variant(std::size_t index) { beta = static_cast<Beta>(index); }
  std::string_view contradiction() const {
    const bool ratio = beta == Beta::fletcher_reeves || beta == Beta::dai_yuan;
    return memory > 0 && ratio
               ? "memory has no meaning here: the preconditioner changes from step to step, and β of fr "
                 "and dy compares the gradients of two steps; use hz, pr+ or hs"
               : "";
  }

  struct State {
    Descent path;
    History pairs;
    Curvature model;
    double beta = 0;
    double size = 0;  ///< g'g, or g'Hg with a preconditioner, at the point before
    double norm = 0;  ///< ‖g‖ there
    double bend = 0;  ///< d'Bd of the direction that led here
    std::int64_t since_restart = 0, restarts = 0;
    std::vector<double> preconditioned;  ///< −Hg: working storage

    template <class Self, class V> static void visit(Self& s, V&& v) {
      Descent::visit(s.path, v);
      History::visit(s.pairs, v);
      Curvature::visit(s.model, v);
      v(s.beta), v(s.size), v(s.norm), v(s.bend), v(s.since_restart), v(s.restarts);
    }
  };
  State start(Point at) const;
  StepReport step(Evaluator& f, State& s) const;
  Observations observe(const State& s) const;
  Observations details(const State& s) const;

 private:
  Aim turn(State& s) const;
  StepReport look_again(Evaluator& f, State& s, const SearchPolicy& policy, StepReport report) const;
};

std::shared_ptr<const MethodBase> make_method(const ConjugateGradient& method);

}  // namespace talweg
