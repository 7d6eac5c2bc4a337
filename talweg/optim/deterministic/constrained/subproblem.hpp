#pragma once
#include "talweg/optim/deterministic/constrained/qp.hpp"
#include "talweg/optim/deterministic/constrained/values.hpp"

namespace talweg::constrained {

/// The quadratic model of a constrained problem at one point, solved.
struct Step {
  QpOutcome outcome = QpOutcome::solved;
  std::vector<double> d;                  ///< (n), x + d in the bounds
  std::vector<double> multipliers;        ///< (m) of the constraints as given
  std::vector<double> bound_multipliers;  ///< (n) >= 0: lower, < 0: upper
  /// The share of the violations that the linearised constraints cannot remove: 0 where they agree, 1 where no step
  /// helps.
  double relaxation = 0;
  bool elastic = false;  ///< they contradict each other
};

/// minimise g'd + ½ d'B d where the constraints, linearised at `at`, hold. Rows are brought to length one first, so
/// that the active set method compares like with like. Where the linearisations contradict each other, each may be
/// missed at a price; `multipliers` (m) are those of the last iteration.
Step solve_subproblem(const Point& at, const Values& values, std::span<const double> hessian,
                      std::span<const double> multipliers, std::span<const Constraint> constraints,
                      const Bounds& bounds);

}  // namespace talweg::constrained
