#include "talweg/models/whitening.hpp"

#include <algorithm>
#include <cmath>

namespace talweg::models {

namespace {

/// A direction in which the data have less than this share of the largest curvature of a column has none: scaled up to
/// 1, it would be rounding. Columns that sum to another one make such directions.
constexpr double least_curvature = 1e-10;

/// The triangle L (n, n), by rows, of LLᵀ = a; a pivot below `least` becomes that.
void cholesky(std::int64_t n, double* a, double least) {
  for (std::int64_t i = 0; i < n; ++i) {
    double* row = a + i * n;
    for (std::int64_t j = 0; j <= i; ++j) {
      const double* other = a + j * n;
      double sum = row[j];
      for (std::int64_t k = 0; k < j; ++k) sum -= row[k] * other[k];
      row[j] = i == j ? std::sqrt(std::max(sum, least)) : sum / other[j];
    }
  }
}

}  // namespace

Whitening::Whitening(const InputMoments& m, double curvature, double l2, bool regularized_bias, std::int64_t outputs)
    : n_(static_cast<std::int64_t>(m.full.empty() ? m.diagonal.size() : std::lround(std::sqrt(m.full.size())))),
      outputs_(outputs),
      inverse_(static_cast<std::size_t>(n_)) {
  const auto n = static_cast<std::size_t>(n_);
  const auto ridge = [&](std::size_t i) { return i + 1 < n || regularized_bias ? l2 : 0; };
  if (m.full.empty()) {
    mean_ = m.mean;
    for (std::size_t i = 0; i < n; ++i) {
      const double centred =
          i + 1 < n ? std::max(m.diagonal[i] - m.mean[i] * m.mean[i], least_curvature * m.diagonal[i]) : 1;
      const double h = curvature * centred + ridge(i);
      inverse_[i] = h > 0 ? 1 / std::sqrt(h) : 1;
    }
    return;
  }
  triangle_ = m.full;
  double largest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) triangle_[i * n + j] *= curvature;
    triangle_[i * n + i] += ridge(i);
    largest = std::max(largest, triangle_[i * n + i]);
  }
  cholesky(n_, triangle_.data(), least_curvature * largest);
  for (std::size_t i = 0; i < n; ++i) inverse_[i] = 1 / triangle_[i * n + i];
}

void Whitening::parameters(std::span<const double> v, std::span<double> w) const {
  const std::int64_t k = outputs_;
  if (triangle_.empty()) {
    double* bias = w.data() + (n_ - 1) * k;
    for (std::int64_t i = 0; i < n_; ++i)
      for (std::int64_t o = 0; o < k; ++o)
        w[static_cast<std::size_t>(i * k + o)] =
            inverse_[static_cast<std::size_t>(i)] * v[static_cast<std::size_t>(i * k + o)];
    for (std::int64_t i = 0; i + 1 < n_; ++i)
      for (std::int64_t o = 0; o < k; ++o)
        bias[o] -= mean_[static_cast<std::size_t>(i)] * w[static_cast<std::size_t>(i * k + o)];
    return;
  }
  std::copy(v.begin(), v.end(), w.begin());  // Lᵀw = v, from the last row up
  for (std::int64_t i = n_; i-- > 0;) {
    double* at = w.data() + i * k;
    for (std::int64_t o = 0; o < k; ++o) at[o] *= inverse_[static_cast<std::size_t>(i)];
    for (std::int64_t j = 0; j < i; ++j) {
      const double l = triangle_[static_cast<std::size_t>(i * n_ + j)];
      for (std::int64_t o = 0; o < k; ++o) w[static_cast<std::size_t>(j * k + o)] -= l * at[o];
    }
  }
}

void Whitening::pull_back(std::span<double> g) const {
  const std::int64_t k = outputs_;
  if (triangle_.empty()) {
    const double* bias = g.data() + (n_ - 1) * k;
    for (std::int64_t i = 0; i + 1 < n_; ++i)
      for (std::int64_t o = 0; o < k; ++o)
        g[static_cast<std::size_t>(i * k + o)] -= mean_[static_cast<std::size_t>(i)] * bias[o];
    for (std::int64_t i = 0; i < n_; ++i)
      for (std::int64_t o = 0; o < k; ++o)
        g[static_cast<std::size_t>(i * k + o)] *= inverse_[static_cast<std::size_t>(i)];
    return;
  }
  for (std::int64_t i = 0; i < n_; ++i) {  // L·h = g, from the first row down
    double* at = g.data() + i * k;
    for (std::int64_t j = 0; j < i; ++j) {
      const double l = triangle_[static_cast<std::size_t>(i * n_ + j)];
      for (std::int64_t o = 0; o < k; ++o) at[o] -= l * g[static_cast<std::size_t>(j * k + o)];
    }
    for (std::int64_t o = 0; o < k; ++o) at[o] *= inverse_[static_cast<std::size_t>(i)];
  }
}

}  // namespace talweg::models
