#include <cmath>
#include <numeric>

#include "talweg/base/text.hpp"
#include "talweg/problems/families.hpp"
#include "talweg/problems/functions.hpp"
#include "talweg/problems/sum_of_squares.hpp"

namespace talweg::problems {

double extended_rosenbrock(In x, Out g) {
  double f = 0;
  for (std::size_t i = 0; i + 1 < x.size(); i += 2) {
    const double bend = x[i + 1] - x[i] * x[i], rest = 1 - x[i];
    f += 100 * bend * bend + rest * rest;
    g[i] = -400 * x[i] * bend - 2 * rest;
    g[i + 1] = 200 * bend;
  }
  return f;
}

double extended_powell(In x, Out g) {
  double f = 0;
  for (std::size_t i = 0; i + 3 < x.size(); i += 4) {
    const double a = x[i] + 10 * x[i + 1], b = x[i + 2] - x[i + 3], c = x[i + 1] - 2 * x[i + 2], d = x[i] - x[i + 3];
    const double c3 = c * c * c, d3 = d * d * d;
    f += a * a + 5 * b * b + c3 * c + 10 * d3 * d;
    g[i] = 2 * a + 40 * d3;
    g[i + 1] = 20 * a + 4 * c3;
    g[i + 2] = 10 * b - 8 * c3;
    g[i + 3] = -10 * b - 40 * d3;
  }
  return f;
}

std::vector<double> repeat(std::initializer_list<double> pattern, std::size_t n) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = pattern.begin()[i % pattern.size()];
  return x;
}

namespace {

double watson(In x, Out g) {
  const std::size_t n = x.size();
  SumOfSquares sum(g);
  sum.add(x[0], {1});
  sum.add(x[1] - x[0] * x[0] - 1, {-2 * x[0], 1});
  double f = sum.value();
  for (int i = 1; i <= 29; ++i) {
    const double t = i / 29.0;
    double value = 0, slope = 0;  // of the polynomial with coefficients x, by Horner
    for (std::size_t j = n; j-- > 0;) {
      slope = slope * t + value;
      value = value * t + x[j];
    }
    const double r = slope - value * value - 1;
    f += r * r;
    double power = 1, before = 0;  // t^j, and its derivative j t^(j-1)
    for (std::size_t j = 0; j < n; ++j) {
      g[j] += 2 * r * (before - 2 * value * power);
      before = before * t + power;
      power *= t;
    }
  }
  return f;
}

double penalty_1(In x, Out g) {
  const double rest = std::inner_product(x.begin(), x.end(), x.begin(), -0.25);
  double f = rest * rest;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double r = x[i] - 1;
    f += 1e-5 * r * r;
    g[i] = 2e-5 * r + 4 * rest * x[i];
  }
  return f;
}

double penalty_2(In x, Out g) {
  const std::size_t n = x.size();
  SumOfSquares sum(g);
  sum.add(x[0] - 0.2, {1});
  const double a = std::sqrt(1e-5), floor = std::exp(-0.1);
  double rest = static_cast<double>(n) * x[0] * x[0] - 1;
  double e_before = std::exp(x[0] / 10), y_before = std::exp(0.1);
  for (std::size_t i = 1; i < n; ++i) {
    const double e = std::exp(x[i] / 10), y = std::exp((static_cast<double>(i) + 1) / 10);
    sum.add_from(i - 1, a * (e + e_before - y - y_before), {a * e_before / 10, a * e / 10});
    sum.add_from(i, a * (e - floor), {a * e / 10});
    rest += static_cast<double>(n - i) * x[i] * x[i];
    e_before = e;
    y_before = y;
  }
  for (std::size_t i = 0; i < n; ++i) g[i] += 4 * rest * static_cast<double>(n - i) * x[i];
  return sum.value() + rest * rest;
}

