#include "talweg/optim/deterministic/sqp.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg {

namespace {
using constrained::Values;
double env(const char* n, double d) {
  const char* v = std::getenv(n);
  return v ? std::atof(v) : d;
}

constexpr double epsilon = std::numeric_limits<double>::epsilon();

void reset_hessian(Sqp::State& s, double curvature) {
  const std::size_t n = s.at.x.size();
  s.hessian.assign(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) s.hessian[i * n + i] = curvature;
  s.updates = 0;
}

/// The QP of one iteration: rows of length one, and the elastic variable where the linearisations contradict.
struct Subproblem {
  std::vector<double> d, multipliers, bound_multipliers;
  double relaxation = 0;
  constrained::QpOutcome outcome = constrained::QpOutcome::solved;
};

Subproblem solve_qp(const Evaluator& f, Sqp::State& s) {
  const auto& constraints = f.options().constraints;
  const std::size_t n = s.at.x.size(), m = constraints.size();
  std::vector<double> rows(s.values.rows), c(s.values.c), scale(m, 1.0);
  std::vector<std::uint8_t> equality(m);
  for (std::size_t i = 0; i < m; ++i) {
    equality[i] = constraints[i].kind == Constraint::Kind::equality;
    const std::span<double> row = std::span<double>(rows).subspan(i * n, n);
    const double norm = vectors::norm(row);
    if (norm > 0) scale[i] = 1 / norm;
    vectors::scale(scale[i], row);
    c[i] *= scale[i];
  }
  std::vector<double> lower(n, -std::numeric_limits<double>::infinity()),
      upper(n, std::numeric_limits<double>::infinity());
  if (!f.bounds().empty())
    for (std::size_t i = 0; i < n; ++i) {
      lower[i] = f.bounds().lower[i] - s.at.x[i];
      upper[i] = f.bounds().upper[i] - s.at.x[i];
    }
  constrained::Qp qp;
  Subproblem out;
  out.outcome = qp.solve({n, m, s.hessian, s.at.g, rows, c, equality, lower, upper});
  if (out.outcome == constrained::QpOutcome::inconsistent || out.outcome == constrained::QpOutcome::exhausted) {
    // One more variable, the share of the violations that is left standing, at a price.
    const std::size_t k = n + 1;
    std::vector<double> hessian(k * k, 0.0), gradient(s.at.g), wide(m * k);
    gradient.push_back(0);
    for (std::size_t i = 0; i < n; ++i) std::copy_n(&s.hessian[i * n], n, &hessian[i * k]);
    for (std::size_t i = 0; i < m; ++i) {
      std::copy_n(&rows[i * n], n, &wide[i * k]);
      wide[i * k + n] = equality[i] || c[i] < 0 ? -c[i] : 0;
    }
    lower.push_back(0);
    upper.push_back(std::numeric_limits<double>::infinity());
    double trace = 0;
    for (std::size_t i = 0; i < n; ++i) trace += s.hessian[i * n + i];
    for (double price = s.elastic_penalty; price <= 1e10; price *= 10) {
      hessian[k * k - 1] = price * std::max(1.0, trace / double(n));
      out.outcome = qp.solve({k, m, hessian, gradient, wide, c, equality, lower, upper});
      if (out.outcome != constrained::QpOutcome::solved) break;
      out.relaxation = qp.d()[n];
      if (out.relaxation < 0.99) break;
    }
  }
  out.d.assign(qp.d().begin(), qp.d().begin() + static_cast<std::ptrdiff_t>(n));
  out.multipliers = qp.multipliers();
  for (std::size_t i = 0; i < m; ++i) out.multipliers[i] *= scale[i];
  out.bound_multipliers.assign(qp.bound_multipliers().begin(),
                               qp.bound_multipliers().begin() + static_cast<std::ptrdiff_t>(n));
  return out;
}

double merit(const std::vector<Constraint>& constraints, const std::vector<double>& penalties, double f,
             const Values& v) {
  for (std::size_t i = 0; i < constraints.size(); ++i) f += penalties[i] * constrained::miss(constraints[i], v.c[i]);
  return f;
}

void update_hessian(const Sqp& method, Sqp::State& s, const Point& old, const Values& old_values) {
  const std::size_t n = s.at.x.size();
  std::vector<double> step(n), y(n), before(n), bs(n);
  constrained::lagrangian_gradient(s.at.g, s.values, s.multipliers, y);
  constrained::lagrangian_gradient(old.g, old_values, s.multipliers, before);
  vectors::subtract(y, before, y);
  vectors::subtract(s.at.x, old.x, step);
  const double ss = vectors::dot(step, step);
  double sy = vectors::dot(step, y);
  if (!(ss > 0) || !std::isfinite(sy)) return;
  if (s.updates == 0 && sy > 0) {
    const double yy = vectors::dot(y, y);
    int mode = (int)env("SC", 0);
    double k = mode == 0 ? sy / ss : mode == 1 ? yy / sy : mode == 2 ? std::sqrt(yy / ss) : method.initial_curvature;
    if (k > env("SCMIN", 0)) reset_hessian(s, k);
  }
  double trace = 0;
  for (std::size_t i = 0; i < n; ++i) trace += s.hessian[i * n + i];
  if (sy < env("SKIP", 1e-8) * ss * trace / double(n) && env("DOSKIP", 1)) {
    return;
  }
  for (std::size_t i = 0; i < n; ++i) bs[i] = vectors::dot(std::span<const double>(s.hessian).subspan(i * n, n), step);
  const double sbs = vectors::dot(step, bs);
  if (sy < method.damping * sbs) {
    const double share = (1 - method.damping) * sbs / (sbs - sy);
    for (std::size_t i = 0; i < n; ++i) y[i] = share * y[i] + (1 - share) * bs[i];
    sy = vectors::dot(step, y);
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) s.hessian[i * n + j] += y[i] * y[j] / sy - bs[i] * bs[j] / sbs;
  ++s.updates;
}

}  // namespace

