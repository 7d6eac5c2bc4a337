#include "talweg/optim/deterministic/sqp.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/box/limits.hpp"
#include "talweg/optim/deterministic/constrained/hessian.hpp"
#include "talweg/optim/deterministic/method_of.hpp"
#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg {

namespace {

using constrained::QpOutcome;
using constrained::Values;
using State = Sqp::State;
using Constraints = std::span<const Constraint>;

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr std::size_t most_variables = 500;  ///< B and the factors of the subproblem are dense
constexpr double decrease = 1e-4;            ///< of the merit function, as a share of its slope
constexpr int most_trials = 25;
constexpr std::int64_t contradiction_limit = 10, calm_limit = 3;
constexpr std::int64_t miss_limit = 25;  ///< iterations without a fall of the least violation by a tenth
constexpr std::int64_t futile_limit = 5, walled_limit = 2;
constexpr double wall_fall = 1e-8;  ///< of the merit function, at less than which a wall is in the way
/// A second step in a row along which f is straight multiplies B by this: from 3I, the minimum of a linear function
/// 1e6 away takes 9 evaluations. After the first one already: 3 % more evaluations on the Hock-Schittkowski problems.
constexpr std::int64_t straight_limit = 2;
constexpr double straighten = 0.1;
constexpr double small_gap = 1e-8;  ///< Σ |λ_i c_i| against max(1, |f|): what the misses may be worth in f

constexpr double near_bound = 1e-4;  ///< of the way that a variable is moved away from its bound

enum Stall : std::int64_t { none, size, subproblem, contradictory, merit, missing, wall };
const char* reason(std::int64_t stall) {
  constexpr const char* reasons[] = {"",
                                     "more than 500 variables are too many for its dense matrices",
                                     "the quadratic subproblem could not be solved",
                                     "the linearised constraints contradict each other",
                                     "no step lowered the merit function",
                                     "the constraints came no nearer for many iterations",
                                     "its steps end where f or a constraint is not finite"};
  return reasons[stall];
}

/// f + Σ penalty_i miss_i.
double merit_of(Constraints constraints, const State& s, double f, const Values& values) {
  for (std::size_t i = 0; i < constraints.size(); ++i)
    f += s.penalties[i] * constrained::miss(constraints[i], values.c[i]);
  return f;
}

/// What the tests of convergence see.
struct Measures {
  double residual = 0;  ///< max |Bd|, the gradient of the Lagrangian
  double gap = 0;       ///< Σ |λ_i c_i|
  double missed = 0;    ///< Σ penalty_i miss_i
  double slope = 0;     ///< of the merit function along d
};

Measures measure(const State& s, Constraints constraints, const constrained::Step& step) {
  Measures m;
  const std::size_t n = step.d.size();
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = std::span<const double>(s.hessian).subspan(i * n, n);
    m.residual = std::max(m.residual, std::abs(vectors::dot(row, step.d)));
  }
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    m.gap += std::abs(step.multipliers[i] * s.values.c[i]);
    m.missed += s.penalties[i] * constrained::miss(constraints[i], s.values.c[i]);
  }
  double left = 0;  // of the misses, where the constraints were linear
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const auto row = std::span<const double>(s.values.rows).subspan(i * n, n);
    left += s.penalties[i] * constrained::miss(constraints[i], s.values.c[i] + vectors::dot(row, step.d));
  }
  m.slope = vectors::dot(s.path.at.g, step.d) + std::min(left - m.missed, 0.0);
  return m;
}

/// Powell's rule: at least |λ_i|, and falling slowly.
void raise_penalties(State& s, const constrained::Step& step) {
  for (std::size_t i = 0; i < s.penalties.size(); ++i) {
    const double size = std::abs(step.multipliers[i]);
    s.penalties[i] = std::max(size, 0.5 * (s.penalties[i] + size));
  }
}

void place(const Evaluator& f, const Point& from, double a, std::span<const double> d, Point& to) {
  to.x.resize(from.x.size());
  vectors::advance(from.x, a, d, to.x);
  const Bounds& box = f.bounds();
  if (!box.empty()) vectors::enter(box.lower, box.upper, from.x, a, d, to.x);
}

