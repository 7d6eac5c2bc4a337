#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/problems/families.hpp"
#include "talweg/problems/functions.hpp"
#include "talweg/problems/sum_of_squares.hpp"

namespace talweg::problems {

/// (x_1 - 1)^2 + 4 sum over i > 1 of (x_i - x_(i-1)^2)^2
double lbfgsb_driver(In x, Out g) {
  double f = (x[0] - 1) * (x[0] - 1);
  g[0] = 2 * (x[0] - 1);
  for (std::size_t i = 1; i < x.size(); ++i) {
    const double r = x[i] - x[i - 1] * x[i - 1];
    f += 4 * r * r;
    g[i - 1] -= 16 * r * x[i - 1];
    g[i] = 8 * r;
  }
  return f;
}

Bounds lbfgsb_driver_box(std::size_t n) {
  Bounds box{std::vector<double>(n, -100), std::vector<double>(n, 100)};
  for (std::size_t i = 0; i < n; i += 2) box.lower[i] = 1;
  return box;
}

/// The stress in a twisted bar: half the integral of |grad x|^2 less 5 times that of x, over the unit square, x zero on
/// the border, by differences on a regular grid.
double torsion(In x, Out g) {
  const auto k = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(x.size()))));
  const double load = 5 / (static_cast<double>(k + 1) * static_cast<double>(k + 1));
  double f = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t column = i % k;
    const double west = column > 0 ? x[i - 1] : 0, east = column + 1 < k ? x[i + 1] : 0;
    const double north = i >= k ? x[i - k] : 0, south = i + k < x.size() ? x[i + k] : 0;
    const double laplace = 4 * x[i] - west - east - north - south;
    f += x[i] * (laplace / 2 - load);
    g[i] = laplace - load;
  }
  return f;
}

Bounds torsion_box(std::size_t n) {
  const auto k = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(n))));
  Bounds box{std::vector<double>(n), std::vector<double>(n)};
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t row = i / k, column = i % k;
    const std::size_t steps = std::min({row + 1, column + 1, k - row, k - column});
    box.upper[i] = static_cast<double>(steps) / static_cast<double>(k + 1);
    box.lower[i] = -box.upper[i];
  }
  return box;
}

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

/// sum of (-1)^i i x_i, counted from 1
double linear_objective(In x, Out g) {
  double f = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    g[i] = (i % 2 == 0 ? -1.0 : 1.0) * static_cast<double>(i + 1);
    f += g[i] * x[i];
  }
  return f;
}

/// sum of i (x_i - t_i)^2 with t = -1, 0.5, 2, -1, …
double weighted_targets(In x, Out g) {
  static constexpr double targets[]{-1, 0.5, 2};
  double f = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double weight = static_cast<double>(i + 1), r = x[i] - targets[i % 3];
    f += weight * r * r;
    g[i] = 2 * weight * r;
  }
  return f;
}

/// sum of x_i^2 + (x_i - x_(i+1))^4: its free minimum, 0, is on the lower bound, where no force holds it.
double touching(In x, Out g) {
  double f = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    f += x[i] * x[i];
    g[i] = 2 * x[i];
  }
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double r = x[i] - x[i + 1], cube = r * r * r;
    f += cube * r;
    g[i] += 4 * cube;
    g[i + 1] -= 4 * cube;
  }
  return f;
}

/// (x_1 - 1)^2 + sum over i < n of (x_(i+1) - x_i)^2 + (1 - x_n)^2
double biggsb1(In x, Out g) {
  const std::size_t n = x.size();
  SumOfSquares sum(g);
  sum.add(x[0] - 1, {1});
  for (std::size_t i = 0; i + 1 < n; ++i) sum.add_from(i, x[i + 1] - x[i], {-1, 1});
  sum.add_from(n - 1, 1 - x[n - 1], {-1});
  return sum.value();
}

