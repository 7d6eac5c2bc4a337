#include "talweg/optim/deterministic/constrained/hessian.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg::constrained {

namespace {

/// s'y below this share of s'Bs is left out: the pair shows nothing but rounding. A share of the mean curvature of B
/// instead refuses what f shows along the variables with the longest units, and the run crawls (Rosenbrock's function
/// with x in units of 1e-5: 3,782 evaluations instead of 68).
constexpr double least_curvature = 1e-16;

}  // namespace

void reset_hessian(std::span<double> b, std::size_t n, double curvature) {
  std::fill(b.begin(), b.end(), 0.0);
  for (std::size_t i = 0; i < n; ++i) b[i * n + i] = curvature;
}

bool update_hessian(std::span<double> b, std::span<const double> s, std::span<double> y, double damping, bool first,
                    std::span<double> product) {
  const std::size_t n = s.size();
  const double ss = vectors::dot(s, s);
  double sy = vectors::dot(s, y);
  if (!(ss > 0) || !std::isfinite(sy)) return false;
  if (first && sy > 0) reset_hessian(b, n, sy / ss);
  const std::span<double> bs = product;
  for (std::size_t i = 0; i < n; ++i) bs[i] = vectors::dot(b.subspan(i * n, n), s);
  const double sbs = vectors::dot(s, bs);
  if (!(sbs > 0) || sy <= least_curvature * sbs) return false;
  if (sy < damping * sbs) {
    const double share = (1 - damping) * sbs / (sbs - sy);
    for (std::size_t i = 0; i < n; ++i) y[i] = share * y[i] + (1 - share) * bs[i];
    sy = vectors::dot(s, y);
  }
  // y_i y_j alone would be 0 where f is in units of 1e170: a B that never learns.
  for (std::size_t i = 0; i < n; ++i) {
    const double by_change = y[i] / sy, by_model = bs[i] / sbs;
    for (std::size_t j = 0; j < n; ++j) b[i * n + j] += by_change * y[j] - by_model * bs[j];
  }
  return true;
}

}  // namespace talweg::constrained