/// A search along d.
struct Search {
  double step = 1;        ///< the last one tried
  bool found = false;     ///< the merit function has fallen enough there, or there is but rounding to gain
  bool promised = false;  ///< there was more to gain
  double fall = 0;        ///< of the merit function
  bool wall = false;      ///< f or a constraint was not finite on the way
};

/// Backtracks along d until the merit function has fallen. The last trial is in s.trial.
Search search_merit(Evaluator& f, State& s, const constrained::Step& step, const Measures& m) {
  const Constraints constraints = f.options().constraints;
  const double before = merit_of(constraints, s, s.path.at.f, s.values);
  const double noise = 10 * epsilon * (std::abs(s.path.at.f) + m.missed);
  Search r{.promised = -m.slope > 100 * noise};
  if (f.on_trial) f.on_trial(0, before, m.slope);
  for (int k = 0; k < most_trials; ++k) {
    place(f, s.path.at, r.step, step.d, s.trial.point);
    if (s.trial.point.x == s.path.at.x) return r;
    f(s.trial.point);
    ++s.path.trials;
    if (!constrained::evaluate(constraints, s.trial.point.x, s.trial.values) || !finite(s.trial.point)) {
      r.wall = true;
      r.step *= 0.1;
      continue;
    }
    const double after = merit_of(constraints, s, s.trial.point.f, s.trial.values);
    if (f.on_trial) f.on_trial(r.step, after, m.slope);
    r.fall = before - after;
    r.found = after <= before + decrease * r.step * m.slope + noise;
    if (r.found) return r;
    const double parabola = -m.slope * r.step * r.step / (2 * (after - before - m.slope * r.step));
    r.step = std::isfinite(parabola) ? std::clamp(parabola, 0.1 * r.step, 0.5 * r.step) : 0.1 * r.step;
  }
  return r;
}

/// B learns from the change of the gradient of the Lagrangian with the new multipliers.
void learn(const Sqp& method, State& s, const Point& old, const Values& old_values) {
  vectors::subtract(s.path.at.x, old.x, s.s);
  constrained::lagrangian_gradient(s.path.at.g, s.values, s.multipliers, s.y);
  constrained::lagrangian_gradient(old.g, old_values, s.multipliers, s.product);
  vectors::subtract(s.y, s.product, s.y);
  if (constrained::update_hessian(s.hessian, s.s, s.y, method.damping, s.updates == 0, s.product)) {
    ++s.updates;
    s.straight = 0;
  } else if (++s.straight >= straight_limit && s.path.step_length == 1) {
    vectors::scale(straighten, s.hessian);
  }
}

void forget(const Sqp& method, State& s, std::size_t n) {
  constrained::reset_hessian(s.hessian, n, method.initial_curvature);
  s.updates = 0;
}

/// Goes to s.trial.
void accept(const Sqp& method, State& s, Constraints constraints, double step) {
  std::swap(s.path.at, s.trial.point);
  std::swap(s.values, s.trial.values);
  s.path.step_length = step;
  s.violation = constrained::violation(constraints, s.values.c);
  ++s.path.iteration;
  learn(method, s, s.trial.point, s.trial.values);
}

/// A variable at a bound whose multiplier is zero may be there by accident: f can fall behind it by second order
/// (HS33). Once, the run leaves such bounds by 1 % and goes on from there. False when there are none.
bool leave_bounds(Evaluator& f, State& s, const constrained::Step& step, double tolerance) {
  const Bounds& box = f.bounds();
  if (s.looked || box.empty()) return false;
  s.looked = true;
  State::Trial& t = s.trial;
  t.point.x = s.path.at.x;
  for (std::size_t i = 0; i < t.point.x.size(); ++i) {
    double& x = t.point.x[i];
    const double share = 0.01 * std::max(1.0, std::abs(x));
    if (box.lower[i] == box.upper[i] || std::abs(step.bound_multipliers[i]) > tolerance) continue;
    if (x - box.lower[i] <= near_bound * share)
      x = std::min(x + share, box.upper[i]);
    else if (box.upper[i] - x <= near_bound * share)
      x = std::max(x - share, box.lower[i]);
  }
  if (t.point.x == s.path.at.x) return false;
  f(t.point);
  if (!constrained::evaluate(f.options().constraints, t.point.x, t.values) || !finite(t.point)) return false;
  s.held = s.path.at;
  s.held_multipliers = s.multipliers;
  std::swap(s.path.at, t.point);
  std::swap(s.values, t.values);
  return true;
}