Sqp::State Sqp::start(Point at, const Options& options) const {
  State s;
  s.at = std::move(at);
  s.multipliers.assign(options.constraints.size(), 0.0);
  s.penalties = s.multipliers;
  s.bound_multipliers.assign(s.at.x.size(), 0.0);
  reset_hessian(s, env("B0", initial_curvature));
  return s;
}

StepReport Sqp::step(Evaluator& f, State& s) const {
  const auto& constraints = f.options().constraints;
  const std::size_t n = s.at.x.size(), m = constraints.size();
  const double tolerance = f.options().gradient_tolerance;
  if (!s.ready && !constrained::evaluate(constraints, s.at.x, s.values))
    return {Status::not_finite, "a constraint is not finite at the start"};
  s.ready = true;
  s.trials = 0;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Subproblem qp = solve_qp(f, s);
    if (qp.outcome == constrained::QpOutcome::indefinite) {
      reset_hessian(s, initial_curvature);
      continue;
    }
    if (qp.outcome != constrained::QpOutcome::solved)
      return {Status::line_search_failed, "the quadratic subproblem has no solution"};
    s.relaxation = qp.relaxation;
    const auto& d = qp.d;
    const double gd = vectors::dot(s.at.g, d);
    std::vector<double> bd(n);
    double dbd = 0, residual = 0;
    for (std::size_t i = 0; i < n; ++i) {
      bd[i] = vectors::dot(std::span<const double>(s.hessian).subspan(i * n, n), d);
      dbd += d[i] * bd[i];
      residual = std::max(residual, std::abs(bd[i]));
    }
    double gap = 0, missed = 0;
    for (std::size_t i = 0; i < m; ++i) {
      gap += std::abs(qp.multipliers[i] * s.values.c[i]);
      s.penalties[i] = std::max(std::abs(qp.multipliers[i]), 0.5 * (s.penalties[i] + std::abs(qp.multipliers[i])));
      missed += s.penalties[i] * constrained::miss(constraints[i], s.values.c[i]);
    }
    s.multipliers = qp.multipliers;
    s.bound_multipliers = qp.bound_multipliers;
    const double viol = constrained::violation(constraints, s.values.c);
    const double gscale = std::max(1.0, std::abs(s.at.f));
    if (env("DBG", 0))
      printf("   it %ld f %.10g viol %.2g res %.2g gap %.2g gd %.2g delta %.2g\n", (long)s.iteration, s.at.f, viol,
             residual, gap, gd, qp.relaxation);
    if (tolerance > 0 && qp.relaxation == 0 && viol <= constrained::allowed_violation(s.at.x) &&
        residual <= tolerance * gscale && gap <= 1e-8 * std::max(1.0, std::abs(s.at.f)))
      return {Status::converged, "", false};
    const double slope = gd - missed * (1 - qp.relaxation);
    const double start = merit(constraints, s.penalties, s.at.f, s.values);
    const double noise = 10 * epsilon * (std::abs(s.at.f) + missed);
    Point trial;
    Values values;
    double a = 1;
    bool found = false;
    for (int k = 0; k < 25; ++k) {
      trial.x.resize(n);
      vectors::advance(s.at.x, a, d, trial.x);
      if (!f.bounds().empty()) vectors::enter(f.bounds().lower, f.bounds().upper, s.at.x, a, d, trial.x);
      if (trial.x == s.at.x) break;
      f(trial);
      ++s.trials;
      const bool fine = constrained::evaluate(constraints, trial.x, values) && finite(trial);
      const double here =
          fine ? merit(constraints, s.penalties, trial.f, values) : std::numeric_limits<double>::quiet_NaN();
      if (here <= start + env("ARM", 1e-4) * a * slope + noise) {
        found = true;
        break;
      }
      if (!std::isfinite(here)) {
        a *= 0.1;
        continue;
      }
      const double parabola = -slope * a * a / (2 * (here - start - slope * a));
      a = std::clamp(parabola, 0.1 * a, 0.5 * a);
    }
    if (found) {
      std::swap(s.at, trial);
      std::swap(s.values, values);
      s.step_length = a;
      ++s.iteration;
      update_hessian(*this, s, trial, values);
      return {};
    }
    reset_hessian(s, initial_curvature);
    ++s.resets;
  }
  return {Status::line_search_failed, ""};
}

namespace {

class SqpRun final : public Run {
 public:
  SqpRun(const Sqp& method, Point start, const Options& options)
      : method_(method), state_(method.start(std::move(start), options)) {}
  const Point& at() const override { return state_.at; }
  StepReport step(Evaluator& f) override { return method_.step(f, state_); }
  std::vector<double> multipliers() const override { return state_.multipliers; }
  Observations observe() const override { return {{"step_length", {state_.step_length}}}; }
  std::vector<std::byte> save() const override { return {}; }
  void load(std::span<const std::byte>) override {}

 private:
  Sqp method_;
  Sqp::State state_;
};

class SqpMethod final : public MethodBase {
 public:
  explicit SqpMethod(const Sqp& method) : method_(method) { check_settings(method); }
  MethodTraits traits() const override {
    return {.spec = spec_of(method_), .default_iterations = 1000, .constraints = true};
  }
  std::unique_ptr<Run> start(Point start, const Options& options) const override {
    return std::make_unique<SqpRun>(method_, std::move(start), options);
  }

 private:
  Sqp method_;
};

}  // namespace

std::shared_ptr<const MethodBase> make_method(const Sqp& settings) { return std::make_shared<SqpMethod>(settings); }

}  // namespace talweg
