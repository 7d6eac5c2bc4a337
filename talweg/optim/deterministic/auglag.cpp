#include "talweg/optim/deterministic/auglag.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstdio>

#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/method_of.hpp"
#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg {

namespace {
double env(const char* n, double d) { const char* v = std::getenv(n); return v ? std::atof(v) : d; }

using constrained::Values;
using State = AugmentedLagrangian::State;
constexpr double largest_penalty = 1e14;

bool is_equality(const Constraint& c) { return c.kind == Constraint::Kind::equality; }

/// λ_i − ρ c_i, at least 0 for an inequality: what the multiplier becomes, and the weight of row i in the gradient.
double next_multiplier(const State& s, const Constraint& constraint, double c, std::size_t i) {
  const double next = s.multipliers[i] - s.rho * s.scales[i] * s.scales[i] * c;
  return is_equality(constraint) ? next : std::max(0.0, next);
}

/// L and its gradient from f, its gradient and the constraints at one point.
double augment(const State& s, std::span<const Constraint> constraints, const Point& p, const Values& values,
               std::span<double> gradient) {
  double value = p.f;
  std::vector<double> weights(constraints.size());
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const double rho = s.rho * s.scales[i] * s.scales[i];
    weights[i] = next_multiplier(s, constraints[i], values.c[i], i);
    value += (weights[i] - s.multipliers[i]) * (weights[i] + s.multipliers[i]) / (2 * rho);
  }
  constrained::lagrangian_gradient(p.g, values, weights, gradient);
  return value;
}

double scaled_violation(const State& s, std::span<const Constraint> constraints) {
  double largest = 0;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    // An inequality that holds counts as long as its multiplier has not gone: |min(c, λ/ρ)|.
    const double rho = s.rho * s.scales[i] * s.scales[i], c = s.values.c[i];
    const double miss = is_equality(constraints[i]) ? c : std::min(c, s.multipliers[i] / rho);
    largest = std::max(largest, s.scales[i] * std::abs(miss));
  }
  return largest;
}

/// The user's f and constraints at the points that the inner search may end at: its latest and its lowest trial.
class Composite {
 public:
  Composite(Evaluator& f, const State& s) : f_(f), s_(s), constraints_(f.options().constraints) {}
  double operator()(std::span<const double> x, std::span<double> gradient) {
    if (!any_ || latest_value_ < lowest_value_) {
      std::swap(latest_, lowest_);
      lowest_value_ = any_ ? latest_value_ : HUGE_VAL;
    }
    any_ = true;
    latest_.point.x.assign(x.begin(), x.end());
    f_(latest_.point);
    latest_value_ = HUGE_VAL;
    if (!constrained::evaluate(constraints_, x, latest_.values) || !finite(latest_.point)) {
      std::fill(gradient.begin(), gradient.end(), 0.0);
      return std::numeric_limits<double>::quiet_NaN();
    }
    return latest_value_ = augment(s_, constraints_, latest_.point, latest_.values, gradient);
  }
  /// Moves the record of x to the state.
  void settle(std::span<const double> x, Point& at, Values& values) {
    for (Record* r : {&latest_, &lowest_})
      if (std::equal(x.begin(), x.end(), r->point.x.begin(), r->point.x.end())) {
        std::swap(at, r->point);
        std::swap(values, r->values);
        return;
      }
  }

 private:
  struct Record {
    Point point;
    Values values;
  };
  Evaluator& f_;
  const State& s_;
  std::span<const Constraint> constraints_;
  Record latest_, lowest_;
  double latest_value_ = HUGE_VAL, lowest_value_ = HUGE_VAL;
  bool any_ = false;
};

void begin(const AugmentedLagrangian& m, const Evaluator& f, State& s) {
  const auto& constraints = f.options().constraints;
  const std::size_t n = s.path.at.x.size();
  const double longest = std::max(1.0, env("SL",1) ? vectors::norm(s.path.at.g) : 1.0);
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const double norm = vectors::norm(std::span<const double>(s.values.rows).subspan(i * n, n));
    s.scales[i] = norm > longest ? longest / norm : 1;
    if (env("SN",0)) s.scales[i] = 1 / std::max(1.0, norm);
  }
  double squares = 0;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const double miss = s.scales[i] * constrained::miss(constraints[i], s.values.c[i]);
    squares += miss * miss;
  }
  s.rho = m.penalty > 0 ? m.penalty : std::clamp(env("RF",2) * std::max(1.0, std::abs(s.path.at.f)) / squares, env("RL",1), env("RH",10));
  s.inner_tolerance = env("W0", 0.1);
  s.begun = true;
}

