#include "talweg/optim/least_squares/linear_model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace talweg::lsq {

namespace {

constexpr double least_curvature = 0.1;

}  // namespace

double rank_tolerance(std::size_t m) {
  return 16 * std::numeric_limits<double>::epsilon() * std::sqrt(static_cast<double>(m));
}

LinearModel::LinearModel(const LeastSquaresOptions& options, const FitPoint& point, std::vector<double> jacobian)
    : options_(&options),
      m_(point.raw.size()),
      x_(point.x),
      value_(point.value),
      jacobian_(std::move(jacobian)),
      slopes_(x_.size()),
      lengths_(x_.size()) {
  const std::size_t m = m_, n = x_.size();
  bool any = false;
  for (const double e : jacobian_) any |= !std::isfinite(e);
  if (any) {
    const auto bad = std::ranges::find_if(jacobian_, [](double e) { return !std::isfinite(e); });
    const auto k = static_cast<std::size_t>(bad - jacobian_.begin());
    finite_ = false;
    bad_ = {k % m, k / m};
    return;
  }
  std::vector<double> r = point.weighted;
  if (const Loss& loss = options.loss; loss.robust()) {
    rows_.resize(m);
    for (std::size_t i = 0; i < m; ++i) {
      const double psi = loss.influence(r[i]), secant = r[i] == 0 ? 1 : psi / r[i];
      rows_[i] = std::sqrt(std::max(loss.curvature(r[i]), least_curvature * secant));
      r[i] = psi / rows_[i];
    }
  }
  std::vector<double> columns;
  columns.reserve(m * n);
  const Bounds& box = options.bounds;
  for (std::size_t j = 0; j < n; ++j) {
    const std::size_t begin = columns.size();
    const auto take_back = [&] { columns.resize(begin); };
    columns.insert(columns.end(), jacobian_.begin() + std::ptrdiff_t(j * m),
                   jacobian_.begin() + std::ptrdiff_t((j + 1) * m));
    const std::span<double> column = std::span(columns).subspan(begin);
    if (!rows_.empty())
      for (std::size_t i = 0; i < m; ++i) column[i] *= rows_[i];
    lengths_[j] = norm(column);
    if (!box.empty() && box.lower[j] == box.upper[j]) {
      held_.push_back(j), take_back();
      continue;
    }
    if (lengths_[j] == 0) {
      take_back();
      continue;
    }
    double slope = 0;
    for (std::size_t i = 0; i < m; ++i) slope += (column[i] /= lengths_[j]) * r[i];
    slopes_[j] = slope * lengths_[j];
    if (!box.empty() && ((point.x[j] <= box.lower[j] && slope > 0) || (point.x[j] >= box.upper[j] && slope < 0))) {
      held_.push_back(j), take_back();
      continue;
    }
    free_.push_back(j);
  }
  const std::size_t f = free_.size();
  qr_ = PivotedQr(std::move(columns), m, f);
  qr_.apply_transposed(r);
  right_.assign(r.begin(), r.begin() + std::ptrdiff_t(f));
  upper_.assign(f * f, 0.0);
  for (std::size_t k = 0; k < f; ++k)
    for (std::size_t i = 0; i <= k; ++i) upper_[qr_.pivot(k) * f + i] = qr_.r(i, k);
  // Rᵀ(Qᵀr̃) keeps the digits of a small gradient, which the product of columns and residuals cancels.
  for (std::size_t k = 0; k < f; ++k) {
    double slope = 0;
    for (std::size_t i = 0; i < f; ++i) slope += upper_[k * f + i] * right_[i];
    slopes_[free_[k]] = slope * lengths_[free_[k]];
  }
  // Behind the rank stand directions that rounding made: the columns do not reach along them.
  rank_ = qr_.rank(rank_tolerance(m));
  if (point.value > 0) cosine_ = norm(std::span(right_).first(rank_)) / std::sqrt(point.value);
}

