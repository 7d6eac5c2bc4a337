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

}  // namespace

void Subproblem::normalise(const Point& at, const Values& values, std::span<const Constraint> constraints,
                           const Bounds& bounds) {
  const std::size_t n = at.x.size(), m = constraints.size();
  rows_ = values.rows;
  c_ = values.c;
  scale_.assign(m, 1.0);
  lower_.assign(n, -infinite);
  upper_.assign(n, infinite);
  equality_.resize(m);
  for (std::size_t i = 0; i < m; ++i) {
    equality_[i] = constraints[i].kind == Constraint::Kind::equality;
    const std::span<double> row = std::span<double>(rows_).subspan(i * n, n);
    const double norm = vectors::norm(row);
    if (norm > 0) scale_[i] = 1 / norm;
    vectors::scale(scale_[i], row);
    c_[i] *= scale_[i];
  }
  if (!bounds.empty()) {
    vectors::subtract(bounds.lower, at.x, lower_);
    vectors::subtract(bounds.upper, at.x, upper_);
  }
}

/// The same with one more variable for each constraint that does not hold or is an equality, which takes up what d
/// cannot remove of its miss, at a price on its square: d = 0 is always feasible. The rows that agree are met, the
/// others are met halfway. The price begins at the multipliers of the last iteration, so that near a solution nothing
/// need be left where more constraints meet than there are variables (stabilised SQP, Wright 1998). Returns what share
/// of the misses is left.
double Subproblem::solve_elastic(const Point& at, std::span<const double> hessian,
                                 std::span<const double> multipliers) {
  const std::size_t n = at.x.size(), m = c_.size();
  loose_.clear();
  for (std::size_t i = 0; i < m; ++i)
    if (equality_[i] || c_[i] < 0) loose_.push_back(i);
  const std::size_t k = n + loose_.size();
  wide_hessian_.assign(k * k, 0.0);
  wide_rows_.assign(m * k, 0.0);
  wide_gradient_ = at.g;
  wide_gradient_.resize(k, 0.0);
  wide_lower_ = lower_;
  wide_upper_ = upper_;
  wide_upper_.resize(k, infinite);
  double trace = 0;
  for (std::size_t i = 0; i < n; ++i) {
    std::copy_n(&hessian[i * n], n, &wide_hessian_[i * k]);
    trace += hessian[i * n + i];
  }
  for (std::size_t i = 0; i < m; ++i) std::copy_n(&rows_[i * n], n, &wide_rows_[i * k]);
  double misses = 0, most = 0;
  for (const std::size_t i : loose_) most = std::max(most, std::abs(c_[i]));
  const double cost = price * trace / static_cast<double>(n);
  for (std::size_t j = 0; j < loose_.size(); ++j) {
    const std::size_t i = loose_[j];
    wide_rows_[i * k + n + j] = 1;
    wide_hessian_[(n + j) * (k + 1)] = cost;
    wide_gradient_[n + j] = std::clamp(multipliers[i] / scale_[i], -cost * most, cost * most);
    wide_lower_.push_back(equality_[i] ? -infinite : 0.0);
    misses += std::abs(c_[i]);
  }
  step_.outcome = qp_.solve({k, m, wide_hessian_, wide_gradient_, wide_rows_, c_, equality_, wide_lower_, wide_upper_});
  double left = 0;
  for (std::size_t j = 0; j < loose_.size(); ++j) left += std::abs(qp_.d()[n + j]);
  return misses > 0 ? std::min(1.0, left / misses) : 0;
}

const Step& Subproblem::solve(const Point& at, const Values& values, std::span<const double> hessian,
                              std::span<const double> multipliers, std::span<const Constraint> constraints,
                              const Bounds& bounds) {
  const std::size_t n = at.x.size();
  normalise(at, values, constraints, bounds);
  step_.relaxation = 0;
  step_.elastic = false;
  step_.outcome = qp_.solve({n, c_.size(), hessian, at.g, rows_, c_, equality_, lower_, upper_});
  if (step_.outcome == QpOutcome::inconsistent || step_.outcome == QpOutcome::exhausted) {
    step_.relaxation = solve_elastic(at, hessian, multipliers);
    if (step_.relaxation >= hopeless) step_.relaxation = 1;
    step_.elastic = true;
  }
  if (step_.outcome == QpOutcome::indefinite) return step_;
  step_.d.assign(qp_.d().begin(), qp_.d().begin() + static_cast<std::ptrdiff_t>(n));
  step_.bound_multipliers = qp_.bound_multipliers();
  step_.bound_multipliers.resize(n);
  step_.multipliers = qp_.multipliers();
  for (std::size_t i = 0; i < c_.size(); ++i) step_.multipliers[i] *= scale_[i];
  return step_;
}

}  // namespace talweg::constrained
