#pragma once
#include "talweg/optim/certificate/certify.hpp"

namespace talweg::certificate {

/// Where N is this share of what the tolerance asks for, there is nothing to polish.
inline constexpr double polished = 1e-10;

/// What rounding hides at a point, and which part of a gradient counts.
struct Precision {
  Evaluator& f;
  double noise = 0;  ///< of f, as second differences show it once a search has stalled

  /// What rounding may have moved f by: as the function tells, the noise, or one unit in the last place.
  double rounding(const Point& p) const;
  /// The same without the noise.
  double told(const Point& p) const;
  /// N within where the full step shows no fall is precision as well.
  double coarse_rounding(const Point& p) const;
  bool rises(const Point& from, const Point& to) const;
  /// f falls beyond what rounding explains, or by most of what was promised and more than a few roundings.
  bool falls(const Point& from, const Point& to, double promise) const;
  /// The gradient, 0 where a bound holds.
  std::vector<double> movable(const Point& p) const;
};

}  // namespace talweg::certificate
