#include <array>
#include <cmath>

#include "talweg/problems/families.hpp"
#include "talweg/problems/functions.hpp"
#include "talweg/problems/sum_of_squares.hpp"

namespace talweg::problems {

/// The area of a surface over the unit square, whose height on the border is s^2 - t^2 (s along rows): x holds the
/// inner heights of a regular grid row by row, each cell is two triangles.
double minimal_surface(In x, Out g) {
  const auto k = static_cast<std::ptrdiff_t>(std::lround(std::sqrt(static_cast<double>(x.size()))));
  const double cells = static_cast<double>(k + 1), h = 1 / cells;
  std::fill(g.begin(), g.end(), 0.0);
  // Grid points run from 0 to k+1 in both directions; -1 marks the border.
  const auto index = [k](std::ptrdiff_t row, std::ptrdiff_t column) {
    return row == 0 || column == 0 || row > k || column > k ? -1 : (row - 1) * k + column - 1;
  };
  const auto height = [&](std::ptrdiff_t row, std::ptrdiff_t column) {
    const std::ptrdiff_t i = index(row, column);
    const double s = static_cast<double>(column) * h, t = static_cast<double>(row) * h;
    return i < 0 ? s * s - t * t : x[i];
  };
  double f = 0;
  const auto triangle = [&](std::ptrdiff_t row, std::ptrdiff_t column, std::ptrdiff_t side) {
    const double here = height(row, column), a = (height(row, column + side) - here) * cells;
    const double b = (height(row + side, column) - here) * cells, root = std::sqrt(1 + a * a + b * b);
    f += h * h / 2 * root;
    const double slope_a = h / 2 * a / root, slope_b = h / 2 * b / root;
    if (const auto i = index(row, column); i >= 0) g[i] -= slope_a + slope_b;
    if (const auto i = index(row, column + side); i >= 0) g[i] += slope_a;
    if (const auto i = index(row + side, column); i >= 0) g[i] += slope_b;
  };
  for (std::ptrdiff_t row = 0; row <= k; ++row)
    for (std::ptrdiff_t column = 0; column <= k; ++column) {
      triangle(row, column, 1);
      triangle(row + 1, column + 1, -1);
    }
  return f;
}

namespace {

/// y = b1 (1 - e^(-b2 x))
double misra1a(In b, Out g) {
  static constexpr std::array y{10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02,
                                44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78};
  static constexpr std::array t{77.6,  114.9, 141.1, 190.8, 239.9, 289.0, 332.8,
                                378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0};
  SumOfSquares sum(g);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double e = std::exp(-b[1] * t[i]);
    sum.add(y[i] - b[0] * (1 - e), {e - 1, -b[0] * t[i] * e});
  }
  return sum.value();
}

/// y = b1 / (1 + e^(b2 - b3 x))^(1/b4)
double rat43(In b, Out g) {
  static constexpr std::array y{16.08,  33.83,  65.80,  97.20,  191.55, 326.20, 386.87, 520.53,
                                590.03, 651.92, 724.93, 699.56, 689.96, 637.56, 717.41};
  SumOfSquares sum(g);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double t = static_cast<double>(i + 1), e = std::exp(b[1] - b[2] * t), log = std::log1p(e);
    const double shape = std::exp(-log / b[3]), inner = b[0] * shape / b[3] * e / (1 + e);
    sum.add(y[i] - b[0] * shape, {-shape, inner, -inner * t, -b[0] * shape * log / (b[3] * b[3])});
  }
  return sum.value();
}

