#include "talweg/optim/deterministic/constrained/merit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg::constrained {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double decrease = 1e-4;  ///< of the merit function, as a share of its slope
constexpr int most_trials = 25;
/// While the slope of the Lagrangian at the end of the step is more than this share of that at its start, it is longer.
constexpr double flat_share = 0.9;
constexpr double most_stretch = 10, least_stretch = 2;
constexpr double edge = 0.1;  ///< how near to a hole a step comes, as a share of its length

std::span<const double> row(const Values& values, std::size_t i, std::size_t n) {
  return std::span<const double>(values.rows).subspan(i * n, n);
}

void place(const Evaluator& f, const Point& from, double a, std::span<const double> d, Point& to) {
  to.x.resize(from.x.size());
  vectors::advance(from.x, a, d, to.x);
  const Bounds& box = f.bounds();
  if (!box.empty()) vectors::enter(box.lower, box.upper, from.x, a, d, to.x);
}

/// How many steps d fit in before a bound or a linearised inequality is met; 1 where an equality has to be met, for
/// which d is just right.
double room_along(const Evaluator& f, const Point& at, const Values& values, const Step& step) {
  const std::size_t n = step.d.size();
  const auto& constraints = f.options().constraints;
  double most = HUGE_VAL;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const double c = values.c[i], change = vectors::dot(row(values, i, n), step.d);
    if (constraints[i].kind == Constraint::Kind::equality)
      most = std::abs(change) <= allowed_violation(at.x) ? most : 1;
    else if (change < 0)
      most = std::min(most, std::max(1.0, -c / change));
  }
  const Bounds& box = f.bounds();
  for (std::size_t i = 0; i < box.lower.size(); ++i) {
    const double d = step.d[i], room = (d > 0 ? box.upper[i] : box.lower[i]) - at.x[i];
    if (d != 0) most = std::min(most, std::max(1.0, room / d));
  }
  return most;
}

}  // namespace

double merit(std::span<const Constraint> constraints, std::span<const double> penalties, double f,
             const Values& values) {
  for (std::size_t i = 0; i < constraints.size(); ++i) f += penalties[i] * miss(constraints[i], values.c[i]);
  return f;
}

void raise_penalties(std::span<double> penalties, std::span<const double> multipliers) {
  for (std::size_t i = 0; i < penalties.size(); ++i) {
    const double size = std::abs(multipliers[i]);
    penalties[i] = std::max(size, 0.5 * (penalties[i] + size));
  }
}

void promise(const Point& at, const Values& values, std::span<const double> hessian, std::span<const double> penalties,
             std::span<const Constraint> constraints, const Step& step, Promise& out) {
  const std::size_t n = step.d.size();
  out.pull.resize(n);
  for (std::size_t i = 0; i < n; ++i) out.pull[i] = vectors::dot(hessian.subspan(i * n, n), step.d);
  out.curvature = vectors::dot(out.pull, step.d);
  out.gap = out.missed = 0;
  double left = 0;  // of the misses, where the constraints were linear
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const double c = values.c[i];
    out.gap += std::abs(step.multipliers[i] * c);
    out.missed += penalties[i] * miss(constraints[i], c);
    left += penalties[i] * miss(constraints[i], c + vectors::dot(row(values, i, n), step.d));
  }
  out.slope = vectors::dot(at.g, step.d) + std::min(left - out.missed, 0.0);
}

Search search_merit(Evaluator& f, const Point& at, const Values& values, std::span<const double> penalties,
                    const Step& step, const Promise& promise, double longest, Place& to, Place& room) {
  const std::span<const Constraint> constraints = f.options().constraints;
  const double before = merit(constraints, penalties, at.f, values), slope = promise.slope;
  const double noise = 10 * epsilon * (std::abs(at.f) + promise.missed);
  const double length = vectors::norm(step.d);
  Search r{.step = length > longest ? longest / length : 1, .promised = -slope > 100 * noise};
  if (f.on_trial) f.on_trial(0, before, slope);
  bool steep = false;  // f has a value at the last trial, though its gradient may have none
  const auto try_at = [&](double a, Place& trial) {
    place(f, at, a, step.d, trial.point);
    if (trial.point.x == at.x) return r.moved = false, HUGE_VAL;
    f(trial.point);
    ++r.trials;
    const bool constraints_hold = evaluate(constraints, trial.point.x, trial.values);
    steep = constraints_hold && std::isfinite(trial.point.f);
    if (!constraints_hold || !finite(trial.point)) return r.wall = r.wall || !steep, HUGE_VAL;
    const double value = merit(constraints, penalties, trial.point.f, trial.values);
    if (f.on_trial) f.on_trial(a, value, slope);
    return value;
  };
  double after = HUGE_VAL, hole = HUGE_VAL;  // the shortest step to where there is no number
  while (r.trials < most_trials) {
    after = try_at(r.step, to);
    if (!r.moved) return r;
    r.fall = before - after;
    r.found = after <= before + decrease * r.step * slope + noise;
    if (r.found) break;
    if (!std::isfinite(after)) hole = r.step;
    const double parabola = -slope * r.step * r.step / (2 * (after - before - slope * r.step));
    const bool known = std::isfinite(after) && std::isfinite(parabola);
    r.step = known ? std::clamp(parabola, 0.1 * r.step, 0.5 * r.step) : 0.1 * r.step;
  }
  // Up to the edge of the hole, while that leads down: a run that has to end there shall not take many steps to it.
  while (r.found && r.promised && hole - r.step > edge * r.step && hole < HUGE_VAL && r.trials < most_trials) {
    const double middle = (r.step + hole) / 2, there = try_at(middle, room);
    if (!std::isfinite(there)) {
      hole = middle;
      continue;
    }
    if (!(there < after)) break;
    std::swap(to, room);
    after = there;
    r.step = middle;
    r.fall = before - after;
  }
  r.moved = true;
  if (!r.found || r.step < 1 || !r.promised) return r;

  const bool free = std::all_of(step.multipliers.begin(), step.multipliers.end(), [](double v) { return v == 0; });
  if (!free) return r;
  const double most = std::min(room_along(f, at, values, step), longest / length);
  std::vector<double>& gradient = room.point.g;
  while (r.step < most && r.trials < most_trials) {
    // The slope of the Lagrangian was −d'Bd at the start.
    gradient.resize(step.d.size());
    lagrangian_gradient(to.point.g, to.values, step.multipliers, gradient);
    double end = vectors::dot(gradient, step.d);
    for (std::size_t i = 0; i < step.d.size(); ++i) end -= step.bound_multipliers[i] * step.d[i];
    if (end >= -flat_share * promise.curvature) break;
    const double change = end + promise.curvature;
    const double stretch = change > 0 ? promise.curvature / change : most_stretch;
    const double next = std::min(most, r.step * std::clamp(stretch, least_stretch, most_stretch));
    const double further = try_at(next, room);
    // Constraints that the linearisation did not see must not be the worse for it.
    if (!(further < after) || violation(constraints, room.values.c) > violation(constraints, to.values.c)) break;
    std::swap(to, room);
    after = further;
    r.step = next;
    r.fall = before - after;
  }
  r.moved = true;
  r.wall = false;
  return r;
}

}  // namespace talweg::constrained
