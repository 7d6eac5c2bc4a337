#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "talweg/autodiff/scalar.hpp"

/// What the tape says of rounding, against the same code in long double (64 digits of mantissa: 2,048 times finer).
namespace talweg {
namespace {

constexpr double unit = std::numeric_limits<double>::epsilon();

template <class F> class Rounding {
 public:
  explicit Rounding(F f) : f_(f), exact_gradient_(f) {}

  double bound(const std::vector<double>& x) { return exact_gradient_.rounding(x); }

  double error(const std::vector<double>& x) {
    std::vector<double> g(x.size());
    const std::vector<long double> wide(x.begin(), x.end());
    return std::abs(static_cast<double>(exact_gradient_(x, g) - f_(std::span<const long double>(wide))));
  }

 private:
  F f_;
  autodiff::Differentiable<F> exact_gradient_;
};

/// Over random points in [low, high]^n: no error above its bound, and no bound more than 100 times the largest error in
/// units of its own bound.
template <class F> void expect_tight(const char* what, std::size_t n, double low, double high, F f) {
  if (std::numeric_limits<long double>::digits < 64) GTEST_SKIP() << "long double is no wider than double here";
  Rounding<F> rounding(f);
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> uniform(low, high);
  double closest = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    std::vector<double> x(n);
    for (double& v : x) v = uniform(random);
    const double bound = rounding.bound(x), error = rounding.error(x);
    ASSERT_TRUE(std::isfinite(bound)) << what;
    // The reference rounds as well.
    ASSERT_LE(error, bound * (1 + 1.0 / 512)) << what << ", x = " << testing::PrintToString(x);
    if (bound > 0) closest = std::max(closest, error / bound);
  }
  EXPECT_GT(closest, 0.01) << what << ": the bound is too large";
}

TEST(Rounding, OfFormulasIsBoundedAndTight) {
  using std::exp, std::log, std::sin, std::cos, std::tan, std::sqrt, std::pow, std::tanh, std::atan, std::asin,
      std::sinh, std::cosh, std::abs;
  expect_tight("products and quotients", 4, 0.1, 10, [](auto x) { return x[0] * x[1] / x[2] * x[3] / 3; });
  expect_tight("a sum", 30, -1, 1, [](auto x) {
    auto s = x[0] * x[0];
    for (std::size_t i = 1; i < 30; ++i) s = s + x[i] * x[i];
    return s;
  });
  expect_tight("1e10 + (x-3)^2", 1, -5, 5, [](auto x) { return (x[0] - 3) * (x[0] - 3) + 1e10; });
  expect_tight("cancellation", 1, 1, 2, [](auto x) { return (x[0] * x[0] - 2 * x[0] * 1.1 + 1.1 * 1.1) * 5; });
  expect_tight("a quotient of differences", 2, 0.5, 2,
               [](auto x) { return (x[0] * x[1] - x[1]) / (x[0] * x[1] + 1.7); });
  expect_tight("exp of large arguments", 2, 10, 20, [](auto x) { return exp(x[0] * x[1]) / 7; });
  expect_tight("log", 2, 0.9, 1.1, [](auto x) { return log(x[0] * x[1]); });
  expect_tight("sin of large arguments", 2, 1e3, 1e4, [](auto x) { return sin(x[0] * x[1]) + cos(x[0] / x[1] * 1e5); });
  expect_tight("tan", 2, 0.5, 1.4, [](auto x) { return tan(x[0] * x[1] / 1.5); });
  expect_tight("powers", 2, 0.5, 3, [](auto x) { return pow(x[0] / 3, 2.5) + pow(x[1] * 7, 5) + pow(x[0], x[1] * 9); });
  expect_tight("a root of a difference", 2, 1, 2, [](auto x) { return sqrt(abs(x[0] * x[0] - x[1] * x[1])); });
  expect_tight("hyperbolic", 2, 0.5, 3, [](auto x) { return tanh(x[0] * x[1]) + sinh(x[0] / 3) * cosh(x[1] * x[0]); });
  expect_tight("inverse", 2, 0.1, 0.99, [](auto x) { return asin(x[0] * x[1]) - atan(x[0] / x[1]); });
  expect_tight("min and max", 2, 0.1, 0.99, [](auto x) {
    using std::max, std::min;
    return min(x[0] * x[1], x[0] / 3) + max(x[0] * 3, x[1] * 3);
  });
}

// The same for long double, where the standard has none.
long double relu(long double a) { return a > 0 ? a : 0; }
long double sigmoid(long double a) { return 1 / (1 + std::exp(-a)); }
long double softplus(long double a) { return std::log1p(std::exp(a)); }
long double sign(long double a) { return static_cast<long double>(a > 0) - static_cast<long double>(a < 0); }

TEST(Rounding, OfTheFunctionsOfModelsIsBoundedAndTight) {
  using std::log10, std::log2, std::log1p, std::expm1, std::erf, std::atan2, std::hypot;
  expect_tight("relu and sign", 2, -1, 1, [](auto x) { return relu(x[0] * x[1]) * sign(x[0] / 3 - 5); });
  expect_tight("sigmoid", 2, -6, 6, [](auto x) { return sigmoid(x[0] * x[1]); });
  expect_tight("softplus", 2, -6, 6, [](auto x) { return softplus(x[0] * x[1]); });
  expect_tight("logarithms", 2, 0.9, 1.1, [](auto x) { return log10(x[0] * x[1]) + log2(x[0] / x[1] / 3); });
  expect_tight("near 1", 2, -1e-3, 1e-3, [](auto x) { return log1p(x[0] * x[1]) - expm1(x[0] * x[1] * 7); });
  expect_tight("erf", 2, -1.5, 1.5, [](auto x) { return erf(x[0] * x[1]); });
  expect_tight("atan2", 2, 0.1, 2, [](auto x) { return atan2(x[0] * x[1] - 1, x[0] / 3 - 0.2); });
  expect_tight("hypot", 2, -2, 2, [](auto x) { return hypot(x[0] * x[1], x[0] / 3); });
}

/// Least squares with data of 1e5 and residuals of 1e-3: the rounding of the data, times 2|r|, is what moves f.
TEST(Rounding, OfLeastSquaresIsThatOfItsData) {
  const auto f = [](auto x) {
    auto sum = 0 * x[0];
    for (int i = 0; i < 20; ++i) {
      const double t = 1e5 + 0.1 * i, y = 2 * t + 1 + (i % 2 == 0 ? 1e-3 : -1e-3);
      const auto r = x[0] * t + x[1] - y;
      sum = sum + r * r;
    }
    return sum;
  };
  Rounding<decltype(f)> rounding(f);
  const double bound = rounding.bound({2, 1});
  const double expected = 20 * 2 * 1e-3 * 2e5 * unit;  // Σ 2|r| · |data| · ε
  EXPECT_GT(bound, 0.3 * expected);
  EXPECT_LT(bound, 3 * expected);
  double worst = 0;
  for (int k = -200; k <= 200; ++k) {
    const std::vector<double> x{2 + k * 1e-13, 1 - k * 1e-9};
    const double error = rounding.error(x), at = rounding.bound(x);
    ASSERT_LE(error, at * 1.01);
    worst = std::max(worst, error / at);
  }
  EXPECT_GT(worst, 0.01);
}

TEST(Rounding, OfASumIsThatOfItsTerms) {
  auto f = differentiable([](auto x) { return x[0] * 1e8 - x[1] * 1e8 + x[2] * x[2]; });
  EXPECT_NEAR(f.rounding(std::vector<double>{1.1, 1.1, 1}), unit * 1.1e8, 0.5 * unit * 1.1e8);
  auto scaled = differentiable([](auto x) { return 1e-20 * (x[0] * 1e8 - x[1] * 1e8 + x[2] * x[2]); });
  EXPECT_NEAR(scaled.rounding(std::vector<double>{1.1, 1.1, 1}) / f.rounding(std::vector<double>{1.1, 1.1, 1}), 1e-20,
              1e-21);
}

/// At the minimum the first-order effect of a rounded residual is 0; its square is what is left.
TEST(Rounding, DoesNotVanishWithTheResidual) {
  auto f = differentiable([](auto x) { return (x[0] * 3e5 - 2.1e5) * (x[0] * 3e5 - 2.1e5); });
  std::vector<double> g(1);
  const std::vector<double> x{0.7};
  EXPECT_GT(f.rounding(x), 0);
  EXPECT_LT(f.rounding(x), 1e-19);
}

TEST(Rounding, OfInputsAndConstantsIsNone) {
  auto input = differentiable([](auto x) { return x[0]; });
  EXPECT_EQ(input.rounding(std::vector<double>{0.1}), 0);
  auto constant = differentiable([](auto) { return 5.0; });
  EXPECT_EQ(constant.rounding(std::vector<double>{0.1}), 0);
  auto mirrored = differentiable([](auto x) { return abs(-x[0]); });
  EXPECT_EQ(mirrored.rounding(std::vector<double>{0.1}), 0);
}

/// Where an error reaches a pole or the end of a domain nothing is known; a root keeps the root of the error.
TEST(Rounding, AtEdgesIsInfiniteOrFinite) {
  auto pole = differentiable([](auto x) { return 1 / (x[0] * 7 * 3 - 2.1); });
  EXPECT_EQ(pole.rounding(std::vector<double>{0.1}), INFINITY);
  auto root = differentiable([](auto x) { return sqrt(x[0] - 0.1); });
  EXPECT_EQ(root.rounding(std::vector<double>{0.1}), 0) << "x - 0.1 is exact there";
  auto rounded = differentiable([](auto x) { return sqrt(abs(x[0] * 3 - 0.3)); });
  const double bound = rounded.rounding(std::vector<double>{0.1});
  EXPECT_GT(bound, 1e-9);
  EXPECT_LT(bound, 1e-7);
}

}  // namespace
}  // namespace talweg
