#include "talweg/advise/lanczos.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "talweg/base/random.hpp"
#include "talweg/optim/certificate/eigen.hpp"

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
  const auto values = certificate::eigen(std::move(t), m).values;
  if (values.empty() || !std::isfinite(values.front()) || !std::isfinite(values.back())) return {};
  spectrum.smallest = values.front();
  spectrum.largest = values.back();
  for (const double value : values)
    if (spectrum.smallest_positive == 0 && value > 1e-9 * spectrum.largest) spectrum.smallest_positive = value;
  return spectrum;
}

}  // namespace talweg::advise
