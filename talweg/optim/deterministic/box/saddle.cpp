#include "talweg/optim/deterministic/box/saddle.hpp"

#include <cmath>

namespace talweg::box {

namespace {

/// L D L' = the lower triangle of m (k x k, row-major), in place, D on the diagonal: without square roots the factors
/// scale with m as powers of two do, odd ones too. A pivot that lost all but rounding of its entry is refused.
bool factor_ldl(std::vector<double>& m, std::size_t k) {
  constexpr double rounding = 1e-15;
  for (std::size_t j = 0; j < k; ++j) {
    double* const row_j = &m[j * k];
    double pivot = row_j[j];
    const double entry = pivot;
    for (std::size_t l = 0; l < j; ++l) pivot -= row_j[l] * row_j[l] * m[l * k + l];
    if (!(pivot > rounding * entry)) return false;
    row_j[j] = pivot;
    for (std::size_t i = j + 1; i < k; ++i) {
      double* const row_i = &m[i * k];
      double sum = row_i[j];
      for (std::size_t l = 0; l < j; ++l) sum -= row_i[l] * row_j[l] * m[l * k + l];
      row_i[j] = sum / pivot;
    }
  }
  return true;
}

void forward(const std::vector<double>& l, std::size_t k, double* v) {
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < i; ++j) v[i] -= l[i * k + j] * v[j];
}

void backward(const std::vector<double>& l, std::size_t k, double* v) {
  for (std::size_t i = k; i-- > 0;)
    for (std::size_t j = 0; j < i; ++j) v[j] -= l[i * k + j] * v[i];
}

}  // namespace

void Saddle::reserve(std::size_t k) {
  for (auto* block : {&a_, &b_, &c_}) block->reserve(k * k);
}

void Saddle::resize(std::size_t k) {
  k_ = k;
  for (auto* block : {&a_, &b_, &c_}) block->assign(k * k, 0.0);
}

bool Saddle::factor() {
  if (!factor_ldl(a_, k_)) return false;
  for (std::size_t i = 0; i < k_; ++i) forward(a_, k_, &b_[i * k_]);
  for (std::size_t i = 0; i < k_; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = c_[i * k_ + j];
      for (std::size_t l = 0; l < k_; ++l) sum += b_[i * k_ + l] * b_[j * k_ + l] / a_[l * k_ + l];
      c_[i * k_ + j] = sum;
    }
  return factor_ldl(c_, k_);
}

void Saddle::solve(std::span<double> v) const {
  double *const top = v.data(), *const bottom = v.data() + k_;
  // -A u1 + B' u2 = v1 and B u1 + C u2 = v2 give (C + B A^-1 B') u2 = v2 + B A^-1 v1.
  forward(a_, k_, top);
  for (std::size_t i = 0; i < k_; ++i)
    for (std::size_t l = 0; l < k_; ++l) bottom[i] += b_[i * k_ + l] * top[l] / a_[l * k_ + l];
  forward(c_, k_, bottom);
  for (std::size_t i = 0; i < k_; ++i) bottom[i] /= c_[i * k_ + i];
  backward(c_, k_, bottom);
  for (std::size_t l = 0; l < k_; ++l) top[l] = -top[l];
  for (std::size_t i = 0; i < k_; ++i)
    for (std::size_t l = 0; l < k_; ++l) top[l] += b_[i * k_ + l] * bottom[i];
  for (std::size_t l = 0; l < k_; ++l) top[l] /= a_[l * k_ + l];
  backward(a_, k_, top);
}

}  // namespace talweg::box
