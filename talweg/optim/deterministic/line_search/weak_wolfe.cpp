#include <algorithm>
#include <cmath>

#include "talweg/optim/deterministic/line_search/line_search.hpp"

namespace talweg {

namespace {

constexpr double largest_growth = 10;  ///< of the step in one extrapolation
constexpr double smallest_growth = 1.5;
constexpr double margin = 0.1;    ///< an interpolated step keeps this share of the bracket from both ends
constexpr double retreat = 0.25;  ///< towards the last good step from one where f is not finite
constexpr int patience = 12;      ///< non-finite trials before a lower point is good enough

double between(const Trial& low, const Trial& high, bool cautious) {
  const double width = high.step - low.step;
  double step = std::isfinite(high.value) ? cubic_minimiser(low, high) : low.step + retreat * width;
  if (cautious && high.value > low.value) {
    const double chord = (high.value - low.value) / width;
    const double parabola = low.step + 0.5 * low.slope / (low.slope - chord) * width;
    if (std::abs(step - low.step) >= std::abs(parabola - low.step)) step += 0.5 * (parabola - step);
  }
  if (!std::isfinite(step)) step = low.step + 0.5 * width;
  return std::clamp(step, low.step + margin * width, high.step - margin * width);
}

double beyond(const Trial& before, const Trial& low) {
  const double step = cubic_minimiser(before, low);
  const double furthest = largest_growth * low.step;
  if (!(step > low.step)) return furthest;
  return std::clamp(step, smallest_growth * low.step, furthest);
}

}  // namespace

/// The weak conditions suffice for a curvature y's > 0 and cost fewer trials than the strong ones. `low` always
/// satisfies sufficient decrease with a slope still too steep, `high` does not: a minimiser lies between.
SearchResult search_weak_wolfe(const SearchSettings& s, Ray& ray, double first) {
  const Trial& origin = ray.origin();
  Trial low = origin, before = origin, high;
  bool bracketed = false;
  double step = std::min(first, s.longest);
  while (ray.trials() < s.max_trials) {
    const Trial t = ray.at(step);
    if (ray.stuck() || ray.unbounded()) break;
    if (!decreases(t, origin, s.decrease)) {  // NaN too
      if (ray.not_finite() > patience && ray.lowest().value < origin.value) break;
      high = t;
      bracketed = true;
    } else if (t.slope < s.curvature * origin.slope && t.step < s.longest) {
      before = low;
      low = t;
    } else {
      return {SearchOutcome::found, t};
    }
    step = bracketed ? between(low, high, s.cautious) : std::min(beyond(before, low), s.longest);
    if (step == low.step || (bracketed && step == high.step)) break;
  }
  return fall_back(ray);
}

}  // namespace talweg
