#include <algorithm>
#include <cmath>

#include "talweg/optim/deterministic/line_search/line_search.hpp"

namespace talweg {

/// Backtracking: the step shrinks to the minimiser of the parabola through phi(0), phi'(0) and the trial, kept within
/// [0.1, 0.5] of the step, until the decrease is sufficient. Nocedal & Wright, Numerical Optimization, algorithm 3.1.
/// A trial that its value alone rules out needs no gradient; f is asked for it where it gives values alone, in every
/// trial that may well be ruled out.
SearchResult search_armijo(const SearchSettings& s, Ray& ray, double first) {
  const Trial& origin = ray.origin();
  double step = first;
  while (ray.trials() < s.max_trials) {
    Trial t = s.doubtful || ray.trials() > 0 ? ray.value_at(step) : ray.at(step);
    if (ray.stuck() || ray.unbounded()) break;
    if (t.value < ray.lowest().value || may_decrease(t, origin, s.decrease)) t = ray.complete();
    if (decreases(t, origin, s.decrease)) return {SearchOutcome::found, t};
    const double excess = t.value - origin.value - step * origin.slope;
    const double parabola = -origin.slope * step * step / (2 * excess);
    step = std::isfinite(parabola) ? std::clamp(parabola, 0.1 * step, 0.5 * step) : 0.1 * step;
  }
  return fall_back(ray);
}

}  // namespace talweg
