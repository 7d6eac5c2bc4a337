#include "talweg/optim/certificate/lengths.hpp"

#include <algorithm>
#include <cmath>

namespace talweg::certificate {

std::vector<double> natural_lengths(const Point& p, const Journey& journey, const Bounds& box) {
  std::vector<double> lengths(p.x.size());
  double most = 0;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    lengths[i] = std::max(std::abs(p.x[i]), journey.recent_range(i));
    most = std::max(most, lengths[i]);
  }
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    if (lengths[i] > 0) continue;
    const double width = box.empty() ? HUGE_VAL : box.upper[i] - box.lower[i];
    lengths[i] = std::isfinite(width) && width > 0 ? width : most > 0 ? most : 1;
  }
  return lengths;
}

std::vector<double> present_lengths(const Point& p, std::vector<double> lengths) {
  double most = 0;
  for (const double x : p.x) most = std::max(most, std::abs(x));
  for (double& v : lengths) v = std::min(v, most);
  return lengths;
}

}  // namespace talweg::certificate
