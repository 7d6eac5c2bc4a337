#include "talweg/optim/deterministic/box/limits.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace talweg::box {

double longest_step(const Point& at, std::span<const double> d, const Bounds& box) {
  double longest = std::numeric_limits<double>::infinity();
  if (box.empty()) return longest;
  for (std::size_t i = 0; i < d.size(); ++i) {
    const double room = d[i] > 0 ? box.upper[i] - at.x[i] : at.x[i] - box.lower[i], size = std::abs(d[i]);
    if (room < longest * size) longest = room / size;
  }
  return std::max(longest, 1.0);
}

double active_bounds(std::span<const double> x, const Bounds& box) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < box.lower.size(); ++i) count += x[i] <= box.lower[i] || x[i] >= box.upper[i];
  return static_cast<double>(count);
}

}  // namespace talweg::box
