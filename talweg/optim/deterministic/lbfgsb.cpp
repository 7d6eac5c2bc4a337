#include "talweg/optim/deterministic/lbfgsb.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/box/limits.hpp"
#include "talweg/optim/deterministic/method_of.hpp"
#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg {

namespace {

/// 1/θ as a multiple of s'y/y'y of the newest pair, which is the smallest curvature of f along y: B0 is an average.
constexpr double scale_factor = 1.2;

bool is_finite_box(const Bounds& bounds) {
  const auto finite = [](double v) { return std::isfinite(v); };
  return !bounds.empty() && std::all_of(bounds.lower.begin(), bounds.lower.end(), finite) &&
         std::all_of(bounds.upper.begin(), bounds.upper.end(), finite);
}

/// How much y falls short of the curvature that the two values of f show (Biggs 1973), within [½, 2]; 1 where the
/// values are too close to tell.
double curvature_share(const Point& old, const Point& now, double sy, double sg) {
  const double fall = old.f - now.f;
  if (std::abs(fall) < 1e-9 * std::abs(now.f)) return 1;
  return std::clamp(6 * (fall + sg) / sy - 2, 0.5, 2.0);
}

/// max ĝ_i / width_i: with this θ the first trial of a start inside a finite box crosses the box.
double steepest_across(const box::History& pairs, const Point& at, const Bounds& bounds) {
  double largest = 0;
  for (std::size_t i = 0; i < at.g.size(); ++i)
    if (pairs.free[i])
      largest = std::max(largest, pairs.unit * std::abs(at.g[i]) / (bounds.upper[i] - bounds.lower[i]));
  return largest;
}

SearchOutcome walk_in_box(const Lbfgsb& m, Evaluator& f, Descent& p, double slope) {
  const double longest = box::longest_step(p.at, p.direction, f.bounds());
  const SearchPolicy policy{
      .settings = {.decrease = m.decrease, .curvature = m.curvature, .longest = longest, .cautious = true},
      .shorten_first = false};
  return walk(p, f, policy, {.slope = slope});
}

void learn(Lbfgsb::State& s, const Bounds& bounds) {
  const Descent& p = s.path;
  const Point &now = p.at, &old = p.old;
  const double step = p.step_length, sy = step * (p.end_slope - p.start_slope);
  s.active_bounds = box::active_bounds(now.x, bounds);
  if (!(sy > std::numeric_limits<double>::epsilon() * step * -p.start_slope)) return s.pairs.look(now, bounds);
  const double yy = s.pairs.push(now, old, curvature_share(old, now, sy, step * p.end_slope), bounds);
  s.pairs.theta = yy / (scale_factor * s.pairs.unit * sy);
  if (s.pairs.theta > 0 && std::isfinite(s.pairs.theta)) return;
  s.pairs.start(now.x.size(), s.pairs.memory);  // y'y is beyond the range of numbers in the unit at hand
  forget(s, bounds);
}

/// A poor model promises little where much is to be had: precision is blamed only after steepest descent, too, has
/// failed to make f fall.
StepReport judge(Lbfgsb::State& s, const Evaluator& f, double expected, bool steepest) {
  Descent& p = s.path;
  StepReport report = settle(p, f, expected);
  if (p.calm_steps < 0) s.doubted = false;
  if (s.doubted && steepest && report.status == Status::running) return {Status::converged_at_precision, ""};
  if (report.status != Status::converged_at_precision) return report;
  s.doubted = true;
  forget(s, f.bounds());
  return {};
}

}  // namespace

void forget(Lbfgsb::State& s, const Bounds& bounds) {
  Descent& p = s.path;
  s.pairs.forget();
  adapt_unit(p, vectors::norm(p.at.g));
  s.pairs.unit = p.unit;
  s.pairs.look(p.at, bounds);
  const bool across = s.finite_box && p.iteration == 0;
  const double theta = across ? steepest_across(s.pairs, p.at, bounds) : std::sqrt(s.pairs.gg) / p.reach;
  s.pairs.theta = theta > 0 && std::isfinite(theta) ? theta : 1;
}

Lbfgsb::State Lbfgsb::start(Point at, const Options& options) const {
  State s;
  s.path = Descent(std::move(at));
  s.finite_box = is_finite_box(options.bounds);
  s.pairs.start(s.path.at.x.size(), static_cast<std::size_t>(memory));
  s.scratch.start(s.pairs);
  forget(s, options.bounds);
  s.active_bounds = box::active_bounds(s.path.at.x, options.bounds);
  return s;
}

const Aim& Lbfgsb::aim(Evaluator& f, State& s) const {
  Descent& p = s.path;
  if (p.aimed) return p.aim;
  if (p.interrupted) forget(s, f.bounds());
  p.interrupted = false;
  const bool steepest = s.pairs.count == 0;
  p.aim = {.steepest = steepest, .modelled = !steepest};
  p.aim.slope = box::find_direction(s.pairs, p.at, f.bounds(), s.scratch, p.direction);
  p.aimed = true;
  return p.aim;
}

void Lbfgsb::trust(State& s, const Bounds& bounds) const {
  s.finite_box = false;
  forget(s, bounds);
}

StepReport Lbfgsb::step(Evaluator& f, State& s) const {
  Descent& p = s.path;
  p.trials = 0;
  p.step_length = 0;
  double expected = 0;
  for (;;) {
    aim(f, s);
    p.aimed = false;
    const bool steepest = p.aim.steepest;
    const double slope = p.aim.slope;
    if (steepest && !(slope < 0)) return {};  // nothing can move, and no test that would stop there
    if (slope < 0 && std::isfinite(slope)) {
      const double promise = steepest ? HUGE_VAL : -slope / 2;
      const SearchOutcome outcome = walk_in_box(*this, f, p, slope);
      if (outcome == SearchOutcome::unbounded) return {Status::diverged, p.defect};
      if (outcome != SearchOutcome::failed) {
        ++p.iteration;
        learn(s, f.bounds());
        return judge(s, f, steepest ? HUGE_VAL : promise, steepest);
      }
      if (!steepest) expected = std::max(expected, promise);
    }
    if (steepest) return give_up(p, p.fallbacks > 0 && expected > 0 ? expected : HUGE_VAL);
    forget(s, f.bounds());
    ++p.fallbacks;
  }
}

Observations Lbfgsb::observe(const State& s) const {
  Observations out = talweg::observe(s.path);
  out.push_back({"history", {static_cast<double>(s.pairs.count)}, Per::step});
  out.push_back({"active_bounds", {s.active_bounds}, Per::step});
  return out;
}

Observations Lbfgsb::details(const State& s) const {
  return {{"active_bounds", {s.active_bounds}, Per::step},
          {"restarts", {static_cast<double>(s.path.fallbacks)}, Per::step}};
}

std::shared_ptr<const MethodBase> make_method(const Lbfgsb& method) { return method_of(method); }

}  // namespace talweg
