#include "talweg/models/semidefinite.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "talweg/tensor/product.hpp"

namespace talweg::models {

namespace {

constexpr std::size_t panel = 48;
constexpr std::size_t functions_at_once = 64;
/// What of a function of length 1 may lie in the null space and be rounding.
constexpr double in_null_space = 1e-6;

double length(std::span<const double> v) {
  double squares = 0;
  for (const double x : v) squares += x * x;
  return std::sqrt(squares);
}

}  // namespace

Semidefinite::Semidefinite(std::vector<double> h, double least)
    : triangle_(std::move(h)), scale_(static_cast<std::size_t>(std::sqrt(static_cast<double>(triangle_.size())) + .5)) {
  for (std::size_t i = 0; i < size(); ++i) scale_[i] = row(i)[i] > 0 ? 1 / std::sqrt(row(i)[i]) : 0;
  for (std::size_t i = 0; i < size(); ++i)
    for (std::size_t j = 0; j <= i; ++j) row(i)[j] *= scale_[i] * scale_[j];
  factor(least);
  find_null_space();
}

/// Right-looking, in panels of columns: what is left of the matrix beside a panel is one product.
void Semidefinite::factor(double least) {
  const std::size_t n = size();
  kept_.assign(n, true);
  std::vector<double> negated;
  for (std::size_t from = 0; from < n; from += panel) {
    const std::size_t to = std::min(from + panel, n);
    for (std::size_t k = from; k < to; ++k) {
      const double pivot = row(k)[k];
      kept_[k] = pivot > least;
      const double root = kept_[k] ? std::sqrt(pivot) : 1;
      row(k)[k] = root;
      for (std::size_t i = k + 1; i < n; ++i) {
        double& below = row(i)[k];
        if (!kept_[k]) below = 0;
        below /= root;
        for (std::size_t j = k + 1; j < std::min(to, i + 1); ++j) row(i)[j] -= below * row(j)[k];
      }
    }
    const auto width = static_cast<std::int64_t>(to - from), stride = static_cast<std::int64_t>(n);
    for (std::size_t i = to; i < n; i += panel) {
      const std::size_t end = std::min(i + panel, n);
      negated.clear();
      for (std::size_t r = i; r < end; ++r)
        for (std::size_t c = from; c < to; ++c) negated.push_back(-row(r)[c]);
      talweg::detail::product(static_cast<std::int64_t>(end - i), static_cast<std::int64_t>(end - to), width,
                              {negated.data(), width, 1}, {row(to) + from, 1, stride}, row(i) + to, stride, true);
    }
  }
}

/// A dropped parameter j is Σ y_i·(parameter i before it) with Lᵀy = its row of L: (−y, 1) is a null vector.
void Semidefinite::find_null_space() {
  for (std::size_t j = 0; j < size(); ++j) {
    if (kept_[j]) continue;
    std::vector<double> v(size());
    std::copy_n(row(j), j, v.begin());
    for (std::size_t i = j; i-- > 0;) {
      v[i] = kept_[i] ? v[i] / row(i)[i] : 0;
      for (std::size_t m = 0; m < i; ++m) v[m] -= row(i)[m] * v[i];
    }
    for (double& x : v) x = -x;
    v[j] = 1;
    const double norm = length(v);
    for (double& x : v) x /= norm;
    null_.push_back(std::move(v));
  }
}

bool Semidefinite::is_determined(const double* f) const {
  std::vector<double> scaled(size());
  for (std::size_t i = 0; i < size(); ++i) {
    if (f[i] != 0 && scale_[i] == 0) return false;
    scaled[i] = f[i] * scale_[i];
  }
  const double most = in_null_space * length(scaled);
  return std::ranges::all_of(null_, [&](const std::vector<double>& v) {
    double product = 0;
    for (std::size_t i = 0; i < size(); ++i) product += scaled[i] * v[i];
    return std::abs(product) <= most;
  });
}

std::vector<double> Semidefinite::variances(std::span<const double> functions) const {
  const std::size_t n = size(), count = functions.size() / n;
  std::vector<double> out(count);
  for (std::size_t first = 0; first < count; first += functions_at_once) {
    const std::size_t width = std::min(functions_at_once, count - first);
    std::vector<double> y(n * width);  // (n, width): L⁻¹ of each function, side by side
    for (std::size_t i = 0; i < n; ++i) {
      if (!kept_[i]) continue;
      double* to = y.data() + i * width;
      for (std::size_t f = 0; f < width; ++f) to[f] = functions[(first + f) * n + i] * scale_[i];
      for (std::size_t m = 0; m < i; ++m) {
        const double below = row(i)[m];
        if (below == 0) continue;
        const double* from = y.data() + m * width;
        for (std::size_t f = 0; f < width; ++f) to[f] -= below * from[f];
      }
      for (std::size_t f = 0; f < width; ++f) {
        to[f] /= row(i)[i];
        out[first + f] += to[f] * to[f];
      }
    }
  }
  for (std::size_t f = 0; f < count; ++f)
    if (!is_determined(functions.data() + f * n)) out[f] = -1;
  return out;
}

}  // namespace talweg::models
