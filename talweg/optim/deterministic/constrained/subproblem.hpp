#pragma once
#include "talweg/base/export.hpp"
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

/// minimise g'd + ½ d'B d where the constraints, linearised at a point, hold. Keeps its memory from one solution to the
/// next.
class TALWEG_API Subproblem {
 public:
  /// Rows are brought to length one first, so that the active set method compares like with like. Where the
  /// linearisations contradict each other, each may be missed at a price; `multipliers` (m) are those of the last
  /// iteration. The answer is good until the next call.
  const Step& solve(const Point& at, const Values& values, std::span<const double> hessian,
                    std::span<const double> multipliers, std::span<const Constraint> constraints, const Bounds& bounds);

 private:
  void normalise(const Point& at, const Values& values, std::span<const Constraint> constraints, const Bounds& bounds);
  double solve_elastic(const Point& at, std::span<const double> hessian, std::span<const double> multipliers);

  Qp qp_;
  Step step_;
  /// The constraints and bounds as the solver takes them.
  std::vector<double> rows_, c_, scale_, lower_, upper_;
  std::vector<std::uint8_t> equality_;
  /// The same with elastic variables.
  std::vector<double> wide_hessian_, wide_gradient_, wide_rows_, wide_lower_, wide_upper_;
  std::vector<std::size_t> loose_;
};

}  // namespace talweg::constrained