/// Back to the solution that was left to look behind a bound.
void go_back(State& s) {
  s.path.at = s.held;
  s.multipliers = s.held_multipliers;
}

/// At a solution: the one that was left, unless this one is lower.
StepReport conclude(State& s, Status status) {
  const double margin = 1e-10 * std::max(1.0, std::abs(s.held.f));
  if (!std::isnan(s.held.f) && s.path.at.f > s.held.f - margin) go_back(s);
  return {status, "", false};
}

StepReport hand_over(Evaluator& f, State& s, Stall stall) {
  s.stall = stall;
  if (!std::isnan(s.held.f)) {
    go_back(s);
    return {Status::converged, "", false};
  }
  s.fallback = AugmentedLagrangian{}.start(s.path.at, f.options());
  // What counts as small is measured against the start of the whole run.
  s.fallback.path.start_value = s.path.start_value;
  s.fallback.start_norm = s.start_residual;
  return {Status::running, "", false};
}

StepReport continue_fallback(Evaluator& f, State& s) {
  StepReport report;
  const auto copy = [&] {
    s.path.at = s.fallback.path.at;
    s.path.step_length = s.fallback.inner.path.step_length;
    s.path.trials = s.fallback.inner.path.trials;
    s.multipliers = s.fallback.multipliers;
    s.violation = s.fallback.violation;
    s.active_bounds = s.fallback.inner.active_bounds;
  };
  try {
    report = AugmentedLagrangian{}.step(f, s.fallback);
  } catch (const BudgetSpent&) {
    copy();
    throw;
  }
  copy();
  if (report.status != Status::running)
    report.why = text::cat("sqp stalled (", reason(s.stall), "), and the augmented Lagrangian went on",
                           report.why.empty() ? "" : "; ", report.why);
  return report;
}

/// Whether the linearisations contradict each other, or the violation has not fallen, for too long.
Stall hopeless(const Evaluator& f, State& s, const constrained::Step& step) {
  s.relaxation = step.relaxation;
  s.contradictions = step.relaxation == 1 ? s.contradictions + 1 : 0;
  if (s.contradictions > contradiction_limit) return Stall::contradictory;
  if (s.violation <= std::max(0.9 * s.least_violation, constrained::allowed_violation(s.path.at.x))) {
    s.least_violation = s.violation;
    s.missing = 0;
  } else if (++s.missing > miss_limit && f.options().tolerance > 0) {
    return Stall::missing;
  }
  return Stall::none;
}

/// Whether the search shows that f does not follow its gradient, or ends at a wall.
Stall futile(State& s, const Search& r) {
  const double scale = std::max(1.0, std::abs(s.path.at.f));
  s.walled = r.wall && r.fall <= wall_fall * scale ? s.walled + 1 : 0;
  s.futile = r.promised && r.fall <= 16 * epsilon * scale ? s.futile + 1 : 0;
  return s.walled >= walled_limit ? Stall::wall : s.futile >= futile_limit ? Stall::merit : Stall::none;
}