double LinearModel::length(std::span<const double> d, std::span<const double> p) {
  std::vector<double> scaled(p.size());
  for (std::size_t j = 0; j < p.size(); ++j) scaled[j] = d[j] * p[j];
  return norm(scaled);
}

std::vector<double> LinearModel::along(std::span<const double> p) const {
  const std::size_t m = m_;
  std::vector<double> out(m, 0.0);
  for (std::size_t j = 0; j < p.size(); ++j)
    if (p[j] != 0)
      for (std::size_t i = 0; i < m; ++i) out[i] += jacobian_[j * m + i] * p[j];
  return out;
}

std::vector<double> LinearModel::reduced(std::span<const double> gradient) const {
  std::vector<double> c(free_.size());
  for (std::size_t k = 0; k < c.size(); ++k) c[k] = gradient[free_[k]] / lengths_[free_[k]];
  return qr_.solve_transposed(c);
}

std::vector<double> LinearModel::unreduced(std::span<const double> u) const {
  const auto q = qr_.solve(u, free_.size());
  std::vector<double> p(x_.size(), 0.0);
  for (std::size_t k = 0; k < q.size(); ++k) p[free_[k]] = q[k] / lengths_[free_[k]];
  return p;
}

LinearModel::Solution LinearModel::damped(std::span<const double> d, double lambda, std::span<const double> right,
                                          const std::vector<char>& fixed, std::span<const double> at) const {
  const std::size_t f = free_.size();
  std::vector<std::size_t> moving;
  std::vector<double> b(right.begin(), right.end());
  for (std::size_t k = 0; k < f; ++k) {
    if (!fixed[k]) {
      moving.push_back(k);
      continue;
    }
    for (std::size_t i = 0; i < f; ++i) b[i] += upper_[k * f + i] * at[k];
  }
  const std::size_t rows = lambda > 0 ? f + moving.size() : f;
  std::vector<double> stacked(rows * moving.size(), 0.0);
  for (std::size_t c = 0; c < moving.size(); ++c) {
    const std::size_t k = moving[c];
    std::copy_n(upper_.begin() + std::ptrdiff_t(k * f), f, stacked.begin() + std::ptrdiff_t(c * rows));
    if (lambda > 0) stacked[c * rows + f + c] = std::sqrt(lambda) * scaled(d, k);
  }
  std::vector<double> sizes(f, 1.0);  // of the stacked columns, which λ makes as different as D is
  for (std::size_t c = 0; c < moving.size(); ++c) {
    const auto column = std::span(stacked).subspan(c * rows, rows);
    const double size = sizes[moving[c]] = norm(column);
    for (double& e : column) e /= size;
  }
  for (double& e : b) e = -e;
  b.resize(rows, 0.0);
  Solution s{std::vector<double>(at.begin(), at.end()), PivotedQr(std::move(stacked), rows, moving.size()),
             std::move(sizes)};
  s.factor.apply_transposed(b);
  const auto q = s.factor.solve(b, s.factor.rank(rank_tolerance(m_)));
  for (std::size_t c = 0; c < moving.size(); ++c) s.q[moving[c]] = q[c] / s.sizes[moving[c]];
  return s;
}

