#include "talweg/optim/certificate/jumps.hpp"

#include <cmath>

#include "talweg/base/random.hpp"

namespace talweg::certificate {

namespace {

constexpr double widening = 8;  ///< of the steps: a kink shows an eighth of the curvature there
constexpr double enough = 0.5;
/// A jump of the gradient along x - y shows nothing where both move alike.
constexpr int directions = 2;

}  // namespace

bool jumps_between(Evaluator& f, const Point& p, const Hessian& h) {
  const std::size_t k = h.size();
  Random random(19700601);
  Point beside;
  for (int direction = 0; direction < directions; ++direction) {
    beside.x = p.x;
    for (std::size_t i = 0; i < k; ++i) {
      const double share = random.uniform(0.5, 1), side = random.uniform(-1, 1) < 0 ? -1 : 1;
      beside.x[h.free[i]] += side * share * widening * h.steps[i];
    }
    f.bounds().project(beside.x);
    f.look(beside);
    if (!finite(beside)) return false;
    for (std::size_t i = 0; i < k; ++i) {
      double change = 0, most = 0;
      for (std::size_t j = 0; j < k; ++j) {
        const double part = h.h[i * k + j] * (beside.x[h.free[j]] - p.x[h.free[j]]);
        change += part;
        most += std::abs(part);
      }
      const double seen = beside.g[h.free[i]] - p.g[h.free[i]];
      if (std::abs(change) > enough * most && seen / change < enough) return true;
    }
  }
  return false;
}

}  // namespace talweg::certificate
