#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "talweg/optim/certificate/hessian.hpp"

namespace talweg::certificate {

/// What some products with the Hessian H tell, where H is too large to be measured whole: in the metric of the
/// variables' natural lengths, on those that are free.
struct Products {
  std::int64_t count = 0;         ///< products made
  double decrement = 0;           ///< ½ g'H⁻¹g as far as conjugate gradients came: a lower bound
  double left = 1;                ///< what they left of the gradient
  std::vector<double> step;       ///< (n) −H⁻¹g, so far
  std::vector<double> rest;       ///< (n) the gradient that H foresees behind it
  double least = 0, most = 0;     ///< curvature, in that metric: the ends of the spectrum as far as they were seen
  bool least_settled = false;     ///< more products would not change `least` much
  double curvature = 0;           ///< d'Hd / d'd along the direction of `least`, in x
  std::vector<double> direction;  ///< (n) that direction
  bool finite = true;             ///< f is finite around the point

  /// Curvature within is 0 as far as differences tell.
  double doubt() const;
};

/// At most `evaluations` evaluations, counted as checks: conjugate gradients on H d = −g first (Hestenes & Stiefel
/// 1952), then Lanczos from a random start with what is left, for directions that the gradient does not see.
Products measure_products(Evaluator& f, const Point& p, std::span<const std::size_t> free,
                          std::span<const double> lengths, Differences kind, std::int64_t evaluations);

}  // namespace talweg::certificate