/// Moré's iteration for ‖D·p(λ)‖ = radius; leaves the solution in `s`, which holds that of λ = 0 before.
double LinearModel::find_lambda(std::span<const double> d, double radius, Solution& s) const {
  const std::size_t f = free_.size();
  const std::vector<char> none(f, 0);
  const std::vector<double> zero(f, 0.0);
  std::vector<double> w(f);
  const auto excess = [&] {
    for (std::size_t k = 0; k < f; ++k) w[k] = scaled(d, k) * s.q[k];
    return norm(w) - radius;
  };
  const auto newton = [&](double phi) {  // φ/(−φ'·radius), the step of λ
    std::vector<double> c(f);
    for (std::size_t k = 0; k < f; ++k) c[k] = scaled(d, k) * (w[k] / (phi + radius)) / s.sizes[k];
    const double y = norm(s.factor.solve_transposed(c));
    return phi / radius / y / y;
  };
  double phi = excess();
  if (!(phi > 0.1 * radius)) return 0;
  double low = s.factor.rank(rank_tolerance(m_)) == f ? newton(phi) : 0;
  std::vector<double> slope(f);
  for (std::size_t k = 0; k < f; ++k) slope[k] = slopes_[free_[k]] / d[free_[k]];
  const double tiny = std::numeric_limits<double>::min();
  double high = std::max(norm(slope) / radius, tiny / std::min(radius, 0.1));
  double lambda = std::clamp(norm(slope) / (phi + radius), low, high);
  for (int i = 0; i < 10; ++i) {
    if (lambda == 0) lambda = std::max(tiny, 0.001 * high);
    s = damped(d, lambda, right_, none, zero);
    const double before = phi;
    phi = excess();
    if (std::abs(phi) <= 0.1 * radius || (low == 0 && phi <= before && before < 0)) break;
    if (phi > 0)
      low = std::max(low, lambda);
    else
      high = std::min(high, lambda);
    lambda = std::max(low, lambda + newton(phi));
  }
  return lambda;
}

double LinearModel::predicted(std::span<const double> q) const {
  const std::size_t f = free_.size();
  const double size = std::sqrt(value_);
  std::vector<double> v(f, 0.0);
  for (std::size_t k = 0; k < f; ++k)
    for (std::size_t i = 0; i < f; ++i) v[i] += upper_[k * f + i] * q[k];
  double sum = 0;
  for (std::size_t i = 0; i < f; ++i) sum -= (v[i] / size) * ((2 * right_[i] + v[i]) / size);
  return sum;
}

Proposal LinearModel::step(std::span<const double> d, double radius) const {
  const std::size_t f = free_.size();
  std::vector<char> fixed(f, 0);
  std::vector<double> at(f, 0.0);
  Solution s = damped(d, 0, right_, fixed, at);
  Proposal out{std::vector<double>(x_.size(), 0.0)};
  out.lambda = find_lambda(d, radius, s);
  const Bounds& box = options_->bounds;
  for (bool again = !box.empty(); again;) {
    again = false;
    for (std::size_t k = 0; k < f; ++k) {
      if (fixed[k]) continue;
      const std::size_t j = free_[k];
      const double to = x_[j] + s.q[k] / lengths_[j];
      if (to >= box.lower[j] && to <= box.upper[j]) continue;
      at[k] = (std::clamp(to, box.lower[j], box.upper[j]) - x_[j]) * lengths_[j];
      fixed[k] = again = true;
    }
    if (again) s = damped(d, out.lambda, right_, fixed, at);
  }
  for (std::size_t k = 0; k < f; ++k) out.p[free_[k]] = s.q[k] / lengths_[free_[k]];
  out.fall = predicted(s.q);
  return out;
}

std::vector<double> LinearModel::accelerate(std::span<const double> d, const Proposal& first,
                                            std::vector<double> curvature) const {
  const std::size_t f = free_.size();
  if (!rows_.empty())
    for (std::size_t i = 0; i < curvature.size(); ++i) curvature[i] *= rows_[i];
  qr_.apply_transposed(curvature);
  const Bounds& box = options_->bounds;
  std::vector<char> fixed(f, 0);
  if (!box.empty())
    for (std::size_t k = 0; k < f; ++k) {
      const std::size_t j = free_[k];
      const double to = x_[j] + first.p[j];
      fixed[k] = to <= box.lower[j] || to >= box.upper[j];
    }
  const std::vector<double> at(f, 0.0);
  const Solution s = damped(d, first.lambda, std::span(curvature).first(f), fixed, at);
  std::vector<double> a(x_.size(), 0.0);
  for (std::size_t k = 0; k < f; ++k) a[free_[k]] = s.q[k] / lengths_[free_[k]];
  return a;
}

}  // namespace talweg::lsq
