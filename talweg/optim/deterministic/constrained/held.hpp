#pragma once
#include <cmath>
#include <span>
#include <vector>

#include "talweg/optim/deterministic/constrained/journey.hpp"

namespace talweg::constrained {

/// A solution that was left to look what lies behind a bound that no force holds.
struct Held {
  Point solution;
  std::vector<double> multipliers;
  bool looked = false;

  Held() = default;
  Held(std::size_t n, std::size_t m);
  bool any() const { return !std::isnan(solution.f); }
  /// Whether it is to be returned rather than `at`, where f is no visibly lower.
  bool is_better(const Point& at, double spread) const { return any() && !(at.f <= solution.f - 1e-10 * spread); }

  template <class Self, class V> static void visit(Self& h, V&& v) {
    v(h.solution.x), v(h.solution.f), v(h.solution.g), v(h.multipliers), v(h.looked);
  }
};

/// A variable at a bound that no force holds there may be there by accident: f can fall behind it by second order
/// (HS33). x with such bounds left by 1 %; empty when there are none. `forces` (n) is the gradient of the Lagrangian,
/// 0 for free variables.
std::vector<double> off_the_bounds(std::span<const double> x, std::span<const double> forces, const Bounds& box,
                                   const Journey& journey, double smallest);

}  // namespace talweg::constrained