/// One iteration of SQP itself.
StepReport advance(const Sqp& method, Evaluator& f, State& s) {
  const Constraints constraints = f.options().constraints;
  const std::size_t n = s.path.at.x.size();
  const double tolerance = f.options().tolerance;
  const bool first = !s.begun;
  s.path.trials = 0;
  if (first && !constrained::evaluate(constraints, s.path.at.x, s.values))
    return {Status::not_finite, constrained::name_non_finite(f.options(), s.values) + " at the start", false};
  s.begun = true;

  bool wall = false;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const constrained::Step& step =
        s.subproblem.solve(s.path.at, s.values, s.hessian, s.multipliers, constraints, f.bounds());
    if (step.outcome != QpOutcome::solved) {
      if (attempt > 0 || s.updates == 0) return hand_over(f, s, Stall::subproblem);
      forget(method, s, n);
      continue;
    }
    s.violation = constrained::violation(constraints, s.values.c);
    if (const Stall stall = hopeless(f, s, step); stall != Stall::none) return hand_over(f, s, stall);
    if (step.relaxation < 1) {  // otherwise the multipliers mean nothing
      raise_penalties(s, step);
      s.multipliers = step.multipliers;
    }
    const Measures m = measure(s, constraints, step);
    if (first && attempt == 0) s.start_residual = m.residual;
    const double scale = std::max(1.0, std::abs(s.path.at.f));
    const bool holds =
        !step.elastic && s.violation <= constrained::allowed_violation(s.path.at.x) && m.gap <= small_gap * scale;
    if (tolerance > 0 && holds) {
      // On the way to −infinity |f| outgrows any gradient: relative to such an f, even a growing one looks small.
      const bool shrunk =
          m.residual < 0.5 * s.start_residual || m.residual <= tolerance * std::max(1.0, std::abs(s.path.start_value));
      if (m.residual <= tolerance * scale && shrunk) {
        if (!leave_bounds(f, s, step, tolerance * scale)) return conclude(s, Status::converged);
        return {};
      }
      s.calm = -m.slope <= 4 * epsilon * std::abs(s.path.at.f) ? s.calm + 1 : 0;
      if (s.calm >= calm_limit && shrunk) return conclude(s, Status::converged_at_precision);
    }
    if (tolerance > 0 && s.path.at.f < unbounded_floor(s.path))
      return {Status::diverged,
              text::cat("f ", f.options().maximize ? "rises" : "falls",
                        " without bound: ", text::brief(f.sign() * s.path.at.f)),
              false};
    const Search r = search_merit(f, s, step, m);
    wall = wall || r.wall;
    if (r.found) {
      const Stall stall = tolerance > 0 ? futile(s, r) : Stall::none;
      accept(method, s, constraints, r.step);
      return stall == Stall::none ? StepReport{} : hand_over(f, s, stall);
    }
    if (tolerance > 0 && holds && -m.slope <= 100 * epsilon * std::abs(s.path.at.f))
      return conclude(s, Status::converged_at_precision);
    forget(method, s, n);
  }
  return hand_over(f, s, wall ? Stall::wall : Stall::merit);
}

}  // namespace

Sqp::State Sqp::start(Point at, const Options& options) const {
  State s;
  const std::size_t n = at.x.size(), m = options.constraints.size();
  s.path = Descent(std::move(at));
  s.values = {std::vector<double>(m), std::vector<double>(n * m)};
  s.trial = {s.path.at, s.values};
  s.s.resize(n);
  s.y = s.product = s.s;
  s.multipliers.assign(m, 0.0);
  s.penalties = s.held_multipliers = s.multipliers;
  if (n > most_variables) s.stall = Stall::size;
  s.fallback = AugmentedLagrangian{}.start(s.path.at, options);
  s.hessian.resize(s.stall == Stall::none ? n * n : 0);
  if (s.stall == Stall::none) constrained::reset_hessian(s.hessian, n, initial_curvature);
  s.held.x.assign(n, 0.0);
  s.held.g.assign(n, 0.0);
  return s;
}

StepReport Sqp::step(Evaluator& f, State& s) const {
  if (s.stall != Stall::none) return continue_fallback(f, s);
  try {
    const StepReport report = advance(*this, f, s);
    s.active_bounds = box::active_bounds(s.path.at.x, f.bounds());
    return report;
  } catch (const BudgetSpent&) {
    if (!std::isnan(s.held.f)) go_back(s);
    throw;
  }
}

Observations Sqp::observe(const State& s) const {
  Observations out = talweg::observe(s.path);
  out.push_back({"active_bounds", {s.active_bounds}, Per::step});
  out.push_back({"violation", {s.violation}, Per::step});
  out.push_back({"relaxation", {s.relaxation}, Per::step});
  out.push_back({"multipliers", s.multipliers, Per::constraint});
  return out;
}

Observations Sqp::details(const State& s) const {
  return {{"fallback", {s.stall == Stall::none ? 0.0 : 1.0}, Per::step},
          {"hessian_updates", {static_cast<double>(s.updates)}, Per::step}};
}

std::shared_ptr<const MethodBase> make_method(const Sqp& method) {
  return std::make_shared<detail::MethodOf<Sqp>>(method);
}

}  // namespace talweg
