#include "talweg/optim/certificate/straight.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "talweg/optim/certificate/falls.hpp"

namespace talweg::certificate {

namespace {

/// A variable along which f is straight goes so far in units of its journey, then a tenth, and so on.
constexpr double straight_step = 10, straight_shrink = 0.1;
constexpr int straight_times = 25;

}  // namespace

std::optional<Point> fall_along_straight(Evaluator& f, const Question& question, const Hessian& h,
                                         std::span<const double> lengths) {
  const Point& at = question.at;
  for (std::size_t i = 0; i < h.size(); ++i) {
    const std::size_t j = h.free[i];
    const auto row = std::span<const double>(h.h).subspan(i * h.size(), h.size());
    if (at.g[j] == 0 || std::any_of(row.begin(), row.end(), [](double v) { return v != 0; })) continue;
    std::vector<double> d(at.x.size(), 0.0);
    d[j] = at.g[j] > 0 ? -1 : 1;
    const Bounds& box = f.bounds();
    const double room = box.empty() ? HUGE_VAL : d[j] > 0 ? box.upper[j] - at.x[j] : at.x[j] - box.lower[j];
    const double far = straight_step * std::max(lengths[j], question.journey.range(j));
    if (auto lower = Falls(f, at, lengths).along(d, std::min(room, far), straight_shrink, straight_times)) return lower;
  }
  return std::nullopt;
}

}  // namespace talweg::certificate
