#include "talweg/optim/certificate/eigen.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace talweg::certificate {

namespace {

constexpr int most_sweeps = 60;  // ten or so are usual
constexpr double negligible = 1e-32;

}  // namespace

Eigen eigen(std::vector<double> a, std::size_t n) {
  const auto at = [&](std::size_t i, std::size_t j) -> double& { return a[i * n + j]; };
  std::vector<double> v(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) v[i * n + i] = 1;
  for (int sweep = 0; sweep < most_sweeps; ++sweep) {
    double off = 0, all = 0;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) (i == j ? all : off) += at(i, j) * at(i, j);
    if (!(off > negligible * all)) break;
    for (std::size_t p = 0; p < n; ++p)
      for (std::size_t q = p + 1; q < n; ++q) {
        if (at(p, q) == 0) continue;
        const double angle = (at(q, q) - at(p, p)) / (2 * at(p, q));
        const double t = std::copysign(1 / (std::abs(angle) + std::hypot(angle, 1.0)), angle);
        const double c = 1 / std::hypot(t, 1.0), s = t * c;
        const auto rotate = [&](double& x, double& y) {
          const double old = x;
          x = c * old - s * y;
          y = s * old + c * y;
        };
        for (std::size_t k = 0; k < n; ++k) rotate(at(k, p), at(k, q));
        for (std::size_t k = 0; k < n; ++k) rotate(at(p, k), at(q, k));
        for (std::size_t k = 0; k < n; ++k) rotate(v[p * n + k], v[q * n + k]);
      }
  }
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return at(i, i) < at(j, j); });
  Eigen out{std::vector<double>(n), std::vector<double>(n * n)};
  for (std::size_t k = 0; k < n; ++k) {
    out.values[k] = at(order[k], order[k]);
    std::copy_n(&v[order[k] * n], n, &out.vectors[k * n]);
  }
  return out;
}

}  // namespace talweg::certificate
