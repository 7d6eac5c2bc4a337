#include "talweg/optim/deterministic/auglag.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/constrained/augmented.hpp"
#include "talweg/optim/deterministic/constrained/escape.hpp"
#include "talweg/optim/deterministic/method_of.hpp"
#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg {

namespace {
using constrained::augment;
using constrained::AugmentedFunction;
using constrained::next_multiplier;
using constrained::Values;
using State = AugmentedLagrangian::State;
/// Chosen on the 56 Hock-Schittkowski problems and starts moved by 3 %: 54 solved, 34 evaluations (geometric mean)
/// until the run returns. A first tolerance of 0.1 saves two evaluations and loses four problems to other KKT points;
/// pairs forgotten at every update of the multipliers cost twice as many.
constexpr double first_tolerance = 0.01, tighten = 0.1;
constexpr double enough_fall = 0.25;  ///< of the violation, for the penalty to stay
constexpr std::int64_t patience = 3;  ///< slow updates before the penalty grows twice as fast
/// Constraints missed by so many times the size and the ways of x: L falls into an abyss that the penalty does not
/// close.
constexpr double abyss = 100;
constexpr double relaunch_share = 0.1;  ///< of the longest way so far, for a step where L begins anew
constexpr std::int64_t most_escapes = 8;
constexpr std::int64_t trapped_searches = 2;  ///< in a row that met a number that is none
constexpr std::int64_t hopeless = 4;          ///< updates without any fall of the violation: it cannot be met from here
/// The first penalty, on constraints with rows of length 1, is this multiple of the curvature that brings f's force at
/// the start to rest within the reach, a share of ||x0||. Evaluations until the run returns: 37.8; with 5 or 20, or a
/// reach of 0.2 or 0.5, 39.2 to 39.7.
constexpr double first_stiffness = 10, reach = 0.3;
constexpr double most_growth = 1e50;      ///< of the penalty
constexpr double most_stretch = 1e3;      ///< of a constraint's gradient, before it is scaled anew
constexpr std::int64_t most_looks = 5;    ///< for a lower violation near a point where it is stationary
constexpr double rough_tolerance = 1e-6;  ///< how small L's gradient must be before rounding may be blamed
constexpr double settled_share = 0.05;    ///< of the way of a variable, for a last step
constexpr double nothing = 1e-20;         ///< of all that was won: a variable with no more to give may move
constexpr double least_share = 1e-6;      ///< of f's forces times the variables' ways, that is worth looking at
constexpr double least_tolerance = 1e-8;  ///< of the inner method where no test of convergence is asked for

/// Σ |λ_i c_i| against the same, for a tolerance of 1e-8: what the misses may be worth in f. 1e-10 instead costs 4 %
/// more evaluations.
constexpr double small_gap = 1e-8;

/// The one reading of what counts as converged; 0 switches the tests off.
double tolerance_of(const Options& options) { return options.tolerance; }

double scaled_violation(const State& s, std::span<const Constraint> constraints) {
  double largest = 0;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    // An inequality that holds counts as long as its multiplier has not gone: |min(c, λ/ρ)|.
    const double rho = s.rho * s.scales[i] * s.scales[i], c = s.values.c[i];
    const double miss = constraints[i].kind == Constraint::Kind::equality ? c : std::min(c, s.multipliers[i] / rho);
    largest = std::max(largest, s.scales[i] * std::abs(miss));
  }
  return largest;
}

/// The first penalty and the scales. Where f has no force at the start, its size stands in.
void begin(const AugmentedLagrangian& m, const Evaluator& f, State& s) {
  const auto& constraints = f.options().constraints;
  const std::size_t n = s.path.at.x.size();
  const double length = constrained::natural_length(s.path.at, s.values, constraints, f.bounds(), reach);
  s.length = length;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const double norm = vectors::norm(std::span<const double>(s.values.rows).subspan(i * n, n));
    const double size = norm > 0 ? norm : std::abs(s.values.c[i]) / length;
    s.scales[i] = size > 0 ? 1 / size : 1;
  }
  const double force = vectors::norm(s.path.at.g);
  const double stiffness = force > 0 ? force / length : std::abs(s.path.at.f) / (length * length);
  s.rho = m.penalty > 0 ? m.penalty : stiffness > 0 ? first_stiffness * stiffness : 1;
  s.first_rho = s.rho;
  s.violation = constrained::violation(constraints, s.values.c);
  s.inner_tolerance = first_tolerance;
  s.journey.start(s.path.at, constraints, s.values);
  s.begun = true;
}