double variably_dimensioned(In x, Out g) {
  double f = 0, weighted = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double r = x[i] - 1;
    f += r * r;
    weighted += static_cast<double>(i + 1) * r;
  }
  const double square = weighted * weighted;
  for (std::size_t i = 0; i < x.size(); ++i)
    g[i] = 2 * (x[i] - 1) + static_cast<double>(i + 1) * weighted * (2 + 4 * square);
  return f + square + square * square;
}

/// 1 - cos v is taken as 2 sin^2(v/2): near the start, v = 1/n, the difference would lose half the digits.
double trigonometric(In x, Out g) {
  const auto dip = [](double v) { return 2 * std::pow(std::sin(v / 2), 2); };
  double dips = 0;
  for (const double v : x) dips += dip(v);
  double f = 0, total = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    g[i] = dips + static_cast<double>(i + 1) * dip(x[i]) - std::sin(x[i]);  // the residual, for now
    f += g[i] * g[i];
    total += g[i];
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double sine = std::sin(x[i]);
    g[i] = 2 * (total * sine + g[i] * (static_cast<double>(i + 1) * sine - std::cos(x[i])));
  }
  return f;
}

double brown_almost_linear(In x, Out g) {
  const std::size_t n = x.size();
  const double total = std::accumulate(x.begin(), x.end(), 0.0) - static_cast<double>(n + 1);
  double before = 1, f = 0, residuals = 0;
  for (std::size_t i = 0; i < n; ++i) {
    g[i] = before;  // x_0 … x_(i-1)
    before *= x[i];
    if (i + 1 == n) break;
    const double r = x[i] + total;
    f += r * r;
    residuals += r;
  }
  const double last = before - 1;
  double after = 1;
  for (std::size_t i = n; i-- > 0;) {
    const double own = i + 1 < n ? x[i] + total : 0;
    g[i] = 2 * (residuals + own + last * g[i] * after);
    after *= x[i];
  }
  return f + last * last;
}

}  // namespace

void families::mgh_20_to_27(List& list) {
  const auto add = [&](int number, std::string name, Function f, std::vector<double> start,
                       std::vector<double> optima) {
    list.push_back({std::move(name), number, mgh_source, std::move(start), std::move(optima), std::move(f)});
  };
  const auto ramp = [](std::size_t n) {
    std::vector<double> x(n);
    std::iota(x.begin(), x.end(), 1.0);
    return x;
  };
  add(20, "watson_6", watson, repeat({0}, 6), {2.287670053552339e-3});
  add(20, "watson_9", watson, repeat({0}, 9), {1.3997601380963e-6});
  add(20, "watson_12", watson, repeat({0}, 12), {4.722381098e-10});
  for (const std::size_t n : {10, 100})
    add(21, text::cat("extended_rosenbrock_", n), extended_rosenbrock, repeat({-1.2, 1}, n), {0});
  for (const std::size_t n : {20, 100})
    add(22, text::cat("extended_powell_", n), extended_powell, repeat({3, -1, 0, 1}, n), {0});
  add(23, "penalty_1_4", penalty_1, ramp(4), {2.2499775008999e-5});
  add(23, "penalty_1_10", penalty_1, ramp(10), {7.0876514670904e-5});
  add(24, "penalty_2_4", penalty_2, repeat({0.5}, 4), {9.37629300735544e-6});
  add(24, "penalty_2_10", penalty_2, repeat({0.5}, 10), {2.936605374567459e-4});
  for (const std::size_t n : {10, 100}) {
    std::vector<double> start = ramp(n);
    for (double& v : start) v = 1 - v / static_cast<double>(n);
    add(25, text::cat("variably_dimensioned_", n), variably_dimensioned, start, {0});
  }
  add(26, "trigonometric_10", trigonometric, repeat({0.1}, 10), {0, 2.7950561218794e-5, 4.2186338879237e-5});
  add(26, "trigonometric_100", trigonometric, repeat({0.01}, 100),
      {0, 6.0406002225891e-8, 1.69205232229725e-7, 1.84096254252779e-6});
  add(27, "brown_almost_linear", brown_almost_linear, repeat({0.5}, 10), {0, 1});
}

}  // namespace talweg::problems
