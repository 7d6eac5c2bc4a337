#include <array>
#include <cassert>
#include <cmath>
#include <numeric>
#include <utility>

#include "talweg/base/text.hpp"
#include "talweg/problems/families.hpp"
#include "talweg/problems/functions.hpp"
#include "talweg/problems/sum_of_squares.hpp"

namespace talweg::problems {
namespace {

/// x_i or, beyond the ends, zero.
double inside(In x, std::ptrdiff_t i) { return i < 0 || i >= std::ssize(x) ? 0 : x[static_cast<std::size_t>(i)]; }

double discrete_boundary_value(In x, Out g) {
  const auto n = std::ssize(x);
  const double h = 1 / static_cast<double>(n + 1);
  std::fill(g.begin(), g.end(), 0.0);
  double f = 0;
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const double s = x[i] + static_cast<double>(i + 1) * h + 1;
    const double r = 2 * x[i] - inside(x, i - 1) - inside(x, i + 1) + h * h * s * s * s / 2;
    f += r * r;
    g[i] += 2 * r * (2 + 1.5 * h * h * s * s);
    if (i > 0) g[i - 1] -= 2 * r;
    if (i + 1 < n) g[i + 1] -= 2 * r;
  }
  return f;
}

/// The kernel is triangular on each side of the diagonal, so both products with it are running sums: O(n).
double discrete_integral_equation(In x, Out g) {
  const std::size_t n = x.size();
  const double h = 1 / static_cast<double>(n + 1);
  const auto t = [h](std::size_t i) { return static_cast<double>(i + 1) * h; };
  const auto cube = [&](std::size_t i) { return std::pow(x[i] + t(i) + 1, 3); };
  double above = 0;  // sum over j > i of (1 - t_j) cube_j
  for (std::size_t i = 0; i < n; ++i) above += (1 - t(i)) * cube(i);
  double f = 0, below = 0, rest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double c = cube(i);
    below += t(i) * c;
    above -= (1 - t(i)) * c;
    g[i] = x[i] + h / 2 * ((1 - t(i)) * below + t(i) * above);  // the residual, for now
    f += g[i] * g[i];
    rest += (1 - t(i)) * g[i];
  }
  double passed = 0;  // sum over i < j of t_i r_i; rest is the sum over i >= j of (1 - t_i) r_i
  for (std::size_t j = 0; j < n; ++j) {
    const double r = g[j], s = x[j] + t(j) + 1;
    g[j] = 2 * r + 3 * h * s * s * (t(j) * rest + (1 - t(j)) * passed);
    passed += t(j) * r;
    rest -= (1 - t(j)) * r;
  }
  return f;
}

double broyden_tridiagonal(In x, Out g) {
  const auto n = std::ssize(x);
  std::fill(g.begin(), g.end(), 0.0);
  double f = 0;
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const double r = (3 - 2 * x[i]) * x[i] - inside(x, i - 1) - 2 * inside(x, i + 1) + 1;
    f += r * r;
    g[i] += 2 * r * (3 - 4 * x[i]);
    if (i > 0) g[i - 1] -= 2 * r;
    if (i + 1 < n) g[i + 1] -= 4 * r;
  }
  return f;
}

double broyden_banded(In x, Out g) {
  const auto n = std::ssize(x);
  std::fill(g.begin(), g.end(), 0.0);
  double f = 0;
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const std::ptrdiff_t first = std::max<std::ptrdiff_t>(0, i - 5), last = std::min(n - 1, i + 1);
    double r = x[i] * (2 + 5 * x[i] * x[i]) + 1;
    for (std::ptrdiff_t j = first; j <= last; ++j)
      if (j != i) r -= x[j] * (1 + x[j]);
    f += r * r;
    for (std::ptrdiff_t j = first; j <= last; ++j) g[j] -= j == i ? 0 : 2 * r * (1 + 2 * x[j]);
    g[i] += 2 * r * (2 + 15 * x[i] * x[i]);
  }
  return f;
}

/// Residuals of the three linear functions, with n = 10.
constexpr int linear_m = 20;

double linear_full_rank(In x, Out g) {
  const double total = 2.0 / linear_m * std::accumulate(x.begin(), x.end(), 0.0) + 1;
  double f = static_cast<double>(linear_m - std::ssize(x)) * total * total;
  double residuals = -static_cast<double>(linear_m - std::ssize(x)) * total;
  for (const double v : x) {
    f += (v - total) * (v - total);
    residuals += v - total;
  }
  for (std::size_t j = 0; j < x.size(); ++j) g[j] = 2 * (x[j] - total) - 4.0 / linear_m * residuals;
  return f;
}

