#include "talweg/optim/deterministic/box/search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace talweg::box {

namespace {

constexpr double margin = 0.1;    ///< an interpolated step keeps this share of the bracket from both ends
constexpr double retreat = 0.25;  ///< towards the last good step from one where f is not finite
constexpr double smallest_growth = 1.5, largest_growth = 10;  ///< of the step in one extrapolation
constexpr int patience = 12;                                  ///< non-finite trials before a lower point is good enough

double between(const Trial& low, const Trial& high) {
  const double width = high.step - low.step;
  double step = low.step + retreat * width;
  if (std::isfinite(high.value)) {
    step = cubic_minimiser(low, high);
    if (high.value > low.value) {
      const double chord = (high.value - low.value) / width;
      const double parabola = low.step + 0.5 * low.slope / (low.slope - chord) * width;
      if (std::abs(step - low.step) >= std::abs(parabola - low.step)) step += 0.5 * (parabola - step);
    }
  }
  if (!std::isfinite(step)) step = low.step + 0.5 * width;
  return std::clamp(step, low.step + margin * width, high.step - margin * width);
}

double beyond(const Trial& before, const Trial& low) {
  const double step = cubic_minimiser(before, low), furthest = largest_growth * low.step;
  return step > low.step ? std::clamp(step, smallest_growth * low.step, furthest) : furthest;
}

}  // namespace

SearchResult search(const SearchSettings& s, Ray& ray, double first, double longest) {
  const Trial& origin = ray.origin();
  Trial low = origin, before = origin, high;
  bool bracketed = false;
  double step = std::min(first, longest);
  while (ray.trials() < s.max_trials) {
    const Trial t = ray.at(step);
    if (ray.stuck() || ray.unbounded()) break;
    if (!decreases(t, origin, s.decrease)) {  // NaN too
      if (ray.not_finite() > patience && ray.lowest().value < origin.value) break;
      high = t;
      bracketed = true;
    } else if (t.slope < s.curvature * origin.slope && t.step < longest) {
      before = low;
      low = t;
    } else {
      return {SearchOutcome::found, t};
    }
    step = bracketed ? between(low, high) : std::min(beyond(before, low), longest);
    if (step == low.step || (bracketed && step == high.step)) break;
  }
  return fall_back(ray);
}

double longest_step(const Point& at, std::span<const double> d, const Bounds& box) {
  double longest = std::numeric_limits<double>::infinity();
  if (box.empty()) return longest;
  for (std::size_t i = 0; i < d.size(); ++i) {
    const double room = d[i] > 0 ? box.upper[i] - at.x[i] : at.x[i] - box.lower[i], size = std::abs(d[i]);
    if (room < longest * size) longest = room / size;
  }
  return std::max(longest, 1.0);
}

}  // namespace talweg::box