/// A constraint whose gradient was next to nothing at the start counts for far too much where it is longer.
void rescale(State& s) {
  const std::size_t n = s.path.at.x.size();
  for (std::size_t i = 0; i < s.scales.size(); ++i) {
    const double norm = vectors::norm(std::span<const double>(s.values.rows).subspan(i * n, n));
    if (!(norm * s.scales[i] > most_stretch)) continue;
    s.scales[i] = 1 / norm;
    s.last_violation = HUGE_VAL;
    s.stalls = s.failures = 0;
  }
}

/// L has changed: the inner method sees its value and gradient at the same point, and keeps its pairs.
void relaunch(const Evaluator& f, State& s) {
  rescale(s);
  Point& p = s.inner.path.at;
  p.x = s.path.at.x;
  p.f = augment(s, f.options().constraints, s.path.at, s.values, s.scratch.weights, p.g);
  s.inner.path.record = p.f;
  s.inner.path.calm_steps = -1;
  s.inner.path.walled = 0;
  s.inner.doubted = false;
  // The last steps towards the minimum of the old L say nothing of how far that of the new one is.
  s.inner.path.reach = std::max(s.inner.path.reach, relaunch_share * s.journey.longest_range());
  s.inner.path.first_fall = std::max(s.inner.path.first_fall, vectors::norm(p.g) * s.inner.path.reach);
  s.stage.point = s.path.at;
  s.stage.values = s.values;
  s.stage_reach = s.inner.path.reach;
  if (s.inner.pairs.count == 0)
    forget(s.inner, f.bounds());
  else
    s.inner.pairs.look(p, f.bounds());
}

/// All that the run has won so far, the misses at the start counted at the price of their multipliers. A run that comes
/// back to where it began has won nothing: then what f's forces can tell over the ways so far, and what the misses are
/// worth, is the yardstick.
double spread(const State& s, std::span<const Constraint> constraints) {
  double all = s.journey.spread(s.path.at.f, s.multipliers);
  for (std::size_t i = 0; i < s.path.at.g.size(); ++i)
    all += least_share * std::abs(s.path.at.g[i]) * s.journey.range(i);
  for (std::size_t i = 0; i < constraints.size(); ++i)
    all += least_share * std::abs(next_multiplier(s, constraints[i], s.values.c[i], i) * s.values.c[i]);
  return all;
}

/// What the gradient of L may be worth over the ways that the variables have come.
double inner_worth(const Evaluator& f, const State& s) {
  const Point& p = s.inner.path.at;
  const Bounds& box = f.bounds();
  double largest = 0;
  for (std::size_t i = 0; i < p.x.size(); ++i) {
    const bool held =
        !box.empty() && ((p.g[i] > 0 && p.x[i] <= box.lower[i]) || (p.g[i] < 0 && p.x[i] >= box.upper[i]));
    if (held || p.g[i] == 0) continue;
    const double room = box.empty() ? HUGE_VAL : p.g[i] > 0 ? p.x[i] - box.lower[i] : box.upper[i] - p.x[i];
    const double way = s.journey.moves > 0 ? s.journey.range(i) : HUGE_VAL;
    largest = std::max(largest, std::abs(p.g[i]) * std::min(way, room));
  }
  return largest;
}

/// Whether the last step was short for every variable, beside the way that it has come: a run that has hardly begun
/// shows small forces times small ways too.
bool settled(const State& s, double all) {
  const Point &now = s.inner.path.at, &old = s.inner.path.old;
  for (std::size_t i = 0; i < now.x.size(); ++i) {
    const double step = std::abs(now.x[i] - old.x[i]);
    if (step > settled_share * s.journey.range(i) && std::abs(now.g[i]) * step > nothing * all) return false;
  }
  return true;
}

/// One iteration of L-BFGS-B on L.
StepReport descend(const AugmentedLagrangian& m, Evaluator& f, State& s) {
  AugmentedFunction augmented(f, s, s.scratch);
  const Function function = std::ref(augmented);
  Evaluator inner(function, s.scratch.options);
  inner.on_trial = f.on_trial;
  const auto take = [&] {
    augmented.settle(s.inner.path.at.x, s.path.at, s.values);
    s.violation = constrained::violation(f.options().constraints, s.values.c);
  };
  try {
    StepReport report = Lbfgsb{.memory = m.memory}.step(inner, s.inner);
    take();
    if (report.status == Status::not_finite && !augmented.defect().empty()) report.why = augmented.defect();
    if (report.status == Status::diverged && f.options().maximize)  // the inner search knows -f only
      report.why = constrained::without_bound(s.path.at.f, f.options());
    return report;
  } catch (...) {
    take();
    throw;
  }
}

