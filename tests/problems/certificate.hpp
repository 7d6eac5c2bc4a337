#pragma once
#include <vector>

#include "talweg/problems/problem.hpp"

namespace talweg::problems {

/// Is x a local minimum of the problem, as far as multipliers and second derivatives tell? The conditions of first
/// order, and that f does not fall by second order along any direction that the constraints leave open.
struct Certificate {
  double residual = 0;   ///< of the gradient as a combination of the active rows, against 1 + |g| + |f|
  int strict = 0;        ///< active rows that are equalities or have a multiplier that is not zero
  int active = 0;        ///< active rows
  double curvature = 0;  ///< the least of the Lagrangian along what the strict rows leave open, against the largest
  bool blocked = false;  ///< neither sense of the direction of least curvature is open: a weakly active row bars both

  bool minimum() const { return residual <= 3e-5 && (curvature >= -1e-6 || blocked); }
};

Certificate certify(const Problem& p, const std::vector<double>& point);

}  // namespace talweg::problems
