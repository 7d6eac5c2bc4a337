#include "talweg/optim/deterministic/descent.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
/// f below this multiple of max(1, |f(x0)|), negative, has no minimum within reach of double precision.
constexpr double unbounded_factor = 1e20;
/// Iterations without a decrease of f and without a halving of the gradient, after which precision is exhausted.
constexpr int calm_limit = 6;
/// The same where the model still promises a decrease: f and g contradict each other.
constexpr int futile_limit = 25;

/// The first step has no scale but the gradient's, and may leap over the valley onto a plateau that satisfies every
/// condition. While the decrease is under half of what the two slopes promise (the trapezoid), tries the minimiser of
/// the parabola through the origin and the trial, and keeps it if it is lower. On Jennrich & Sampson's function this is
/// the difference between the minimum and a false plateau.
Trial shorten(Ray& ray, Trial t) {
  const Trial& o = ray.origin();
  while (t == ray.lowest() && o.value - t.value < -0.25 * t.step * (o.slope + t.slope)) {
    const double parabola = -o.slope * t.step * t.step / (2 * (t.value - o.value - o.slope * t.step));
    const Trial shorter = ray.at(std::clamp(parabola, 0.02 * t.step, 0.5 * t.step));
    if (!(shorter.value < t.value)) break;
    t = shorter;
  }
  return t;
}

}  // namespace

Descent::Descent(Point start) : at(std::move(start)), direction(at.x.size()), start_value(at.f), calm_steps(-1) {
  old = spare = at;
}

SearchOutcome walk(Descent& s, Evaluator& f, LineSearch kind, const SearchSettings& settings, double slope,
                   double first, bool guard) {
  const double floor = -unbounded_factor * std::max(1.0, std::abs(s.start_value));
  Ray ray(f, s.at, s.direction, slope, floor, s.old, s.spare);
  const auto take = [&](const Trial& t) {
    ray.accept(t, s.at);
    if (!ray.old_in_latest()) std::swap(s.old, s.spare);
    s.step_length = t.step;
    s.trials += ray.trials();
  };
  SearchResult r;
  try {
    r = search(kind, settings, ray, first);
    if (guard && r.outcome == SearchOutcome::found) r.trial = shorten(ray, r.trial);
  } catch (const BudgetSpent&) {
    if (ray.lowest().step > 0) take(ray.lowest());
    throw;
  }
  s.defect = ray.defect();
  if (r.trial.step > 0) {
    take(r.trial);
  } else {
    s.step_length = 0;
    s.trials += ray.trials();
  }
  return r.outcome;
}

double cautious_step(std::span<const double> g) { return std::min(1.0, 1 / vectors::norm(g)); }

double rounding(const Point& p) {
  double spread = 0;  // rounding x changes f by up to this much
  for (std::size_t i = 0; i < p.x.size(); ++i) spread += std::abs(p.g[i] * p.x[i]);
  return 4 * epsilon * (std::abs(p.f) + spread);
}

StepReport settle(Descent& s, const Evaluator& f, double expected) {
  const double fall = s.old.f - s.at.f;
  if (fall > 16 * epsilon * std::abs(s.at.f)) {
    s.calm_steps = -1;
    return {};
  }
  const double norm = gradient_norm(s.at.x, s.at.g, f.bounds());
  if (s.calm_steps < 0 || norm < 0.5 * s.calm_norm) {
    s.calm_norm = norm;
    s.calm_steps = 0;
    return {};
  }
  ++s.calm_steps;
  if (f.options().gradient_tolerance == 0) return {};
  if (s.calm_steps >= calm_limit && expected <= rounding(s.at)) return {Status::converged_at_precision, ""};
  if (s.calm_steps >= futile_limit)
    return {Status::line_search_failed,
            text::cat("f has not fallen for ", s.calm_steps, " iterations, though the gradient promises it")};
  return {};
}

StepReport give_up(const Descent& s, double expected) {
  if (!s.defect.empty()) return {Status::not_finite, s.defect};
  if (expected <= rounding(s.at)) return {Status::converged_at_precision, ""};
  return {Status::line_search_failed, ""};
}

}  // namespace talweg
