#include "talweg/optim/deterministic/constrained/hessian.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg::constrained {

namespace {

/// s'y below this share of s's times the mean curvature of B is left out. 1e-4 keeps B from following f where it is
/// all but linear (HS64) or of higher order at the minimum (HS49): 1,000 iterations there instead of 40.
constexpr double least_curvature = 1e-8;

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
  double trace = 0;
  for (std::size_t i = 0; i < n; ++i) trace += b[i * n + i];
  if (sy < least_curvature * ss * trace / static_cast<double>(n)) return false;

  const std::span<double> bs = product;
  for (std::size_t i = 0; i < n; ++i) bs[i] = vectors::dot(b.subspan(i * n, n), s);
  const double sbs = vectors::dot(s, bs);
  if (!(sbs > 0)) return false;
  if (sy < damping * sbs) {
    const double share = (1 - damping) * sbs / (sbs - sy);
    for (std::size_t i = 0; i < n; ++i) y[i] = share * y[i] + (1 - share) * bs[i];
    sy = vectors::dot(s, y);
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) b[i * n + j] += y[i] * y[j] / sy - bs[i] * bs[j] / sbs;
  return true;
}

}  // namespace talweg::constrained
