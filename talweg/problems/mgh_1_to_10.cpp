#include <array>
#include <cmath>
#include <numbers>

#include "talweg/problems/families.hpp"
#include "talweg/problems/functions.hpp"
#include "talweg/problems/sum_of_squares.hpp"

namespace talweg::problems {

double rosenbrock(In x, Out g) {
  SumOfSquares sum(g);
  sum.add(10 * (x[1] - x[0] * x[0]), {-20 * x[0], 10});
  sum.add(1 - x[0], {-1});
  return sum.value();
}

namespace {

double freudenstein_roth(In x, Out g) {
  SumOfSquares sum(g);
  const double y = x[1];
  sum.add(-13 + x[0] + ((5 - y) * y - 2) * y, {1, (10 - 3 * y) * y - 2});
  sum.add(-29 + x[0] + ((y + 1) * y - 14) * y, {1, (3 * y + 2) * y - 14});
  return sum.value();
}

double powell_badly_scaled(In x, Out g) {
  SumOfSquares sum(g);
  sum.add(1e4 * x[0] * x[1] - 1, {1e4 * x[1], 1e4 * x[0]});
  const double e0 = std::exp(-x[0]), e1 = std::exp(-x[1]);
  sum.add(e0 + e1 - 1.0001, {-e0, -e1});
  return sum.value();
}

double brown_badly_scaled(In x, Out g) {
  SumOfSquares sum(g);
  sum.add(x[0] - 1e6, {1});
  sum.add(x[1] - 2e-6, {0, 1});
  sum.add(x[0] * x[1] - 2, {x[1], x[0]});
  return sum.value();
}

double beale(In x, Out g) {
  static constexpr std::array y{1.5, 2.25, 2.625};
  SumOfSquares sum(g);
  double power = 1;  // x_1^(i-1)
  for (std::size_t i = 1; i <= y.size(); ++i) {
    const double derivative = x[0] * static_cast<double>(i) * power;
    power *= x[1];
    sum.add(y[i - 1] - x[0] * (1 - power), {power - 1, derivative});
  }
  return sum.value();
}

double jennrich_sampson(In x, Out g) {
  SumOfSquares sum(g);
  for (double i = 1; i <= 10; ++i) {
    const double e0 = std::exp(i * x[0]), e1 = std::exp(i * x[1]);
    sum.add(2 + 2 * i - (e0 + e1), {-i * e0, -i * e1});
  }
  return sum.value();
}

double helical_valley(In x, Out g) {
  SumOfSquares sum(g);
  const double square = x[0] * x[0] + x[1] * x[1], radius = std::sqrt(square);
  // The angle in turns; the branch lies on the negative second axis, as published.
  const double turns =
      x[0] == 0 ? std::copysign(0.25, x[1]) : std::atan(x[1] / x[0]) / (2 * std::numbers::pi) + (x[0] < 0 ? 0.5 : 0);
  const double slope = 1 / (2 * std::numbers::pi * square);
  sum.add(10 * (x[2] - 10 * turns), {100 * x[1] * slope, -100 * x[0] * slope, 10});
  sum.add(10 * (radius - 1), {10 * x[0] / radius, 10 * x[1] / radius});
  sum.add(x[2], {0, 0, 1});
  return sum.value();
}

double bard(In x, Out g) {
  static constexpr std::array y{0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39,
                                0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39};
  SumOfSquares sum(g);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double u = static_cast<double>(i) + 1, v = 16 - u, w = std::min(u, v);
    const double bottom = v * x[1] + w * x[2], slope = u / (bottom * bottom);
    sum.add(y[i] - (x[0] + u / bottom), {-1, slope * v, slope * w});
  }
  return sum.value();
}

double gaussian(In x, Out g) {
  static constexpr std::array y{0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989,
                                0.3521, 0.2420, 0.1295, 0.0540, 0.0175, 0.0044, 0.0009};
  SumOfSquares sum(g);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double away = (7 - static_cast<double>(i)) / 2 - x[2];
    const double bell = std::exp(-x[1] * away * away / 2);
    sum.add(x[0] * bell - y[i], {bell, -x[0] * bell * away * away / 2, x[0] * bell * x[1] * away});
  }
  return sum.value();
}

double meyer(In x, Out g) {
  static constexpr std::array y{34780., 28610., 23650., 19630., 16370., 13720., 11540., 9744.,
                                8261.,  7030.,  6005.,  5147.,  4427.,  3820.,  3307.,  2872.};
  SumOfSquares sum(g);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double bottom = 50 + 5 * static_cast<double>(i) + x[2], growth = std::exp(x[1] / bottom);
    const double slope = x[0] * growth / bottom;
    sum.add(x[0] * growth - y[i], {growth, slope, -slope * x[1] / bottom});
  }
  return sum.value();
}

}  // namespace

void families::mgh_1_to_10(List& list) {
  const auto add = [&](int number, const char* name, Function f, std::vector<double> start,
                       std::vector<double> optima) {
    list.push_back({name, number, mgh_source, std::move(start), std::move(optima), std::move(f)});
  };
  add(1, "rosenbrock", rosenbrock, {-1.2, 1}, {0});
  add(2, "freudenstein_roth", freudenstein_roth, {0.5, -2}, {0, 48.98425367924});
  add(3, "powell_badly_scaled", powell_badly_scaled, {0, 1}, {0});
  add(4, "brown_badly_scaled", brown_badly_scaled, {1, 1}, {0});
  add(5, "beale", beale, {1, 1}, {0});
  add(6, "jennrich_sampson", jennrich_sampson, {0.3, 0.4}, {124.3621823556148});
  add(7, "helical_valley", helical_valley, {-1, 0, 0}, {0});
  add(8, "bard", bard, {1, 1, 1}, {8.214877306578959e-3});
  add(9, "gaussian", gaussian, {0.4, 1, 0}, {1.1279327696184e-8});
  add(10, "meyer", meyer, {0.02, 4000, 250}, {87.94585517002231});
}

}  // namespace talweg::problems
