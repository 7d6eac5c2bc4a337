#pragma once
#include <array>
#include <memory>

#include "talweg/optim/deterministic/constrained/qp.hpp"
#include "talweg/optim/deterministic/constrained/values.hpp"
#include "talweg/optim/deterministic/settings.hpp"
#include "talweg/optim/method.hpp"

namespace talweg {

/// Sequential quadratic programming for non-linear equalities, inequalities and bounds.
struct Sqp {
  double initial_curvature = 3;
  double damping = 0.3;

  static constexpr Card card{"sqp", "", "Sequential quadratic programming",
                             "x = x + a·d; d minimises g'd + ½d'Bd where the linearised constraints hold",
                             "Powell 1978, Lecture Notes in Mathematics 630; Goldfarb & Idnani 1983, Math. Prog. 27"};
  static constexpr std::array settings{
      Setting<Sqp>{"initial_curvature", &Sqp::initial_curvature, positive, "B0 is this multiple of the identity"},
      Setting<Sqp>{"damping", &Sqp::damping, Range{0, 1, true, true}, "least share of s'Bs that s'y may have"}};

  struct State {
    Point at;
    constrained::Values values;       ///< the constraints at `at`
    std::vector<double> hessian;      ///< (n, n) B
    std::vector<double> multipliers;  ///< (m)
    std::vector<double> bound_multipliers;
    std::vector<double> penalties;  ///< (m) of the merit function f + Σ penalty_i miss_i
    std::int64_t iteration = 0, updates = 0, resets = 0;
    double step_length = 0, relaxation = 0, elastic_penalty = 100;
    int trials = 0;
    bool ready = false;  ///< `values` belong to `at`
    int calm = 0;
  };
  State start(Point at, const Options& options) const;
  StepReport step(Evaluator& f, State& s) const;
};

std::shared_ptr<const MethodBase> make_method(const Sqp& settings);

}  // namespace talweg