/// λ moves by first order, and the penalty grows where the violation did not fall enough. Returns Σ |λ_i c_i|.
double update_multipliers(const AugmentedLagrangian& m, std::span<const Constraint> constraints, State& s) {
  const double violation = scaled_violation(s, constraints);
  double gap = 0;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    s.multipliers[i] = next_multiplier(s, constraints[i], s.values.c[i], i);
    gap += std::abs(s.multipliers[i] * s.values.c[i]);
  }
  ++s.updates;
  s.stalls = violation > enough_fall * s.last_violation ? s.stalls + 1 : 0;
  if (s.stalls > 0) s.rho *= s.stalls > patience ? m.growth * m.growth : m.growth;
  const bool missed = s.violation > constrained::allowed_violation(s.path.at.x);
  s.stuck = missed && violation > 0.9 * s.last_violation ? s.stuck + 1 : 0;
  s.last_violation = violation;
  return gap;
}

/// Whether the constraints hold within the tolerance, each beside what it changes by over the variables' ways and
/// sizes: in units of its own, which what a user is promised is not.
bool holds(const State& s, std::span<const Constraint> constraints, double tolerance) {
  const std::size_t n = s.path.at.x.size();
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    double worth = 0;
    for (std::size_t j = 0; j < n; ++j)
      worth += std::abs(s.values.rows[i * n + j]) * std::max(std::abs(s.path.at.x[j]), s.journey.range(j));
    if (constrained::miss(constraints[i], s.values.c[i]) > tolerance * worth) return false;
  }
  return true;
}

/// Whether the constraints are missed by more than x and its ways could explain: L, not f, falls without bound.
bool lost(const State& s, std::span<const Constraint> constraints) {
  double before = 0, now = 0;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    before = std::max(before, s.scales[i] * constrained::miss(constraints[i], s.stage.values.c[i]));
    now = std::max(now, s.scales[i] * constrained::miss(constraints[i], s.values.c[i]));
  }
  return now > abyss * std::max({before, s.length, s.journey.longest_range()});
}

/// Whether f falls towards where it is not defined, and the constraints, which are missed there, do not hold L yet.
bool trapped(const State& s) {
  return s.inner.path.walled >= trapped_searches && s.violation > constrained::allowed_violation(s.path.at.x);
}

/// Back to where L last began, which a larger penalty holds.
void hold_back(const AugmentedLagrangian& m, const Evaluator& f, State& s) {
  s.path.at = s.stage.point;
  s.values = s.stage.values;
  s.violation = constrained::violation(f.options().constraints, s.values.c);
  s.rho *= m.growth * m.growth;
  s.inner.path.reach = s.stage_reach;  // a leap is no measure of what comes next
  s.inner.pairs.forget();
  relaunch(f, s);
}

/// Goes to another point, where L begins anew.
void restart_at(Evaluator& f, State& s, Point to, Values values) {
  s.path.at = std::move(to);
  s.values = std::move(values);
  s.violation = constrained::violation(f.options().constraints, s.values.c);
  s.last_violation = HUGE_VAL;
  s.stalls = s.stuck = s.failures = 0;
  s.inner_tolerance = first_tolerance;
  s.inner.pairs.forget();
  relaunch(f, s);
}

/// The violation does not fall any more. Goes to a point near by where it is lower, if there is one.
bool escape(Evaluator& f, State& s) {
  if (s.looks >= most_looks) return false;
  ++s.looks;
  Point to;
  to.x = constrained::less_violated(f, s.path.at.x);
  if (to.x.empty()) return false;
  f(to);
  Values values;
  if (!finite(to) || !constrained::evaluate(f.options().constraints, to.x, values)) return false;
  restart_at(f, s, std::move(to), std::move(values));
  return true;
}

}  // namespace

AugmentedLagrangian::State AugmentedLagrangian::start(Point at, const Options& options) const {
  State s;
  const std::size_t n = at.x.size(), m = options.constraints.size();
  s.inner = Lbfgsb{.memory = memory}.start(at, options);
  s.inner.finite_box = false;  // a first trial across the box is bold enough where f is all there is
  s.path.start_value = at.f;
  s.path.at = std::move(at);
  s.values = {std::vector<double>(m), std::vector<double>(n * m)};
  s.scales.assign(m, 1.0);
  s.multipliers.assign(m, 0.0);
  s.journey.start(s.path.at, options.constraints, s.values);
  s.scratch.options.bounds = options.bounds;
  s.scratch.options.names = options.names;
  s.scratch.options.exact_gradient = options.exact_gradient;
  s.scratch.latest = s.scratch.lowest = s.stage = {s.path.at, s.values};
  s.scratch.weights = s.multipliers;
  return s;
}