/// r_i = i w - 1 for i = 1 … m, with w = sum of j x_j.
double linear_rank_1(In x, Out g) {
  double w = 0, f = 0, slope = 0;
  for (std::size_t j = 0; j < x.size(); ++j) w += static_cast<double>(j + 1) * x[j];
  for (int i = 1; i <= linear_m; ++i) {
    const double r = i * w - 1;
    f += r * r;
    slope += 2 * r * i;
  }
  for (std::size_t j = 0; j < x.size(); ++j) g[j] = slope * static_cast<double>(j + 1);
  return f;
}

/// r_1 = r_m = -1, otherwise r_i = (i-1) w - 1, with w = sum of j x_j over all but the first and the last.
double linear_rank_1_zero(In x, Out g) {
  double w = 0, f = 2, slope = 0;
  for (std::size_t j = 1; j + 1 < x.size(); ++j) w += static_cast<double>(j + 1) * x[j];
  for (int i = 1; i <= linear_m - 2; ++i) {
    const double r = i * w - 1;
    f += r * r;
    slope += 2 * r * i;
  }
  for (std::size_t j = 0; j < x.size(); ++j) g[j] = slope * static_cast<double>(j + 1);
  g[0] = g[x.size() - 1] = 0;
  return f;
}

/// Chebyshev polynomials shifted to [0, 1]: T_1 = y, T_(i+1) = 2 y T_i - T_(i-1), y = 2x - 1.
double chebyquad(In x, Out g) {
  const std::size_t n = x.size();
  std::array<double, 128> r{};
  assert(n <= r.size());
  for (const double v : x) {
    const double y = 2 * v - 1;
    for (double before = 1, now = y; double& sum : std::span(r).first(n)) {
      sum += now;
      before = std::exchange(now, 2 * y * now - before);
    }
  }
  double f = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double degree = static_cast<double>(i + 1);
    r[i] = r[i] / static_cast<double>(n) + (i % 2 == 1 ? 1 / (degree * degree - 1) : 0);
    f += r[i] * r[i];
  }
  for (std::size_t j = 0; j < n; ++j) {
    const double y = 2 * x[j] - 1;
    double before = 1, now = y, slope_before = 0, slope = 2, total = 0;
    for (std::size_t i = 0; i < n; ++i) {
      total += r[i] * slope;
      slope_before = std::exchange(slope, 4 * now + 2 * y * slope - slope_before);
      before = std::exchange(now, 2 * y * now - before);
    }
    g[j] = 2 * total / static_cast<double>(n);
  }
  return f;
}

}  // namespace

void families::mgh_28_to_35(List& list) {
  const auto add = [&](int number, std::string name, Function f, std::vector<double> start,
                       std::vector<double> optima) {
    list.push_back({std::move(name), number, mgh_source, std::move(start), std::move(optima), std::move(f)});
  };
  const auto nodes = [](std::size_t n) {
    std::vector<double> t(n);
    for (std::size_t i = 0; i < n; ++i) t[i] = static_cast<double>(i + 1) / static_cast<double>(n + 1);
    return t;
  };
  std::vector<double> arch = nodes(10);
  for (double& t : arch) t *= t - 1;
  add(28, "discrete_boundary_value", discrete_boundary_value, arch, {0});
  add(29, "discrete_integral_equation", discrete_integral_equation, arch, {0});
  for (const std::size_t n : {10, 100})
    add(30, text::cat("broyden_tridiagonal_", n), broyden_tridiagonal, repeat({-1}, n),
        n == 10 ? std::vector{0.0, 0.3970793520178333, 0.8789736213603905}
                : std::vector{0.0, 0.3970671034875163, 0.7125279095860827});
  for (const std::size_t n : {10, 100})
    add(31, text::cat("broyden_banded_", n), broyden_banded, repeat({-1}, n),
        n == 10 ? std::vector{0.0, 3.057278432425819} : std::vector{0.0, 3.076218201482043});
  constexpr double m = linear_m;
  add(32, "linear_full_rank", linear_full_rank, repeat({1}, 10), {m - 10});
  add(33, "linear_rank_1", linear_rank_1, repeat({1}, 10), {m * (m - 1) / (2 * (2 * m + 1))});
  add(34, "linear_rank_1_zero", linear_rank_1_zero, repeat({1}, 10), {(m * m + 3 * m - 6) / (2 * (2 * m - 3))});
  add(35, "chebyquad_8", chebyquad, nodes(8), {3.5168737256779e-3});
  add(35, "chebyquad_9", chebyquad, nodes(9), {0});
  add(35, "chebyquad_10", chebyquad, nodes(10), {4.7727136963753e-3, 6.5039548008823e-3, 9.5006288502217e-3});
}

}  // namespace talweg::problems
