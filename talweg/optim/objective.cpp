#include "talweg/optim/objective.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg {

void Bounds::project(std::span<double> x) const {
  if (empty()) return;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] < lower[i]) x[i] = lower[i];
    if (x[i] > upper[i]) x[i] = upper[i];
  }
}

double gradient_norm(std::span<const double> x, std::span<const double> g, const Bounds& bounds) {
  if (bounds.empty()) return vectors::max_norm(g);
  double norm = 0;
  bool undefined = false;  // a NaN must win over everything, infinities too: std::max would drop it
  for (std::size_t i = 0; i < g.size(); ++i) {
    const bool held = (g[i] > 0 && x[i] <= bounds.lower[i]) || (g[i] < 0 && x[i] >= bounds.upper[i]);
    if (!held) norm = std::max(norm, std::abs(g[i]));
    undefined = undefined || std::isnan(g[i]);
  }
  return undefined ? std::numeric_limits<double>::quiet_NaN() : norm;
}

}  // namespace talweg
