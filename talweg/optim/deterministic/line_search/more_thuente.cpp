#include <algorithm>
#include <cmath>

#include "talweg/optim/deterministic/line_search/line_search.hpp"

namespace talweg {

namespace {

constexpr double growth = 4;        ///< the paper's delta_max: extrapolation by up to this factor
constexpr double shrinkage = 0.66;  ///< the bracket must shrink by this factor in two steps, or is bisected
constexpr double retreat = 0.25;
constexpr int patience = 12;

/// The interval of uncertainty: `best` is its end with the least value, `other` the far end.
struct Interval {
  Trial best, other;
  bool bracketed = false;
};

double quadratic_by_value(const Trial& a, const Trial& b) {
  const double width = b.step - a.step;
  return a.step + a.slope / ((a.value - b.value) / width + a.slope) / 2 * width;
}

double secant(const Trial& a, const Trial& b) { return b.step + b.slope / (b.slope - a.slope) * (a.step - b.step); }

/// Section 4 of the paper: the next step from the end points and the trial t, and the new interval.
double next_step(Interval& in, const Trial& t, double lowest_step, double highest_step) {
  const Trial best = in.best;
  const bool opposite = t.slope * std::copysign(1.0, best.slope) < 0;
  const double cubic = cubic_minimiser(best, t);
  double step;
  if (t.value > best.value) {  // case 1: higher value, the minimiser is bracketed
    const double quadratic = quadratic_by_value(best, t);
    const double c = std::isfinite(cubic) ? cubic : quadratic;
    step = std::abs(c - best.step) < std::abs(quadratic - best.step) ? c : c + (quadratic - c) / 2;
    in.bracketed = true;
  } else if (opposite) {  // case 2: lower value, slopes of opposite sign
    const double q = secant(best, t), c = std::isfinite(cubic) ? cubic : q;
    step = std::abs(c - t.step) > std::abs(q - t.step) ? c : q;
    in.bracketed = true;
  } else if (std::abs(t.slope) < std::abs(best.slope)) {  // case 3: lower value, same sign, slope flattens
    const double q = secant(best, t);
    // The cubic counts only when its minimiser lies beyond t.
    const bool beyond = std::isfinite(cubic) && (cubic - t.step) * (t.step - best.step) > 0;
    const double c = beyond ? cubic : (t.step > best.step ? highest_step : lowest_step);
    if (in.bracketed) {
      step = std::abs(c - t.step) < std::abs(q - t.step) ? c : q;
      const double limit = t.step + shrinkage * (in.other.step - t.step);
      step = t.step > best.step ? std::min(limit, step) : std::max(limit, step);
    } else {
      step = std::abs(c - t.step) > std::abs(q - t.step) ? c : q;
    }
    step = std::clamp(step, lowest_step, highest_step);
  } else {  // case 4: lower value, same sign, slope does not flatten
    if (in.bracketed) {
      const double c = cubic_minimiser(t, in.other);
      step = std::isfinite(c) ? c : (t.step + in.other.step) / 2;
    } else {
      step = t.step > best.step ? highest_step : lowest_step;
    }
  }
  if (t.value > best.value) {
    in.other = t;
  } else {
    if (opposite) in.other = best;
    in.best = t;
  }
  return step;
}

}  // namespace

/// Moré & Thuente, ACM TOMS 20 (1994), 286-307. While no trial has both a sufficient decrease and a rising slope, the
/// interval is updated with psi(a) = phi(a) − phi(0) − decrease a phi'(0) in place of phi.
SearchResult search_more_thuente(const SearchSettings& s, Ray& ray, double first) {
  const Trial& origin = ray.origin();
  const double test_slope = s.decrease * origin.slope;
  const auto shifted = [&](const Trial& t) {
    return Trial{t.step, t.value - t.step * test_slope, t.slope - test_slope};
  };
  Interval in{origin, origin};
  bool first_stage = true, bisected = false;
  double step = first, width = HUGE_VAL, previous_width = HUGE_VAL, wall = HUGE_VAL;
  double lowest_step = 0, highest_step = step + growth * step;
  while (ray.trials() < s.max_trials) {
    const Trial t = ray.at(step);
    if (ray.stuck() && in.bracketed && !bisected) {  // a cubic through a huge value ends next to the best point
      step = in.best.step + (in.other.step - in.best.step) / 2;
      bisected = true;
      continue;
    }
    if (ray.stuck() || ray.unbounded()) break;
    bisected = false;
    if (!std::isfinite(t.value)) {
      if (ray.not_finite() > patience && ray.lowest().value < origin.value) break;
      wall = step;
      step = in.best.step + retreat * (step - in.best.step);
      highest_step = std::min(highest_step, wall);
      continue;
    }
    const bool decreased = t.value <= origin.value + t.step * test_slope;
    const bool flat = std::abs(t.slope) <= -s.curvature * origin.slope;
    if (flat && decreases(t, origin, s.decrease)) return {SearchOutcome::found, t};
    if (first_stage && decreased && t.slope >= 0) first_stage = false;

    if (first_stage && t.value <= in.best.value && !decreased) {
      Interval modified{shifted(in.best), shifted(in.other), in.bracketed};
      step = next_step(modified, shifted(t), lowest_step, highest_step);
      const Trial old_best = in.best;
      const auto restore = [&](double at) { return at == t.step ? t : at == old_best.step ? old_best : in.other; };
      const Trial other = restore(modified.other.step);
      in.best = restore(modified.best.step);
      in.other = other;
      in.bracketed = modified.bracketed;
    } else {
      step = next_step(in, t, lowest_step, highest_step);
    }
    if (in.bracketed) {
      const double now = std::abs(in.other.step - in.best.step);
      if (now >= shrinkage * previous_width) step = in.best.step + (in.other.step - in.best.step) / 2;
      previous_width = width;
      width = now;
      lowest_step = std::min(in.best.step, in.other.step);
      highest_step = std::max(in.best.step, in.other.step);
      if (!(step > lowest_step && step < highest_step)) break;
    } else {
      lowest_step = step + 1.1 * (step - in.best.step);
      highest_step = step + growth * (step - in.best.step);
    }
    if (step >= wall) step = (in.best.step + wall) / 2;
  }
  return fall_back(ray);
}

}  // namespace talweg
