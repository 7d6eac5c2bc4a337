#include "talweg/autodiff/scalar.hpp"
#include "talweg/autodiff/differences.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <type_traits>

namespace talweg {
namespace {

using Objective = std::function<double(std::span<const double>, std::span<double>)>;

TEST(Scalar, GivesAGenericLambdaItsGradient) {
  Objective f = differentiable([](auto x) {
    const auto a = 1 - x[0];
    const auto b = x[1] - x[0] * x[0];
    return a * a + 100 * b * b;
  });
  std::vector<double> g(2);
  EXPECT_DOUBLE_EQ(f(std::vector<double>{-1.2, 1}, g), 24.2);
  EXPECT_DOUBLE_EQ(g[0], -215.6);
  EXPECT_DOUBLE_EQ(g[1], -88);
}

TEST(Scalar, HasEveryFunctionInEveryMixture) {
  const auto generic = [](auto x) {
    using std::abs, std::exp, std::log, std::max, std::min, std::pow, std::sqrt;
    auto s = exp(x[0]) + log(x[1]) + sqrt(x[1]) + sin(x[0]) + cos(x[0]) + tan(x[0]) + tanh(x[0]) + sinh(x[0]);
    s += cosh(x[0]) + asin(x[0]) + acos(x[0]) * 2 + atan(x[0]) + abs(-x[0]);
    s -= pow(x[1], 3) + pow(x[1], 2) + pow(x[1], 1.5) + pow(2.0, x[0]) + pow(x[1], x[0]);
    s *= 2 / x[1] + x[1] / 2 + x[0] / x[1] + (3 - x[0]) + (x[0] - 3) + (+x[0]);
    s /= 1.5;
    using std::atan2, std::erf, std::expm1, std::hypot, std::log10, std::log1p, std::log2;
    s += log10(x[1]) + log2(x[1]) + log1p(x[0]) + expm1(x[0]) + erf(x[0]) + atan2(x[0], x[1]) + atan2(x[0], 2) +
         atan2(0.5, x[1]) + hypot(x[0], x[1]) + hypot(x[0], 1.0) + hypot(1, x[1]);
    s += min(x[0], x[1]) + max(x[0], x[1]) + min(x[0], 2.0 * x[1] / x[1]) + max(x[1], 0 * x[0]);
    for (int i = 0; i < 3; ++i)
      if (x[0] < x[1] && x[0] != 0.0) s = s * x[0] + 1;
    return s;
  };
  Objective exact = differentiable(generic);
  Objective central = differences([&](std::span<const double> x) { return generic(x); });
  const std::vector<double> x{0.3, 1.7};
  std::vector<double> g(2), d(2);
  EXPECT_DOUBLE_EQ(exact(x, g), central(x, d));
  // h^2 f''' / 6 with h = 6e-6 and f''' of some hundreds, and 1e-16 |f| / h.
  EXPECT_NEAR(g[0], d[0], 1e-7);
  EXPECT_NEAR(g[1], d[1], 1e-7);
}

TEST(Scalar, ControlFlowFollowsTheValues) {
  Objective f = differentiable([](auto x) { return x[0] > 1 ? x[0] * x[0] : 3 * x[0]; });
  std::vector<double> g(1);
  EXPECT_EQ(f(std::vector<double>{2}, g), 4);
  EXPECT_EQ(g[0], 4);
  EXPECT_EQ(f(std::vector<double>{0.5}, g), 1.5);
  EXPECT_EQ(g[0], 3);
}

TEST(Scalar, ConstantsHaveNoTape) {
  EXPECT_EQ((Scalar(2) * 3 + pow(Scalar(2), 3) - max(Scalar(1), 4.0)).value(), 10);
  EXPECT_EQ((Scalar(2) * 3).tape(), nullptr);
  Objective constant = differentiable([](auto) { return 5.0; });
  std::vector<double> g{7, 7};
  EXPECT_EQ(constant(std::vector<double>{1, 2}, g), 5);
  EXPECT_EQ(g, (std::vector<double>{0, 0}));
  Objective one = differentiable([](auto x) { return x[1]; });
  one(std::vector<double>{1, 2}, g);
  EXPECT_EQ(g, (std::vector<double>{0, 1}));
}

TEST(Scalar, CopiesHaveTheirOwnTape) {
  const auto f = differentiable([](auto x) { return x[0] * x[0]; });
  auto a = f, b = f;
  std::vector<double> g(1), h(1);
  a(std::vector<double>{3}, g);
  auto c = a;
  b(std::vector<double>{4}, h);
  c(std::vector<double>{5}, g);
  EXPECT_EQ(h[0], 8);
  EXPECT_EQ(g[0], 10);
}

TEST(ScalarTape, IsRecordedOnceAndPlayedAgain) {
  using autodiff::ScalarOp;
  autodiff::ScalarTape tape;
  const auto x = tape.input(0), y = tape.input(0);
  const auto product = tape.record(ScalarOp::multiply, x, y);
  const auto result = tape.record(ScalarOp::add, product, tape.constant(3));
  std::vector<double> g(2);
  for (int i = 1; i < 4; ++i) {
    tape.forward(std::vector<double>{1.0 * i, 5});
    tape.reverse(result, g);
    EXPECT_EQ(tape.value(result), 5 * i + 3);
    EXPECT_EQ(g, (std::vector<double>{5, 1.0 * i}));
    tape.reverse(x, g);
    EXPECT_EQ(g, (std::vector<double>{1, 0}));
  }
}

TEST(Differences, StepGrowsWithX) {
  std::vector<double> steps;
  Objective f = differences([&](std::span<const double> x) {
    steps.push_back(x[0]);
    return x[0] * x[0];
  });
  std::vector<double> g(1);
  EXPECT_EQ(f(std::vector<double>{1e6}, g), 1e12);
  EXPECT_NEAR(g[0], 2e6, 1e-4) << "2^-53 f / h with h = 6";
  const double h = std::cbrt(std::numeric_limits<double>::epsilon());
  EXPECT_EQ(steps, (std::vector<double>{1e6, 1e6 + 1e6 * h, 1e6 - 1e6 * h}));
  steps.clear();
  f(std::vector<double>{0.01}, g);
  EXPECT_EQ(steps, (std::vector<double>{0.01, 0.01 + h, 0.01 - h}));
}

}  // namespace
}  // namespace talweg
