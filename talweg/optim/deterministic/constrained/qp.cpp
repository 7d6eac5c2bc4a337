#include "talweg/optim/deterministic/constrained/qp.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace talweg::constrained {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double epsilon = std::numeric_limits<double>::epsilon();
/// A normal depends on the active ones when what sticks out of their span is within this many roundings.
constexpr double rank_roundings = 8;

double dot(const double* a, const double* b, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

QpOutcome Qp::solve(const QpProblem& problem) {
  p_ = problem;
  changes_ = 0;
  active_.clear();
  active_.reserve(p_.n);
  if (!begin()) return QpOutcome::indefinite;
  QpOutcome outcome = QpOutcome::solved;
  for (std::size_t i = 0; i < p_.m; ++i)
    if (p_.equality[i] && !add_violated(i, true, outcome)) return outcome;
  for (std::size_t i = 0; i < p_.n; ++i)
    if (p_.lower[i] == p_.upper[i] && !add_violated(p_.m + i, true, outcome)) return outcome;
  const int limit = 50 + 10 * static_cast<int>(p_.n + p_.m);
  for (;;) {
    const std::size_t worst = most_violated();
    if (worst == p_.m + 2 * p_.n) break;
    if (changes_ > limit) {
      publish();
      return QpOutcome::exhausted;
    }
    if (!add_violated(worst, false, outcome)) return outcome;
  }
  refine();
  publish();
  return QpOutcome::solved;
}

/// Factors B and goes to the unconstrained minimiser −B⁻¹ g. False when B is not positive definite.
bool Qp::begin() {
  const std::size_t n = p_.n;
  factor_.assign(p_.hessian.begin(), p_.hessian.end());
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      const double sum = factor_[i * n + j] - dot(&factor_[i * n], &factor_[j * n], j);
      if (i != j)
        factor_[i * n + j] = sum / factor_[j * n + j];
      else if (sum > 0 && std::isfinite(sum))
        factor_[i * n + i] = std::sqrt(sum);
      else
        return false;
    }
  // Column k of J = L⁻ᵀ solves L' x = e_k: it has entries 0 … k.
  j_.assign(n * n, 0.0);
  for (std::size_t k = 0; k < n; ++k) {
    double* const column = &j_[k * n];
    column[k] = 1;
    for (std::size_t i = k + 1; i-- > 0;) {
      column[i] /= factor_[i * n + i];
      for (std::size_t l = 0; l < i; ++l) column[l] -= factor_[i * n + l] * column[i];
    }
  }
  r_.assign(n * n, 0.0);
  w_.resize(n);
  z_.resize(n);
  s_.resize(n);
  row_norms_.resize(p_.m);
  for (std::size_t i = 0; i < p_.m; ++i) row_norms_[i] = std::sqrt(dot(&p_.rows[i * n], &p_.rows[i * n], n));
  d_.assign(n, 0.0);
  for (std::size_t k = 0; k < n; ++k) {
    const double along = dot(&j_[k * n], p_.gradient.data(), k + 1);
    for (std::size_t i = 0; i <= k; ++i) d_[i] -= along * j_[k * n + i];
  }
  reach_.assign(n, 0.0);
  extend_reach();
  return true;
}

double Qp::residual(std::size_t index) const {
  const std::size_t n = p_.n;
  if (index < p_.m) return dot(&p_.rows[index * n], d_.data(), n) + p_.c[index];
  index -= p_.m;
  return index < n ? d_[index] - p_.lower[index] : p_.upper[index - n] - d_[index - n];
}

void Qp::extend_reach() {
  for (std::size_t i = 0; i < p_.n; ++i) reach_[i] = std::max(reach_[i], std::abs(d_[i]));
}

/// What rounding may leave of a residual that ought to be zero: d has come from as far as `reach_`.
double Qp::tolerance(std::size_t index) const {
  const std::size_t n = p_.n;
  if (index < p_.m) {
    double size = std::abs(p_.c[index]);
    for (std::size_t i = 0; i < n; ++i) size += std::abs(p_.rows[index * n + i]) * reach_[i];
    return 16 * epsilon * size;
  }
  index -= p_.m;
  const std::size_t i = index % n;
  return 16 * epsilon * (std::abs(index < n ? p_.lower[i] : p_.upper[i]) + reach_[i]);
}

