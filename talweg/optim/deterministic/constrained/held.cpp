#include "talweg/optim/deterministic/constrained/held.hpp"

#include <algorithm>

namespace talweg::constrained {

namespace {
constexpr double share_left = 0.01, near_bound = 1e-4;  ///< of the size of a variable; of the way that it is moved
}

Held::Held(std::size_t n, std::size_t m) : multipliers(m) {
  solution.x.assign(n, 0.0);
  solution.g.assign(n, 0.0);
}

std::vector<double> off_the_bounds(std::span<const double> x, std::span<const double> forces, const Bounds& box,
                                   const Journey& journey, double smallest) {
  std::vector<double> to(x.begin(), x.end());
  for (std::size_t i = 0; i < box.lower.size(); ++i) {
    // A variable that was at its bound all along has no range of its own.
    const double own = std::max(std::abs(x[i]), journey.range(i));
    const double size = own > 0 ? own : journey.longest_range(), way = share_left * size;
    if (box.lower[i] == box.upper[i] || !(way > 0) || std::abs(forces[i]) * size > smallest) continue;
    if (x[i] - box.lower[i] <= near_bound * way)
      to[i] = std::min(x[i] + way, box.upper[i]);
    else if (box.upper[i] - x[i] <= near_bound * way)
      to[i] = std::max(x[i] - way, box.lower[i]);
  }
  return std::equal(to.begin(), to.end(), x.begin()) ? std::vector<double>() : to;
}

}  // namespace talweg::constrained