/// L has changed: the inner method sees its value and gradient at the same point, and keeps its pairs.
void relaunch(const Evaluator& f, State& s) {
  Point& p = s.inner.path.at;
  p.f = augment(s, f.options().constraints, s.path.at, s.values, p.g);
  s.inner.path.calm_steps = -1;
  s.inner.doubted = false;
  if (env("KEEP", 1) == 0) s.inner.pairs.forget();
  s.inner.pairs.look(p, f.bounds());
}

}  // namespace

AugmentedLagrangian::State AugmentedLagrangian::start(Point at, const Options& options) const {
  State s;
  const std::size_t n = at.x.size(), m = options.constraints.size();
  s.inner = Lbfgsb{.memory = memory}.start(at, options);
  s.path.at = std::move(at);
  s.values = {std::vector<double>(m), std::vector<double>(n * m)};
  s.scales.assign(m, 1.0);
  s.multipliers.assign(m, 0.0);
  return s;
}

StepReport AugmentedLagrangian::step(Evaluator& f, State& s) const {
  const auto& constraints = f.options().constraints;
  const double tolerance = f.options().gradient_tolerance;
  if (!s.begun) {
    if (!constrained::evaluate(constraints, s.path.at.x, s.values))
      return {Status::not_finite, "a constraint is not finite at the start"};
    begin(*this, f, s);
    relaunch(f, s);
  }
  StepReport report{Status::running, "", false};
  const auto norm = [&] { return gradient_norm(s.inner.path.at.x, s.inner.path.at.g, f.bounds()); };
  const auto scale = [&] { return std::max(1.0, std::abs(s.path.at.f)); };
  if (norm() > s.inner_tolerance * scale() || tolerance == 0) {
    Composite composite(f, s);
    const Function function = std::ref(composite);
    Options inner_options;
    inner_options.bounds = f.bounds();
    inner_options.names = f.options().names;
    Evaluator inner(function, inner_options);
    const Lbfgsb method{.memory = memory};
    try {
      report = method.step(inner, s.inner);
    } catch (...) {
      composite.settle(s.inner.path.at.x, s.path.at, s.values);
      throw;
    }
    composite.settle(s.inner.path.at.x, s.path.at, s.values);
    s.violation = constrained::violation(constraints, s.values.c);
    if (report.status == Status::diverged || report.status == Status::not_finite) return report;
    if (report.status == Status::running && norm() > s.inner_tolerance * scale()) return report;
    report.moved = true;
  }
  s.violation = constrained::violation(constraints, s.values.c);
  // The inner minimisation is over: new multipliers, with which the gradient of the Lagrangian is that of L.
  const double violation = scaled_violation(s, constraints);
  double gap = 0;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    s.multipliers[i] = next_multiplier(s, constraints[i], s.values.c[i], i);
    gap += std::abs(s.multipliers[i] * s.values.c[i]);
  }
  ++s.updates;
  if (env("DBG",0)) std::printf("   outer %ld f %.10g viol %.2g sv %.2g norm %.2g tol %.2g rho %.2g gap %.2g\n", (long)s.updates, s.path.at.f, s.violation, violation, norm(), s.inner_tolerance, s.rho, gap);
  if (tolerance > 0 && s.violation <= constrained::allowed_violation(s.path.at.x) && gap <= 1e-8 * scale() && norm() <= tolerance * scale())
    return {Status::converged, "", report.moved};
  const bool failed = report.status != Status::running;
  if (violation > env("TAU", 0.25) * s.last_violation) {
    s.rho *= growth;
    ++s.stalls;
  }
  s.last_violation = violation;
  if (failed && s.violation <= constrained::allowed_violation(s.path.at.x) && report.status == Status::converged_at_precision && s.inner_tolerance <= tolerance)
    return {Status::converged_at_precision, "", report.moved};
  if (s.rho > largest_penalty) return {Status::infeasible, "", report.moved};
  s.inner_tolerance = std::max(tolerance > 0 ? tolerance : 1e-8, s.inner_tolerance * env("WR", 0.1));
  relaunch(f, s);
  return {Status::running, "", report.moved};
}

Observations AugmentedLagrangian::observe(const State& s) const {
  Observations out = talweg::observe(s.inner.path);
  out.push_back({"active_bounds", {s.inner.active_bounds}});
  out.push_back({"penalty", {s.rho}});
  out.push_back({"violation", {s.violation}});
  out.push_back({"multipliers", s.multipliers});
  return out;
}

Observations AugmentedLagrangian::details(const State& s) const {
  return {{"active_bounds", {s.inner.active_bounds}},
          {"penalty", {s.rho}},
          {"multiplier_updates", {static_cast<double>(s.updates)}}};
}

std::shared_ptr<const MethodBase> make_method(const AugmentedLagrangian& method) {
  return std::make_shared<detail::MethodOf<AugmentedLagrangian>>(method);
}

}  // namespace talweg