bool Qp::is_active(std::size_t index) const {
  return std::any_of(active_.begin(), active_.end(), [&](const Active& a) { return a.index == index; });
}

/// The inequality that d misses by most, rows measured by their length; m + 2n when none is missed.
std::size_t Qp::most_violated() const {
  const std::size_t n = p_.n, none = p_.m + 2 * n;
  std::size_t worst = none;
  double most = 0;
  const auto consider = [&](std::size_t index, double norm) {
    const double miss = -residual(index);
    if (miss > most * norm && miss > tolerance(index) && !is_active(index)) {
      most = miss / norm;
      worst = index;
    }
  };
  for (std::size_t i = 0; i < p_.m; ++i)
    if (!p_.equality[i]) consider(i, row_norms_[i]);
  for (std::size_t i = 0; i < n; ++i) {
    if (p_.lower[i] == p_.upper[i]) continue;
    if (std::isfinite(p_.lower[i])) consider(p_.m + i, 1);
    if (std::isfinite(p_.upper[i])) consider(p_.m + n + i, 1);
  }
  return worst;
}

/// w = J' normal, and the rounding of its part outside the span of the active normals.
void Qp::project(std::size_t index, double sign) {
  const std::size_t n = p_.n, q = active_.size();
  double squares = 0;
  const auto record = [&](std::size_t k, double value, double size) {
    w_[k] = value;
    if (k >= q) squares += size * size;
  };
  if (index < p_.m) {
    const double* const row = &p_.rows[index * n];
    for (std::size_t k = 0; k < n; ++k) {
      double sum = 0, size = 0;
      for (std::size_t i = 0; i < n; ++i) {
        const double term = row[i] * j_[k * n + i];
        sum += term;
        size += std::abs(term);
      }
      record(k, sign * sum, size);
    }
  } else {
    const std::size_t i = (index - p_.m) % n;
    if (index >= p_.m + n) sign = -sign;
    for (std::size_t k = 0; k < n; ++k) record(k, sign * j_[k * n + i], std::abs(j_[k * n + i]));
  }
  noise_ = epsilon * std::sqrt(squares);
}

/// Moves to where the constraint holds, giving up those whose multiplier would turn negative on the way.
bool Qp::add_violated(std::size_t index, bool equality, QpOutcome& outcome) {
  const std::size_t n = p_.n;
  const double sign = equality && residual(index) > 0 ? -1 : 1;
  Active added{index, sign, equality, 0};
  for (;; ++changes_) {
    const std::size_t q = active_.size();
    const double gap = sign * residual(index);
    project(index, sign);
    double outside = 0;
    for (std::size_t k = q; k < n; ++k) outside += w_[k] * w_[k];
    const bool dependent = q == n || std::sqrt(outside) <= rank_roundings * noise_;
    // An equality that already follows from the others is left out.
    if (equality && dependent && std::abs(gap) <= 64 * tolerance(index)) return true;

    for (std::size_t k = q; k-- > 0;) {  // s = R⁻¹ w₁
      double sum = w_[k];
      for (std::size_t l = k + 1; l < q; ++l) sum -= r_[l * n + k] * s_[l];
      s_[k] = sum / r_[k * n + k];
    }
    double dual = infinite;
    std::size_t leaving = q;
    for (std::size_t k = 0; k < q; ++k)
      if (!active_[k].equality && s_[k] > 0 && active_[k].multiplier < dual * s_[k]) {
        dual = active_[k].multiplier / s_[k];
        leaving = k;
      }
    const double primal = dependent ? infinite : -gap / outside;
    const double step = std::min(dual, primal);
    if (std::isinf(step) || changes_ > 1000 + 100 * static_cast<int>(n)) {
      outcome = std::isinf(step) ? QpOutcome::inconsistent : QpOutcome::exhausted;
      publish();
      return false;
    }
    if (!dependent)
      for (std::size_t k = q; k < n; ++k)
        for (std::size_t i = 0; i < n; ++i) d_[i] += step * w_[k] * j_[k * n + i];
    extend_reach();
    for (std::size_t k = 0; k < q; ++k) active_[k].multiplier -= step * s_[k];
    added.multiplier += step;
    if (step == primal) {
      append(added);
      return true;
    }
    drop(leaving);
  }
}

