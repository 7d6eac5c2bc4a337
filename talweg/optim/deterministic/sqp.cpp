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
using State = Sqp::State;
using Constraints = std::span<const Constraint>;

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr std::size_t most_variables = 500;  ///< B and the factors of the subproblem are dense
constexpr std::int64_t contradiction_limit = 10, calm_limit = 3;
constexpr std::int64_t miss_limit = 25;  ///< iterations without a fall of the least violation by a tenth
constexpr std::int64_t futile_limit = 5, walled_limit = 2;
constexpr double wall_fall = 1e-8;  ///< of all that the run has won, at less than which a wall is in the way
/// A second step in a row along which f is straight multiplies B by this.
constexpr std::int64_t straight_limit = 2;
constexpr double straighten = 0.1;
/// Unless d'Bd is less than this share of the slope: then the constraints, not B, give d.
constexpr double bent_share = 0.1;

/// The one reading of what counts as converged; 0 switches the tests off.
double tolerance_of(const Options& options) { return options.tolerance; }

constexpr double leap = 1e3;  ///< as a multiple of x and of the way so far: no step goes further

enum Stall : std::int64_t { none, size, subproblem, contradictory, merit, missing, wall, degenerate };
static_assert(degenerate == State::last_stall);
const char* reason(std::int64_t stall) {
  constexpr const char* reasons[] = {"",
                                     "more than 500 variables are too many for its dense matrices",
                                     "the quadratic subproblem could not be solved",
                                     "the linearised constraints contradict each other",
                                     "no step lowered the merit function",
                                     "the constraints came no nearer for many iterations",
                                     "its steps end where f or a constraint is not finite",
                                     "the gradient of a constraint vanishes, and its multiplier is no evidence"};
  return reasons[stall];
}

/// All that the run has won so far.
double spread(const State& s) { return s.journey.spread(s.path.at.f, s.penalties); }

/// Where the row of a constraint almost vanishes, the way to its linearisation means nothing.
double longest_step(const State& s) {
  return leap * std::max({vectors::norm(s.path.at.x), s.journey.longest_range(), s.length});
}

/// B learns from the change of the gradient of the Lagrangian with the new multipliers.
void learn(const Sqp& method, State& s, const Point& old, const constrained::Values& old_values) {
  vectors::subtract(s.path.at.x, old.x, s.s);
  s.fading = constrained::fading(s.multipliers, old_values, s.values);
  constrained::lagrangian_gradient(s.path.at.g, s.values, s.multipliers, s.y);
  constrained::lagrangian_gradient(old.g, old_values, s.multipliers, s.product);
  vectors::subtract(s.y, s.product, s.y);
  s.length = vectors::norm(s.s);
  const bool free = std::all_of(s.multipliers.begin(), s.multipliers.end(), [](double v) { return v == 0; });
  if (constrained::update_hessian(s.hessian, s.s, s.y, free ? 0 : method.damping, s.updates == 0, s.product)) {
    ++s.updates;
    s.straight = 0;
  } else if (s.path.step_length > 1) {
    vectors::scale(1 / s.path.step_length, s.hessian);  // the next step may be as long as this one was
  } else if (++s.straight >= straight_limit && s.path.step_length == 1 &&
             s.promise.curvature > bent_share * -s.promise.slope) {
    vectors::scale(straighten, s.hessian);
  }
}

/// B such that −B⁻¹g is as long as the last step was. Where g is 0, its size is that of f.
void begin_hessian(State& s) {
  const double force = vectors::norm(s.path.at.g);
  s.curvature = force > 0 ? force / s.length : std::abs(s.path.at.f) / (s.length * s.length);
  if (!(s.curvature > 0) || !std::isfinite(s.curvature)) s.curvature = 1;
  constrained::reset_hessian(s.hessian, s.path.at.x.size(), s.curvature);
  s.updates = 0;
}

/// Goes to s.trial.
void accept(const Sqp& method, State& s, Constraints constraints, double step) {
  std::swap(s.path.at, s.trial.point);
  std::swap(s.values, s.trial.values);
  s.path.step_length = step;
  s.violation = constrained::violation(constraints, s.values.c);
  ++s.path.iteration;
  s.journey.visit(s.path.at);
  learn(method, s, s.trial.point, s.trial.values);
}

StepReport hand_over(Evaluator& f, State& s, Stall stall) {
  s.stall = stall;
  s.fallback = AugmentedLagrangian{}.start(s.path.at, f.options());
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
  } else if (++s.missing > miss_limit && tolerance_of(f.options()) > 0) {
    return Stall::missing;
  }
  return Stall::none;
}

/// Whether the search shows that f does not follow its gradient, or ends at a wall.
Stall futile(State& s, const constrained::Search& r) {
  const double all = spread(s);
  s.walled = r.wall && r.fall <= wall_fall * all ? s.walled + 1 : 0;
  s.futile = r.promised && r.fall <= 16 * epsilon * (std::abs(s.path.at.f) + s.promise.missed) ? s.futile + 1 : 0;
  return s.walled >= walled_limit ? Stall::wall : s.futile >= futile_limit ? Stall::merit : Stall::none;
}

/// Judges the present point by the next step. `running` when there is something left to do.
Status judge(State& s, const constrained::Step& step, double tolerance) {
  if (step.elastic || s.violation > constrained::allowed_violation(s.path.at.x)) return Status::running;
  const constrained::Promise& p = s.promise;
  const bool stationary = std::all_of(p.pull.begin(), p.pull.end(), [](double v) { return v == 0; });
  if (stationary && p.gap == 0) return Status::converged;
  const constrained::Remainder left{step.d, p.pull, -p.slope / 2, p.gap};
  const double all = spread(s);
  if (s.journey.moves > 0 && arrived(s.journey, left, s.path.at.x, all, tolerance)) return Status::converged;
  const bool calm = -p.slope <= 4 * epsilon * std::abs(s.path.at.f) &&
                    constrained::within_rounding(s.journey, p.pull, s.path.at.f, all);
  s.calm = calm ? s.calm + 1 : 0;
  return s.calm >= calm_limit ? Status::converged_at_precision : Status::running;
}