StepReport AugmentedLagrangian::step(Evaluator& f, State& s) const {
  const auto& constraints = f.options().constraints;
  const double tolerance = tolerance_of(f.options());
  if (!s.begun) {
    if (!constrained::evaluate(constraints, s.path.at.x, s.values))
      return {Status::not_finite, constrained::name_non_finite(f.options(), s.values) + " at the start", false};
    begin(*this, f, s);
    relaunch(f, s);
  }
  StepReport report{Status::running, "", false};
  const double finest = tolerance > 0 ? tolerance : least_tolerance;
  const auto unfinished = [&] {
    const double all = spread(s, constraints);
    return inner_worth(f, s) > s.inner_tolerance * all || (s.inner_tolerance == finest && !settled(s, all));
  };
  if (unfinished()) {
    report = descend(*this, f, s);
    // Where the constraints hold, f itself falls.
    if (report.status == Status::diverged && s.violation <= constrained::allowed_violation(s.path.at.x)) return report;
    if (report.status == Status::diverged || lost(s, constraints)) {
      hold_back(*this, f, s);
      if (++s.escapes > most_escapes) return {Status::diverged, report.why};
      return {};
    }
    if (trapped(s) && s.escapes < most_escapes) {
      hold_back(*this, f, s);
      ++s.escapes;
      return {};
    }
    s.journey.visit(s.path.at);
    if (s.violation <= constrained::allowed_violation(s.path.at.x) && tolerance > 0 &&
        s.journey.bottomless(s.path.at.f))
      return {Status::diverged, constrained::without_bound(s.path.at.f, f.options())};
    if (report.status == Status::not_finite && ++s.walls > hopeless) s.failures = hopeless;
    // Forces whose squares underflow move nothing.
    if (tolerance > 0 && report.status == Status::running && s.inner.path.step_length == 0)
      report.status = Status::converged_at_precision;
    if (report.status == Status::running && unfinished()) return report;
    report.moved = true;
  }
  // The inner minimisation is over: with the new multipliers the gradient of the Lagrangian is that of L.
  const bool exhausted = report.status != Status::running;
  s.failures = exhausted ? s.failures + 1 : 0;
  const double gap = update_multipliers(*this, constraints, s), all = spread(s, constraints), worth = inner_worth(f, s);
  const bool feasible = s.violation <= constrained::allowed_violation(s.path.at.x);
  if (tolerance > 0 && feasible && (s.journey.moves > 0 || worth == 0)) {
    if (gap <= small_gap * all && worth <= tolerance * all && settled(s, all) && holds(s, constraints, tolerance))
      return {Status::converged, "", report.moved};
    const bool rough = exhausted && std::max(gap, worth) <= rough_tolerance * all;
    if (rough && (report.status == Status::converged_at_precision || s.failures > hopeless))
      return {Status::converged_at_precision, "", report.moved};
  }
  const bool hard = s.rho > most_growth * s.first_rho;
  if (!feasible && (s.stuck >= hopeless || hard)) {
    if (escape(f, s)) return {Status::running, "", true};
    return {Status::infeasible, "", report.moved};
  }
  if (s.failures > hopeless || hard)
    return {exhausted && !succeeds(report.status) ? report.status : Status::line_search_failed, report.why,
            report.moved};
  s.inner_tolerance = std::max(finest, tighten * s.inner_tolerance);
  relaunch(f, s);
  return {};
}

void AugmentedLagrangian::move_to(Evaluator& f, State& s, Point p) const {
  Values values;
  constrained::evaluate(f.options().constraints, p.x, values);
  restart_at(f, s, std::move(p), std::move(values));
  s.journey.visit(s.path.at);
}

Observations AugmentedLagrangian::observe(const State& s) const {
  Observations out = talweg::observe(s.inner.path);
  out.push_back({"active_bounds", {s.inner.active_bounds}, Per::step});
  out.push_back({"penalty", {s.rho}, Per::step});
  out.push_back({"violation", {s.violation}, Per::step});
  out.push_back({"multipliers", s.multipliers, Per::constraint});
  return out;
}

Observations AugmentedLagrangian::details(const State& s) const {
  return {{"active_bounds", {s.inner.active_bounds}, Per::step},
          {"penalty", {s.rho}, Per::step},
          {"multiplier_updates", {static_cast<double>(s.updates)}, Per::step}};
}

std::shared_ptr<const MethodBase> make_method(const AugmentedLagrangian& method) { return method_of(method); }

}  // namespace talweg
