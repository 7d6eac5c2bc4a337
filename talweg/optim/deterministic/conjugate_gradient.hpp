#pragma once
#include "talweg/base/export.hpp"
#include "talweg/optim/deterministic/curvature.hpp"
#include "talweg/optim/deterministic/descent.hpp"
#include "talweg/optim/deterministic/history.hpp"
#include "talweg/optim/deterministic/settings.hpp"

namespace talweg {

/// The share β of the last direction in the next, d⁺ = −g⁺ + β d, with y = g⁺ − g.
enum class Beta { polak_ribiere, hestenes_stiefel, hager_zhang, fletcher_reeves, dai_yuan };

/// Non-linear conjugate gradients. With `memory` the gradient is preconditioned by the L-BFGS matrix of the last
/// pairs: d⁺ = −H g⁺ + β d. β and memory are what was best on the 47 MGH problems: all solved, mean evaluations 35.8
/// with pr+ and 10 pairs; 36.7 with 9 pairs and hs, 38.0 with 9 and hz; 44 to 45 with 5 pairs; without any, 63 and
/// three problems not solved. The first trial step is the minimiser −g'd / d'Bd of a model whose B is the BFGS matrix
/// of the last three pairs; without it the line search has to find the scale of each direction by itself.
struct TALWEG_API ConjugateGradient {
  Beta beta = Beta::polak_ribiere;
  int memory = usual_memory(beta);  ///< pairs of the preconditioner; 0: none
  LineSearch line_search = LineSearch::weak_wolfe;
  double decrease = 1e-4, curvature = 0.4;
  double restart = 0.2;  ///< Powell's test; 0: never

  static constexpr Card card{"cg",
                             "",
                             "conjugate gradients",
                             "d = −g + β·d; x += a·d",
                             "Hager & Zhang 2006, A survey of nonlinear conjugate gradient methods",
                             "",
                             {"many variables and little memory; quadratic functions",
                              "a few vectors of memory; n steps at most on a quadratic",
                              "more evaluations than L-BFGS; restarts where f is far from quadratic"}};
  /// In the order of Beta.
  static constexpr std::array variants{
      FormulaVariant{"pr+", "β = max(0, g⁺'y / ‖g‖²)  (Polak & Ribière 1969; Powell 1984)"},
      FormulaVariant{"hs", "β = max(0, g⁺'y / d'y)  (Hestenes & Stiefel 1952)"},
      FormulaVariant{"hz", "β = (y − 2d‖y‖²/d'y)'g⁺ / d'y ≥ 0.4·d'g / d'd  (Hager & Zhang 2005, 2006)"},
      FormulaVariant{"fr", "β = ‖g⁺‖² / ‖g‖²  (Fletcher & Reeves 1964)"},
      FormulaVariant{"dy", "β = ‖g⁺‖² / d'y  (Dai & Yuan 1999)"}};
  static constexpr std::array settings{
      Field<ConjugateGradient>{"memory", &ConjugateGradient::memory, Range{0, 200},
                               "pairs of the L-BFGS preconditioner; 0: none, as with fr and dy"},
      Field<ConjugateGradient>::choice<&ConjugateGradient::line_search>("line_search", line_search_names,
                                                                        "how the step length is found"),
      Field<ConjugateGradient>{"decrease", &ConjugateGradient::decrease, Range{0, 0.5, true, true},
                               "sufficient decrease c1"},
      Field<ConjugateGradient>{"curvature", &ConjugateGradient::curvature, Range{0, 1, true, true},
                               "slope condition c2"},
      Field<ConjugateGradient>{"restart", &ConjugateGradient::restart, non_negative,
                               "restart when |g'Hg⁺| exceeds this share of g⁺'Hg⁺ (Powell 1977); 0: never"}};
  static constexpr std::array observed{Slot{"step_length", "a"}, Slot{"trials", "evaluations in the line search"},
                                       Slot{"beta", "β of the step"}, Slot{"restarts", "directions begun anew so far"}};
  static constexpr std::int64_t default_iterations = 10'000;

  std::size_t variant() const { return static_cast<std::size_t>(beta); }
  /// Takes the memory that is usual with the variant along.
  void set_variant(std::size_t index) {
    beta = static_cast<Beta>(index);
    memory = usual_memory(beta);
  }
  /// β of fr and dy compares the gradients of two steps, which two preconditioners would spoil.
  static constexpr bool compares_gradients(Beta beta) {
    return beta == Beta::fletcher_reeves || beta == Beta::dai_yuan;
  }
  static constexpr int usual_memory(Beta beta) { return compares_gradients(beta) ? 0 : 10; }
  std::string_view contradiction() const {
    return memory > 0 && compares_gradients(beta)
               ? "memory has no meaning here: the preconditioner changes from step to step, and β of fr "
                 "and dy compares the gradients of two steps; use pr+, hs or hz"
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
  const Aim& aim(Evaluator& f, State& s) const;
  StepReport step(Evaluator& f, State& s) const;
  Observations observe(const State& s) const;
  Observations details(const State& s) const;

 private:
  Aim turn(State& s) const;
  StepReport look_again(Evaluator& f, State& s, const SearchPolicy& policy, StepReport report) const;
};

TALWEG_API std::shared_ptr<const MethodBase> make_method(const ConjugateGradient& method);

}  // namespace talweg
