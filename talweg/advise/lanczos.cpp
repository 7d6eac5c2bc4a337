#include "talweg/advise/lanczos.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "talweg/base/random.hpp"

namespace talweg::advise {

namespace {

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void subtract(double factor, std::span<const double> v, std::span<double> from) {
  for (std::size_t i = 0; i < from.size(); ++i) from[i] -= factor * v[i];
}

}  // namespace

double Spectrum::condition() const {
  return smallest_positive > 0 ? largest / smallest_positive : std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> symmetric_eigenvalues(std::vector<double> a, std::size_t n) {
  const auto at = [&](std::size_t i, std::size_t j) -> double& { return a[i * n + j]; };
  for (int sweep = 0; sweep < 60; ++sweep) {
    double off = 0, all = 0;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) (i == j ? all : off) += at(i, j) * at(i, j);
    if (!(off > 1e-30 * all)) break;
    for (std::size_t p = 0; p < n; ++p)
      for (std::size_t q = p + 1; q < n; ++q) {
        if (at(p, q) == 0) continue;
        const double angle = (at(q, q) - at(p, p)) / (2 * at(p, q));
        const double t = std::copysign(1 / (std::abs(angle) + std::hypot(angle, 1.0)), angle);
        const double c = 1 / std::hypot(t, 1.0), s = t * c;
        for (std::size_t k = 0; k < n; ++k) {
          const double x = at(k, p), y = at(k, q);
          at(k, p) = c * x - s * y;
          at(k, q) = s * x + c * y;
        }
        for (std::size_t k = 0; k < n; ++k) {
          const double x = at(p, k), y = at(q, k);
          at(p, k) = c * x - s * y;
          at(q, k) = s * x + c * y;
        }
      }
  }
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = at(i, i);
  std::sort(values.begin(), values.end());
  return values;
}

Spectrum lanczos(const Product& product, std::size_t n, int steps, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::vector<double>> basis;
  std::vector<double> diagonal, beside, v(n), w(n);
  for (double& x : v) x = random.normal();
  Spectrum spectrum;
  double length = std::sqrt(dot(v, v)), scale = 0;
  for (int k = 0; k < steps; ++k) {
    for (double& x : v) x /= length;
    basis.push_back(v);
    product(v, w);
    diagonal.push_back(dot(w, v));
    for (int twice = 0; twice < 2; ++twice)
      for (const auto& b : basis) subtract(dot(w, b), b, w);
    length = std::sqrt(dot(w, w));
    scale = std::max({scale, std::abs(diagonal.back()), length});
    // What is left is rounding of the finite differences behind the products.
    if (basis.size() == n || !(length > 1e-7 * scale)) {
      spectrum.complete = true;
      break;
    }
    beside.push_back(length);
    v = w;
  }
  const std::size_t m = diagonal.size();
  std::vector<double> t(m * m);
  for (std::size_t i = 0; i < m; ++i) {
    t[i * m + i] = diagonal[i];
    if (i + 1 < m) t[i * m + i + 1] = t[(i + 1) * m + i] = beside[i];
  }
  const auto values = symmetric_eigenvalues(std::move(t), m);
  if (values.empty() || !std::isfinite(values.front()) || !std::isfinite(values.back())) return {};
  spectrum.smallest = values.front();
  spectrum.largest = values.back();
  for (const double value : values)
    if (spectrum.smallest_positive == 0 && value > 1e-9 * spectrum.largest) spectrum.smallest_positive = value;
  return spectrum;
}

}  // namespace talweg::advise