/// sum over i < n of (x_i - x_(i+1))^2 + sin(x_i + x_(i+1)) - 1.5 x_i + 2.5 x_(i+1) + 1
double mccormick(In x, Out g) {
  double f = 0;
  std::fill(g.begin(), g.end(), 0.0);
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double r = x[i] - x[i + 1], sum = x[i] + x[i + 1], slope = std::cos(sum);
    f += r * r + std::sin(sum) - 1.5 * x[i] + 2.5 * x[i + 1] + 1;
    g[i] += 2 * r + slope - 1.5;
    g[i + 1] += slope - 2 * r + 2.5;
  }
  return f;
}

Bounds box(std::size_t n, double lower, double upper) {
  return {std::vector<double>(n, lower), std::vector<double>(n, upper)};
}

}  // namespace

void families::bounded(List& list) {
  constexpr std::string_view ours = "made for this collection";
  const auto add = [&](const char* name, std::string_view source, Function f, std::vector<double> start, Bounds bounds,
                       std::vector<double> optima) {
    list.push_back({name, 0, source, std::move(start), std::move(optima), std::move(f), std::move(bounds)});
    list.back().collection = Collection::bounded;
  };
  Bounds biggsb1_box = box(100, 0, 0.9);
  biggsb1_box.lower[99] = -inf;
  biggsb1_box.upper[99] = inf;

  add("lbfgsb_driver_25", "L-BFGS-B 3.0, driver1", lbfgsb_driver, repeat({3}, 25), lbfgsb_driver_box(25), {0});
  add("lbfgsb_driver_1000", "L-BFGS-B 3.0, driver1", lbfgsb_driver, repeat({3}, 1000), lbfgsb_driver_box(1000), {0});
  add("torsion_100", "Averick, Carter, Moré & Xue 1992: EPT, c = 5", torsion, torsion_box(100).upper, torsion_box(100),
      {-0.4099451729053534});
  add("biggsb1", "CUTE: BIGGSB1", biggsb1, repeat({0}, 100), biggsb1_box, {0.015});
  add("mccormick", "CUTE: MCCORMCK", mccormick, repeat({0}, 50), box(50, -1.5, 3), {-46.126925644202636});
  add("extended_rosenbrock_below_half", ours, extended_rosenbrock, repeat({-1.2, 1}, 20), box(20, -inf, 0.5), {2.5});
  add("linear_box", ours, linear_objective, repeat({0.5}, 10), box(10, -1, 2), {-80});
  add("linear_half_infinite", ours, linear_objective, {-100, 100, -7, 0}, {{-inf, 0, -inf, -5}, {3, inf, 1, inf}},
      {-26});
  add("start_on_bounds", ours, weighted_targets, repeat({0}, 9), box(9, 0, 1), {30});
  add("minimum_in_corner", ours, rosenbrock, {-1.2, 0}, {{-2, -1}, {0.5, 0.249}}, {0.2501});
  add("touching_bounds", ours, touching, {1, 2, 3, 4}, box(4, 0, inf), {0});
  add("fixed_variables", ours, generalized_rosenbrock, {-1.2, 0.5, -1.2, 1, 0.3, 1},
      {{-2, 0.5, -2, -2, 0.3, -2}, {2, 0.5, 2, 2, 0.3, 2}}, {10.07174433505706, 12.885921261472825});
  add("all_fixed", ours, weighted_targets, {1, 1, 1}, box(3, 1, 1), {7.5});
  add("mixed_infinite_bounds", ours, extended_wood, repeat({-3, -1, -3, -1}, 8),
      {{-inf, -inf, -10, -1, -inf, 0, 1.5, -inf}, {inf, 0.5, inf, 2, inf, inf, inf, 0.5}},
      {276.2540298375195, 281.04513825562174, 285.83718706331473});
  add("infinite_bounds", ours, rosenbrock, {-1.2, 1}, box(2, -inf, inf), {0});
}

}  // namespace talweg::problems
