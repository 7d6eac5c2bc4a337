#include "talweg/optim/deterministic/sqp.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/base/text.hpp"
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
constexpr double small_gap = 1e-8;       ///< Σ |λ_i c_i| against max(1, |f|): what the misses may be worth in f

enum Stall : std::int64_t { none, size, subproblem, contradictory, merit, missing };
const char* reason(std::int64_t stall) {
  constexpr const char* reasons[] = {"",
                                     "there are too many variables for dense matrices",
                                     "the quadratic subproblem could not be solved",
                                     "the linearised constraints contradict each other",
                                     "no step lowered the merit function",
                                     "the constraints came no nearer for many iterations"};
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

struct MeritTrial {
  Point point;
  Values values;
  double step = 0;
};

void place(const Evaluator& f, const Point& from, double a, std::span<const double> d, Point& to) {
  to.x.resize(from.x.size());
  vectors::advance(from.x, a, d, to.x);
  const Bounds& box = f.bounds();
  if (!box.empty()) vectors::enter(box.lower, box.upper, from.x, a, d, to.x);
}

/// Backtracks along d until the merit function has fallen. `not_finite` counts trials where f or a constraint was.
bool search_merit(Evaluator& f, State& s, const constrained::Step& step, const Measures& m, MeritTrial& t,
                  int& not_finite) {
  const Constraints constraints = f.options().constraints;
  const double before = merit_of(constraints, s, s.path.at.f, s.values);
  const double noise = 10 * epsilon * (std::abs(s.path.at.f) + m.missed);
  t.step = 1;
  if (f.on_trial) f.on_trial(0, before, m.slope);
  for (int k = 0; k < most_trials; ++k) {
    place(f, s.path.at, t.step, step.d, t.point);
    if (t.point.x == s.path.at.x) return false;
    f(t.point);
    ++s.path.trials;
    if (!constrained::evaluate(constraints, t.point.x, t.values) || !finite(t.point)) {
      ++not_finite;
      t.step *= 0.1;
      continue;
    }
    const double after = merit_of(constraints, s, t.point.f, t.values);
    if (f.on_trial) f.on_trial(t.step, after, m.slope);
    if (after <= before + decrease * t.step * m.slope + noise) return true;
    const double parabola = -m.slope * t.step * t.step / (2 * (after - before - m.slope * t.step));
    t.step = std::isfinite(parabola) ? std::clamp(parabola, 0.1 * t.step, 0.5 * t.step) : 0.1 * t.step;
  }
  return false;
}

/// B learns from the change of the gradient of the Lagrangian with the new multipliers.
void learn(const Sqp& method, State& s, const Point& old, const Values& old_values) {
  const std::size_t n = old.x.size();
  std::vector<double> step(n), y(n), before(n);
  vectors::subtract(s.path.at.x, old.x, step);
  constrained::lagrangian_gradient(s.path.at.g, s.values, s.multipliers, y);
  constrained::lagrangian_gradient(old.g, old_values, s.multipliers, before);
  vectors::subtract(y, before, y);
  s.updates += constrained::update_hessian(s.hessian, step, std::move(y), method.damping, s.updates == 0);
}

/// A variable at a bound whose multiplier is zero may be there by accident: f can fall behind it by second order
/// (HS33). Once, the run leaves such bounds by 1 % and goes on from there. False when there are none.
bool leave_bounds(Evaluator& f, State& s, const constrained::Step& step, double tolerance) {
  const Bounds& box = f.bounds();
  if (s.looked || box.empty()) return false;
  s.looked = true;
  MeritTrial t;
  t.point.x = s.path.at.x;
  for (std::size_t i = 0; i < t.point.x.size(); ++i) {
    double& x = t.point.x[i];
    const double share = 0.01 * std::max(1.0, std::abs(x));
    if (box.lower[i] == box.upper[i] || std::abs(step.bound_multipliers[i]) > tolerance) continue;
    if (x <= box.lower[i])
      x = std::min(x + share, box.upper[i]);
    else if (x >= box.upper[i])
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

/// One iteration of SQP itself.
StepReport advance(const Sqp& method, Evaluator& f, State& s) {
  const Constraints constraints = f.options().constraints;
  const std::size_t n = s.path.at.x.size();
  const double tolerance = f.options().gradient_tolerance;
  s.path.trials = 0;
  if (!s.begun && !constrained::evaluate(constraints, s.path.at.x, s.values))
    return {Status::not_finite, "a constraint or its gradient is not finite at the start", false};
  s.begun = true;

  for (int attempt = 0, not_finite = 0; attempt < 2; ++attempt) {
    const constrained::Step step =
        constrained::solve_subproblem(s.path.at, s.values, s.hessian, s.multipliers, constraints, f.bounds());
    if (step.outcome != QpOutcome::solved) {
      if (attempt > 0 || s.updates == 0) return hand_over(f, s, Stall::subproblem);
      constrained::reset_hessian(s.hessian, n, method.initial_curvature);
      s.updates = 0;
      continue;
    }
    s.relaxation = step.relaxation;
    s.violation = constrained::violation(constraints, s.values.c);
    s.contradictions = step.relaxation == 1 ? s.contradictions + 1 : 0;
    if (s.contradictions > contradiction_limit) return hand_over(f, s, Stall::contradictory);
    if (s.violation <= std::max(0.9 * s.least_violation, constrained::allowed_violation(s.path.at.x))) {
      s.least_violation = s.violation;
      s.missing = 0;
    } else if (++s.missing > miss_limit && tolerance > 0) {
      return hand_over(f, s, Stall::missing);
    }
    if (step.relaxation < 1) {  // otherwise the multipliers mean nothing
      raise_penalties(s, step);
      s.multipliers = step.multipliers;
    }
    const Measures m = measure(s, constraints, step);
    const double scale = std::max(1.0, std::abs(s.path.at.f));
    const bool holds =
        !step.elastic && s.violation <= constrained::allowed_violation(s.path.at.x) && m.gap <= small_gap * scale;
    if (tolerance > 0 && holds) {
      if (m.residual <= tolerance * scale) {
        if (!leave_bounds(f, s, step, tolerance * scale)) return conclude(s, Status::converged);
        return {};
      }
      s.calm = -m.slope <= 4 * epsilon * std::abs(s.path.at.f) ? s.calm + 1 : 0;
      if (s.calm >= calm_limit) return conclude(s, Status::converged_at_precision);
    }
    MeritTrial t;
    if (search_merit(f, s, step, m, t, not_finite)) {
      std::swap(s.path.at, t.point);
      std::swap(s.values, t.values);
      s.path.step_length = t.step;
      s.violation = constrained::violation(constraints, s.values.c);
      ++s.path.iteration;
      learn(method, s, t.point, t.values);
      return {};
    }
    if (tolerance > 0 && holds && -m.slope <= 100 * epsilon * std::abs(s.path.at.f))
      return conclude(s, Status::converged_at_precision);
    constrained::reset_hessian(s.hessian, n, method.initial_curvature);
    s.updates = 0;
  }
  return hand_over(f, s, Stall::merit);
}

}  // namespace

Sqp::State Sqp::start(Point at, const Options& options) const {
  State s;
  const std::size_t n = at.x.size(), m = options.constraints.size();
  s.path = Descent(std::move(at));
  s.values = {std::vector<double>(m), std::vector<double>(n * m)};
  s.multipliers.assign(m, 0.0);
  s.penalties = s.held_multipliers = s.multipliers;
  if (n > most_variables) s.stall = Stall::size;
  s.fallback = AugmentedLagrangian{}.start(s.path.at, options);
  if (s.stall == Stall::none) constrained::reset_hessian(s.hessian, n, initial_curvature);
  s.held.x.assign(n, 0.0);
  s.held.g.assign(n, 0.0);
  return s;
}

StepReport Sqp::step(Evaluator& f, State& s) const {
  if (s.stall != Stall::none) return continue_fallback(f, s);
  try {
    return advance(*this, f, s);
  } catch (const BudgetSpent&) {
    if (!std::isnan(s.held.f)) go_back(s);
    throw;
  }
}

Observations Sqp::observe(const State& s) const {
  Observations out = talweg::observe(s.path);
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