/// One iteration of SQP itself.
StepReport advance(const Sqp& method, Evaluator& f, State& s) {
  const Constraints constraints = f.options().constraints;
  const double tolerance = tolerance_of(f.options());
  s.path.trials = 0;
  if (!s.begun) {
    if (!constrained::evaluate(constraints, s.path.at.x, s.values))
      return {Status::not_finite, constrained::name_non_finite(f.options(), s.values) + " at the start", false};
    s.length = constrained::natural_length(s.path.at, s.values, constraints, f.bounds(), method.reach);
    begin_hessian(s);
    s.journey.start(s.path.at, constraints, s.values);
    s.begun = true;
  }

  bool wall = false;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const constrained::Step& step =
        s.subproblem.solve(s.path.at, s.values, s.hessian, s.multipliers, constraints, f.bounds());
    if (step.outcome != QpOutcome::solved) {
      if (attempt > 0 || s.updates == 0) return hand_over(f, s, Stall::subproblem);
      begin_hessian(s);
      continue;
    }
    s.violation = constrained::violation(constraints, s.values.c);
    if (const Stall stall = hopeless(f, s, step); stall != Stall::none) return hand_over(f, s, stall);
    if (step.relaxation < 1) {  // otherwise the multipliers mean nothing
      // The price of a miss, not f, gives the multipliers of an elastic subproblem, and those of a leap mean no more:
      // they are not remembered.
      if (s.priced) std::fill(s.penalties.begin(), s.penalties.end(), 0.0);
      s.priced = step.elastic || vectors::norm(step.d) > longest_step(s);
      constrained::raise_penalties(s.penalties, step.multipliers);
      s.multipliers = step.multipliers;
    }
    constrained::promise(s.path.at, s.values, s.hessian, s.penalties, constraints, step, s.promise);
    if (s.promise.slope > 0 && s.updates > 0) {  // B has become too ill-conditioned for the subproblem
      s.priced = true;
      begin_hessian(s);
      continue;
    }
    if (tolerance > 0) {
      // Without constraints the gradient alone may be asked for: then the loop tests it, and here only 0 is an end.
      const Status verdict = judge(s, step, f.options().scale_free() ? tolerance : 0);
      // A long step may have led to a point where that gradient is but smaller; the next, short one will tell.
      const bool doubted = verdict != Status::running && s.fading;
      s.doubts = doubted ? s.doubts + 1 : 0;
      if (s.doubts > 1) return hand_over(f, s, Stall::degenerate);
      if (verdict != Status::running && !doubted) return {verdict, "", false};
      if (s.journey.bottomless(s.path.at.f))
        return {Status::diverged, constrained::without_bound(s.path.at.f, f.options()), false};
    }
    const constrained::Search r =
        search_merit(f, s.path.at, s.values, s.penalties, step, s.promise, longest_step(s), s.trial, s.room);
    s.path.trials += r.trials;
    wall = wall || r.wall;
    if (r.found) {
      const Stall stall = tolerance > 0 ? futile(s, r) : Stall::none;
      accept(method, s, constraints, r.step);
      return stall == Stall::none ? StepReport{} : hand_over(f, s, stall);
    }
    const bool holds = !step.elastic && s.violation <= constrained::allowed_violation(s.path.at.x);
    // A B that is begun anew after a tiny step promises little, however large the forces are.
    if (tolerance > 0 && attempt == 0 && holds && -s.promise.slope <= 100 * epsilon * std::abs(s.path.at.f))
      return {Status::converged_at_precision, "", false};
    begin_hessian(s);
  }
  return hand_over(f, s, wall ? Stall::wall : Stall::merit);
}

}  // namespace

Sqp::State Sqp::start(Point at, const Options& options) const {
  State s;
  const std::size_t n = at.x.size(), m = options.constraints.size();
  s.path = Descent(std::move(at));
  s.values = {std::vector<double>(m), std::vector<double>(n * m)};
  s.trial = s.room = {s.path.at, s.values};
  s.s.resize(n);
  s.y = s.product = s.s;
  s.journey.start(s.path.at, options.constraints, s.values);
  s.multipliers.assign(m, 0.0);
  s.penalties = s.multipliers;
  if (n > most_variables) s.stall = Stall::size;
  s.fallback = AugmentedLagrangian{}.start(s.path.at, options);
  s.hessian.resize(s.stall == Stall::none ? n * n : 0);
  return s;
}

StepReport Sqp::step(Evaluator& f, State& s) const {
  if (s.stall != Stall::none) return continue_fallback(f, s);
  const StepReport report = advance(*this, f, s);
  s.active_bounds = box::active_bounds(s.path.at.x, f.bounds());
  return report;
}

void Sqp::move_to(Evaluator& f, State& s, Point p) const {
  if (s.stall != Stall::none) {
    AugmentedLagrangian{}.move_to(f, s.fallback, p);
    s.path.at = std::move(p);
    return;
  }
  s.path.at = std::move(p);
  constrained::evaluate(f.options().constraints, s.path.at.x, s.values);
  s.violation = constrained::violation(f.options().constraints, s.values.c);
  s.journey.visit(s.path.at);
  s.calm = s.futile = s.walled = s.missing = s.contradictions = s.straight = 0;
  s.least_violation = HUGE_VAL;
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

std::shared_ptr<const MethodBase> make_method(const Sqp& method) { return method_of(method); }

}  // namespace talweg
