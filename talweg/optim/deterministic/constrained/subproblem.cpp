#include "talweg/optim/deterministic/constrained/subproblem.hpp"

#include <algorithm>
#include <limits>

#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg::constrained {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
/// Prices of the elastic variable, as a multiple of the mean curvature: raised until it gives way.
constexpr double first_price = 100, last_price = 1e10;
/// From here on the linearised constraints count as contradictory.
constexpr double hopeless = 0.99;

/// The constraints of one subproblem, ready for the solver.
struct Rows {
  std::vector<double> rows, c, scale, lower, upper;
  std::vector<std::uint8_t> equality;
};

Rows normalise(const Point& at, const Values& values, std::span<const Constraint> constraints, const Bounds& bounds) {
  const std::size_t n = at.x.size(), m = constraints.size();
  Rows r{values.rows,
         values.c,
         std::vector<double>(m, 1.0),
         std::vector<double>(n, -infinite),
         std::vector<double>(n, infinite),
         std::vector<std::uint8_t>(m)};
  for (std::size_t i = 0; i < m; ++i) {
    r.equality[i] = constraints[i].kind == Constraint::Kind::equality;
    const std::span<double> row = std::span<double>(r.rows).subspan(i * n, n);
    const double norm = vectors::norm(row);
    if (norm > 0) r.scale[i] = 1 / norm;
    vectors::scale(r.scale[i], row);
    r.c[i] *= r.scale[i];
  }
  if (!bounds.empty()) {
    vectors::subtract(bounds.lower, at.x, r.lower);
    vectors::subtract(bounds.upper, at.x, r.upper);
  }
  return r;
}

/// The same in n + 1 variables: row'd + c (1 − share) for the constraints that do not hold, 0 <= share, and a price on
/// its square. share = 1, d = 0 is always feasible.
QpOutcome solve_elastic(Qp& qp, const Rows& r, const Point& at, std::span<const double> hessian) {
  const std::size_t n = at.x.size(), m = r.c.size(), k = n + 1;
  std::vector<double> wide_hessian(k * k, 0.0), gradient(at.g), rows(m * k), lower(r.lower), upper(r.upper);
  gradient.push_back(0);
  lower.push_back(0);
  upper.push_back(infinite);
  double trace = 0;
  for (std::size_t i = 0; i < n; ++i) {
    std::copy_n(&hessian[i * n], n, &wide_hessian[i * k]);
    trace += hessian[i * n + i];
  }
  for (std::size_t i = 0; i < m; ++i) {
    std::copy_n(&r.rows[i * n], n, &rows[i * k]);
    rows[i * k + n] = r.equality[i] || r.c[i] < 0 ? -r.c[i] : 0;
  }
  QpOutcome outcome = QpOutcome::solved;
  for (double price = first_price; price <= last_price; price *= 10) {
    wide_hessian[k * k - 1] = price * std::max(1.0, trace / static_cast<double>(n));
    outcome = qp.solve({k, m, wide_hessian, gradient, rows, r.c, r.equality, lower, upper});
    if (outcome != QpOutcome::solved || qp.d()[n] < hopeless) break;
  }
  return outcome;
}

}  // namespace

Step solve_subproblem(const Point& at, const Values& values, std::span<const double> hessian,
                      std::span<const Constraint> constraints, const Bounds& bounds) {
  const std::size_t n = at.x.size();
  const Rows r = normalise(at, values, constraints, bounds);
  Qp qp;
  Step step;
  step.outcome = qp.solve({n, r.c.size(), hessian, at.g, r.rows, r.c, r.equality, r.lower, r.upper});
  if (step.outcome == QpOutcome::inconsistent || step.outcome == QpOutcome::exhausted) {
    step.outcome = solve_elastic(qp, r, at, hessian);
    step.relaxation = step.outcome == QpOutcome::solved ? std::min(qp.d()[n], 1.0) : 1;
    if (step.relaxation >= hopeless) step.relaxation = 1;
  }
  if (step.outcome == QpOutcome::indefinite) return step;
  step.d.assign(qp.d().begin(), qp.d().begin() + static_cast<std::ptrdiff_t>(n));
  step.bound_multipliers = qp.bound_multipliers();
  step.bound_multipliers.resize(n);
  step.multipliers = qp.multipliers();
  for (std::size_t i = 0; i < r.c.size(); ++i) step.multipliers[i] *= r.scale[i];
  return step;
}

}  // namespace talweg::constrained
