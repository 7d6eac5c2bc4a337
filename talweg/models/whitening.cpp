#include "talweg/models/whitening.hpp"

#include <algorithm>
#include <cmath>

namespace talweg::models {

namespace {

/// A direction in which the data have less than this share of the curvature of its column has none: scaled up to 1, it
/// would be rounding. Columns that sum to another one make such directions.
constexpr double least_curvature = 1e-13;

/// The triangle L (n, n), by rows, of LLᵀ = a, whose diagonal is 1; a pivot below `least` becomes 1.
void cholesky(std::int64_t n, double* a, double least) {
  for (std::int64_t i = 0; i < n; ++i) {
    double* row = a + i * n;
    for (std::int64_t j = 0; j <= i; ++j) {
      const double* other = a + j * n;
      double sum = row[j];
      for (std::int64_t k = 0; k < j; ++k) sum -= row[k] * other[k];
      row[j] = i == j ? std::sqrt(sum > least ? sum : 1) : sum / other[j];
    }
  }
}

}  // namespace

Whitening::Whitening(const InputMoments& m, double curvature, double l2, bool regularized_bias, std::int64_t outputs)
    : n_(static_cast<std::int64_t>(m.mean.size()) + 1),
      outputs_(outputs),
      scale_(static_cast<std::size_t>(n_)),
      mean_(m.mean) {
  const std::size_t last = m.mean.size(), n = last + 1;
  // Roots throughout: the squares of columns of 1e200 are no numbers.
  const double bend = std::sqrt(curvature), ridge = std::sqrt(l2), bias_ridge = regularized_bias ? ridge : 0;
  for (std::size_t i = 0; i < last; ++i) scale_[i] = std::hypot(bend * m.deviation[i], ridge, bias_ridge * m.mean[i]);
  scale_[last] = std::hypot(bend, bias_ridge);
  for (double& s : scale_)
    if (!(s > 0)) s = 1;
  if (m.correlation.empty()) return;
  // The penalty of the bias b = b' − Σ mean·w.
  const auto in_bias = [&](std::size_t i) {
    return i < last ? -bias_ridge * (m.mean[i] / scale_[i]) : bias_ridge / scale_[i];
  };
  triangle_.resize(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      triangle_[i * n + j] = in_bias(i) * in_bias(j);
      if (i < last)
        triangle_[i * n + j] +=
            bend * (m.deviation[i] / scale_[i]) * (bend * (m.deviation[j] / scale_[j])) * m.correlation[i * last + j];
    }
    if (i < last)
      triangle_[i * n + i] += (ridge / scale_[i]) * (ridge / scale_[i]);
    else
      triangle_[i * n + i] += (bend / scale_[i]) * (bend / scale_[i]);
  }
  cholesky(n_, triangle_.data(), least_curvature);
}

void Whitening::parameters(std::span<const double> v, std::span<double> w) const {
  const auto k = static_cast<std::size_t>(outputs_), n = static_cast<std::size_t>(n_);
  std::copy(v.begin(), v.end(), w.begin());
  if (!triangle_.empty())
    for (std::size_t i = n; i-- > 0;) {  // Lᵀu = v, from the last row up
      double* at = w.data() + i * k;
      for (std::size_t o = 0; o < k; ++o) at[o] /= triangle_[i * n + i];
      for (std::size_t j = 0; j < i; ++j)
        for (std::size_t o = 0; o < k; ++o) w[j * k + o] -= triangle_[i * n + j] * at[o];
    }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t o = 0; o < k; ++o) w[i * k + o] /= scale_[i];
  for (std::size_t i = 0; i + 1 < n; ++i)
    for (std::size_t o = 0; o < k; ++o) w[(n - 1) * k + o] -= mean_[i] * w[i * k + o];
}

void Whitening::pull_back(std::span<double> g) const {
  const auto k = static_cast<std::size_t>(outputs_), n = static_cast<std::size_t>(n_);
  const double* bias = g.data() + (n - 1) * k;
  for (std::size_t i = 0; i + 1 < n; ++i)
    for (std::size_t o = 0; o < k; ++o) g[i * k + o] -= mean_[i] * bias[o];
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t o = 0; o < k; ++o) g[i * k + o] /= scale_[i];
  if (triangle_.empty()) return;
  for (std::size_t i = 0; i < n; ++i) {  // L·h = g, from the first row down
    double* at = g.data() + i * k;
    for (std::size_t j = 0; j < i; ++j)
      for (std::size_t o = 0; o < k; ++o) at[o] -= triangle_[i * n + j] * g[j * k + o];
    for (std::size_t o = 0; o < k; ++o) at[o] /= triangle_[i * n + i];
  }
}

}  // namespace talweg::models
