#include "talweg/optim/deterministic/constrained/subproblem.hpp"

#include <algorithm>
#include <limits>

#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg::constrained {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
/// On the square of what is left of a row, as a multiple of the mean curvature of B.
constexpr double price = 1e6;
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

/// The same with one more variable for each constraint that does not hold or is an equality, which takes up what d
/// cannot remove of its miss, at a price on its square: d = 0 is always feasible. The rows that agree are met, the
/// others are met halfway. The price begins at the multipliers of the last iteration, so that near a solution nothing
/// need be left where more constraints meet than there are variables (stabilised SQP, Wright 1998). Returns what share
/// of the misses is left.
double solve_elastic(Qp& qp, const Rows& r, const Point& at, std::span<const double> hessian,
                     std::span<const double> multipliers, QpOutcome& outcome) {
  const std::size_t n = at.x.size(), m = r.c.size();
  std::vector<std::size_t> loose;
  for (std::size_t i = 0; i < m; ++i)
    if (r.equality[i] || r.c[i] < 0) loose.push_back(i);
  const std::size_t k = n + loose.size();
  std::vector<double> wide_hessian(k * k, 0.0), gradient(at.g), rows(m * k, 0.0), lower(r.lower), upper(r.upper);
  gradient.resize(k, 0.0);
  upper.resize(k, infinite);
  double trace = 0;
  for (std::size_t i = 0; i < n; ++i) {
    std::copy_n(&hessian[i * n], n, &wide_hessian[i * k]);
    trace += hessian[i * n + i];
  }
  for (std::size_t i = 0; i < m; ++i) std::copy_n(&r.rows[i * n], n, &rows[i * k]);
  double misses = 0, most = 0;
  for (const std::size_t i : loose) most = std::max(most, std::abs(r.c[i]));
  const double cost = price * std::max(1.0, trace / static_cast<double>(n));
  for (std::size_t j = 0; j < loose.size(); ++j) {
    const std::size_t i = loose[j];
    rows[i * k + n + j] = 1;
    wide_hessian[(n + j) * (k + 1)] = cost;
    gradient[n + j] = std::clamp(multipliers[i] / r.scale[i], -cost * most, cost * most);
    lower.push_back(r.equality[i] ? -infinite : 0.0);
    misses += std::abs(r.c[i]);
  }
  outcome = qp.solve({k, m, wide_hessian, gradient, rows, r.c, r.equality, lower, upper});
  double left = 0;
  for (std::size_t j = 0; j < loose.size(); ++j) left += std::abs(qp.d()[n + j]);
  return misses > 0 ? std::min(1.0, left / misses) : 0;
}

}  // namespace

Step solve_subproblem(const Point& at, const Values& values, std::span<const double> hessian,
                      std::span<const double> multipliers, std::span<const Constraint> constraints,
                      const Bounds& bounds) {
  const std::size_t n = at.x.size();
  const Rows r = normalise(at, values, constraints, bounds);
  Qp qp;
  Step step;
  step.outcome = qp.solve({n, r.c.size(), hessian, at.g, r.rows, r.c, r.equality, r.lower, r.upper});
  if (step.outcome == QpOutcome::inconsistent || step.outcome == QpOutcome::exhausted) {
    step.relaxation = solve_elastic(qp, r, at, hessian, multipliers, step.outcome);
    if (step.relaxation >= hopeless) step.relaxation = 1;
    step.elastic = true;
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