/// y = (b1 + b2 x + b3 x^2 + b4 x^3) / (1 + b5 x + b6 x^2 + b7 x^3)
double thurber(In b, Out g) {
  static constexpr std::array y{80.574,   84.248,   87.264,   87.195,   89.076,   89.608,   89.868,   90.101,
                                92.405,   95.854,   100.696,  101.060,  401.672,  390.724,  567.534,  635.316,
                                733.054,  759.087,  894.206,  990.785,  1090.109, 1080.914, 1122.643, 1178.351,
                                1260.531, 1273.514, 1288.339, 1327.543, 1353.863, 1414.509, 1425.208, 1421.384,
                                1442.962, 1464.350, 1468.705, 1447.894, 1457.628};
  static constexpr std::array t{-3.067, -2.981, -2.921, -2.912, -2.840, -2.797, -2.702, -2.699, -2.633, -2.481,
                                -2.363, -2.322, -1.501, -1.460, -1.274, -1.212, -1.100, -1.046, -0.915, -0.714,
                                -0.566, -0.545, -0.400, -0.309, -0.109, -0.103, 0.010,  0.119,  0.377,  0.790,
                                0.963,  1.006,  1.115,  1.572,  1.841,  2.047,  2.200};
  SumOfSquares sum(g);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double u = t[i], bottom = 1 + u * (b[4] + u * (b[5] + u * b[6]));
    const double model = (b[0] + u * (b[1] + u * (b[2] + u * b[3]))) / bottom, a = -1 / bottom, c = model / bottom;
    sum.add(y[i] - model, {a, a * u, a * u * u, a * u * u * u, c * u, c * u * u, c * u * u * u});
  }
  return sum.value();
}

/// Mean log-loss of 100 rows a_ij = sin(1.3 i j), labelled by the sign of cos(2.1 i), plus |x|^2 / 2000.
double logistic_regression(In x, Out g) {
  constexpr int rows = 100;
  double f = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    f += x[j] * x[j] / 2000;
    g[j] = x[j] / 1000;
  }
  const auto a = [](int i, std::size_t j) { return std::sin(1.3 * i * static_cast<double>(j + 1)); };
  for (int i = 1; i <= rows; ++i) {
    const double label = std::cos(2.1 * i) > 0 ? 1 : -1;
    double score = 0;
    for (std::size_t j = 0; j < x.size(); ++j) score += label * a(i, j) * x[j];
    f += (std::log1p(std::exp(-std::abs(score))) + std::max(0.0, -score)) / rows;
    const double slope = -label / (1 + std::exp(score)) / rows;
    for (std::size_t j = 0; j < x.size(); ++j) g[j] += slope * a(i, j);
  }
  return f;
}

/// log of the sum over 40 terms of exp(a_i·x + b_i), a_ij = cos(0.7 i j), b_i = sin(i).
double log_sum_exp(In x, Out g) {
  constexpr int terms = 40;
  const auto exponent = [&](int i) {
    double s = std::sin(static_cast<double>(i));
    for (std::size_t j = 0; j < x.size(); ++j) s += std::cos(0.7 * i * static_cast<double>(j + 1)) * x[j];
    return s;
  };
  double largest = exponent(1);
  for (int i = 2; i <= terms; ++i) largest = std::max(largest, exponent(i));
  std::fill(g.begin(), g.end(), 0.0);
  double total = 0;
  for (int i = 1; i <= terms; ++i) {
    const double e = std::exp(exponent(i) - largest);
    total += e;
    for (std::size_t j = 0; j < x.size(); ++j) g[j] += e * std::cos(0.7 * i * static_cast<double>(j + 1));
  }
  for (double& slope : g) slope /= total;
  return largest + std::log(total);
}

}  // namespace

void families::holdout_fits(List& list) {
  const auto add = [&](const char* name, std::string_view source, Function f, std::vector<double> start,
                       std::vector<double> optima) {
    list.push_back({name, 0, source, std::move(start), std::move(optima), std::move(f)});
    list.back().collection = Collection::holdout;
  };
  constexpr std::string_view nist = "NIST StRD, nonlinear regression, the second start";
  add("misra1a", nist, misra1a, {250, 5e-4}, {1.2455138894e-01});
  add("rat43", nist, rat43, {700, 5, 0.75, 1.3}, {8.7864049080e+03});
  add("thurber", nist, thurber, {1300, 1500, 500, 75, 1, 0.4, 0.05},
      {5.6427082397e+03, 7682.244177388845, 12725.119980207835});
  add("logistic_regression", "made for this collection", logistic_regression, repeat({0}, 10), {0.686718495903539});
  add("log_sum_exp", "made for this collection", log_sum_exp, repeat({1}, 5), {3.967034302057051});
  add("minimal_surface_100", "Averick, Carter, Moré & Xue 1992: MSA, another border", minimal_surface, repeat({0}, 100),
      {1.8561354281185855});
}

}  // namespace talweg::problems
