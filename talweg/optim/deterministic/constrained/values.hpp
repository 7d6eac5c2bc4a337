#pragma once
#include <span>
#include <string>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/options.hpp"

namespace talweg::constrained {

/// All constraints at one point.
struct Values {
  std::vector<double> c;     ///< (m)
  std::vector<double> rows;  ///< (m, n) the Jacobian
  bool operator==(const Values&) const = default;
};

/// Calls every constraint once, and those that one call gives together in that one. False when a value or a derivative
/// is not finite.
TALWEG_API bool evaluate(std::span<const Constraint> constraints, std::span<const double> x, Values& values);

/// "constraint disc is nan", or which derivative is; empty when all are finite.
TALWEG_API std::string name_non_finite(const Options& options, const Values& values);

/// By how much one constraint is missed: |c|, or −c where it is negative.
TALWEG_API double miss(const Constraint& constraint, double c);
/// The largest miss; NaN if any value is.
TALWEG_API double violation(std::span<const Constraint> constraints, std::span<const double> c);
/// What `Result::feasible` allows at x: 1e-8 · max(1, ||x||).
TALWEG_API double allowed_violation(std::span<const double> x);

/// Whether from one point to the next a constraint with a multiplier has lost a fifth of the length of its gradient.
/// Where steps are short, that gradient vanishes at the solution, (x² − 1)² = 0, and the multiplier grows without
/// bound: it is no evidence of a minimum.
TALWEG_API bool fading(std::span<const double> multipliers, const Values& before, const Values& now);

/// out = g − Σ multiplier_i row_i, the gradient of the Lagrangian.
TALWEG_API void lagrangian_gradient(std::span<const double> g, const Values& values,
                                    std::span<const double> multipliers, std::span<double> out);

}  // namespace talweg::constrained
