#include "talweg/optim/least_squares/qr.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace talweg::lsq {

double norm(std::span<const double> v) {
  // In lanes, which change no bit of a maximum. NaNs are passed by here, and are in the sum.
  constexpr std::size_t lanes = 8;
  double most[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= v.size(); i += lanes)
    for (std::size_t l = 0; l < lanes; ++l) most[l] = std::max(most[l], std::abs(v[i + l]));
  for (; i < v.size(); ++i) most[0] = std::max(most[0], std::abs(v[i]));
  const double largest = *std::max_element(most, most + lanes);
  if (largest == 0 || std::isinf(largest)) {
    const auto bad = std::find_if(v.begin(), v.end(), [](double e) { return std::isnan(e); });
    return bad == v.end() ? largest : *bad;
  }
  double sum = 0;
  for (const double e : v) sum += (e / largest) * (e / largest);
  return largest * std::sqrt(sum);
}

PivotedQr::PivotedQr(std::vector<double> a, std::size_t m, std::size_t n)
    : a_(std::move(a)), diagonal_(n), beta_(n), pivot_(n), m_(m), n_(n) {
  std::iota(pivot_.begin(), pivot_.end(), std::size_t{0});
  for (std::size_t k = 0; k < n; ++k) {
    // The norms are taken anew: downdating them loses digits where columns are nearly dependent.
    std::size_t largest = k;
    double length = -1;
    for (std::size_t j = k; j < n; ++j)
      if (const double l = norm(std::span(a_).subspan(j * m + k, m - k)); l > length) largest = j, length = l;
    if (largest != k) {
      std::swap_ranges(a_.begin() + std::ptrdiff_t(k * m), a_.begin() + std::ptrdiff_t((k + 1) * m),
                       a_.begin() + std::ptrdiff_t(largest * m));
      std::swap(pivot_[k], pivot_[largest]);
    }
    double* const v = a_.data() + k * m;
    if (!(length > 0)) continue;
    // H = I − beta·u·uᵀ with u = v/length ± e_k takes the column to ∓length·e_k.
    const double sign = v[k] < 0 ? -1 : 1;
    for (std::size_t i = k; i < m; ++i) v[i] /= length;
    v[k] += sign;
    beta_[k] = 1 / std::abs(v[k]);
    diagonal_[k] = -sign * length;
    for (std::size_t j = k + 1; j < n; ++j) {
      double* const w = a_.data() + j * m;
      double sum = 0;
      for (std::size_t i = k; i < m; ++i) sum += v[i] * w[i];
      sum *= beta_[k];
      for (std::size_t i = k; i < m; ++i) w[i] -= sum * v[i];
    }
  }
}

std::size_t PivotedQr::rank(double relative) const {
  std::size_t k = 0;
  while (k < n_ && diagonal_[k] != 0 && std::abs(diagonal_[k]) > relative * std::abs(diagonal_[0])) ++k;
  return k;
}

void PivotedQr::apply_transposed(std::span<double> b) const {
  for (std::size_t k = 0; k < n_; ++k) {
    if (beta_[k] == 0) continue;
    const double* const v = a_.data() + k * m_;
    double sum = 0;
    for (std::size_t i = k; i < m_; ++i) sum += v[i] * b[i];
    sum *= beta_[k];
    for (std::size_t i = k; i < m_; ++i) b[i] -= sum * v[i];
  }
}

std::vector<double> PivotedQr::solve(std::span<const double> b, std::size_t rank) const {
  std::vector<double> y(b.begin(), b.begin() + std::ptrdiff_t(rank)), p(n_, 0.0);
  for (std::size_t k = rank; k-- > 0;) {
    y[k] /= diagonal_[k];
    for (std::size_t i = 0; i < k; ++i) y[i] -= r(i, k) * y[k];
    p[pivot_[k]] = y[k];
  }
  return p;
}

std::vector<double> PivotedQr::times(std::span<const double> p) const {
  std::vector<double> out(n_, 0.0);
  for (std::size_t j = 0; j < n_; ++j)
    for (std::size_t i = 0; i <= j; ++i) out[i] += r(i, j) * p[pivot_[j]];
  return out;
}

std::vector<double> PivotedQr::solve_transposed(std::span<const double> c) const {
  std::vector<double> y(n_);
  for (std::size_t j = 0; j < n_; ++j) {
    double sum = c[pivot_[j]];
    for (std::size_t i = 0; i < j; ++i) sum -= r(i, j) * y[i];
    y[j] = sum / diagonal_[j];
  }
  return y;
}

}  // namespace talweg::lsq