void Qp::rotate(std::size_t column, double cosine, double sine) {
  double *const a = &j_[column * p_.n], *const b = a + p_.n;
  for (std::size_t i = 0; i < p_.n; ++i) {
    const double ai = a[i], bi = b[i];
    a[i] = cosine * ai + sine * bi;
    b[i] = cosine * bi - sine * ai;
  }
}

/// w = J' normal joins R as a column, after rotations of J that make it triangular.
void Qp::append(const Active& a) {
  const std::size_t n = p_.n, q = active_.size();
  for (std::size_t k = n; --k > q;) {
    const double length = std::hypot(w_[k - 1], w_[k]);
    if (w_[k] == 0) continue;
    rotate(k - 1, w_[k - 1] / length, w_[k] / length);
    w_[k - 1] = length;
  }
  std::copy(w_.begin(), w_.begin() + static_cast<std::ptrdiff_t>(q + 1), &r_[q * n]);
  active_.push_back(a);
  ++changes_;
}

void Qp::drop(std::size_t place) {
  const std::size_t n = p_.n, q = active_.size();
  active_.erase(active_.begin() + static_cast<std::ptrdiff_t>(place));
  for (std::size_t k = place; k + 1 < q; ++k) {
    std::copy_n(&r_[(k + 1) * n], k + 2, &r_[k * n]);
  }
  for (std::size_t k = place; k + 1 < q; ++k) {
    const double a = r_[k * n + k], b = r_[k * n + k + 1], length = std::hypot(a, b);
    if (b == 0) continue;
    const double cosine = a / length, sine = b / length;
    for (std::size_t l = k; l + 1 < q; ++l) {
      double* const column = &r_[l * n];
      const double top = column[k], bottom = column[k + 1];
      column[k] = cosine * top + sine * bottom;
      column[k + 1] = cosine * bottom - sine * top;
    }
    rotate(k, cosine, sine);
  }
}

/// One round of iterative refinement at the final active set: first the residuals of the active constraints, then the
/// gradient of the Lagrangian in the null space and the multipliers.
void Qp::refine() {
  const std::size_t n = p_.n, q = active_.size();
  correction_.resize(n);
  for (std::size_t k = 0; k < q; ++k) {  // R' correction_ = residuals
    double sum = active_[k].sign * residual(active_[k].index);
    for (std::size_t l = 0; l < k; ++l) sum -= r_[k * n + l] * correction_[l];
    correction_[k] = sum / r_[k * n + k];
  }
  for (std::size_t k = 0; k < q; ++k)
    for (std::size_t i = 0; i < n; ++i) d_[i] -= correction_[k] * j_[k * n + i];

  for (std::size_t i = 0; i < n; ++i) z_[i] = p_.gradient[i] + dot(&p_.hessian[i * n], d_.data(), n);
  for (std::size_t k = 0; k < n; ++k) w_[k] = dot(&j_[k * n], z_.data(), n);
  for (std::size_t k = q; k < n; ++k)
    for (std::size_t i = 0; i < n; ++i) d_[i] -= w_[k] * j_[k * n + i];
  for (std::size_t k = q; k-- > 0;) {
    double sum = w_[k];
    for (std::size_t l = k + 1; l < q; ++l) sum -= r_[l * n + k] * s_[l];
    s_[k] = sum / r_[k * n + k];
  }
  for (std::size_t k = 0; k < q; ++k) active_[k].multiplier = active_[k].equality ? s_[k] : std::max(0.0, s_[k]);
}

void Qp::publish() {
  row_multipliers_.assign(p_.m, 0.0);
  bound_multipliers_.assign(p_.n, 0.0);
  for (const Active& a : active_) {
    const double u = a.sign * a.multiplier;
    if (a.index < p_.m)
      row_multipliers_[a.index] = u;
    else if (a.index < p_.m + p_.n)
      bound_multipliers_[a.index - p_.m] += u;
    else
      bound_multipliers_[a.index - p_.m - p_.n] -= u;
  }
  for (std::size_t i = 0; i < p_.n; ++i) d_[i] = std::clamp(d_[i], p_.lower[i], p_.upper[i]);
}

}  // namespace talweg::constrained
