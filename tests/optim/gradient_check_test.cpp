#include "talweg/optim/gradient_check.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace talweg {
namespace {

using Gradient = std::function<void(std::span<const double> x, std::span<double> g)>;

/// Chained Rosenbrock in n variables, with a slip put into its gradient.
Function rosenbrock_with(Gradient slip) {
  return [slip](std::span<const double> x, std::span<double> g) {
    double f = 0;
    for (double& v : g) v = 0;
    for (std::size_t i = 0; i + 1 < x.size(); ++i) {
      const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
      f += 100 * a * a + b * b;
      g[i] += -400 * a * x[i] - 2 * b;
      g[i + 1] += 200 * a;
    }
    slip(x, g);
    return f;
  };
}

GradientVerdict verdict_on(const Function& f, std::vector<double> x0, Options options = {}) {
  Evaluator evaluate(f, options);
  Point start{std::move(x0), 0, {}};
  evaluate(start);
  return check_gradient(evaluate, start);
}

const std::vector<double> start{-1.2, 1.0, 0.7, -0.4};

TEST(GradientCheck, RightGradientCostsTwoEvaluations) {
  const Function f = rosenbrock_with([](auto, auto) {});
  const Options options;
  Evaluator evaluate(f, options);
  Point p{start, 0, {}};
  evaluate(p);
  EXPECT_FALSE(check_gradient(evaluate, p).wrong);
  EXPECT_EQ(evaluate.evaluations().check, 2);
  EXPECT_EQ(evaluate.evaluations().function, 1);
}

TEST(GradientCheck, NamesAFlippedSign) {
  const auto v = verdict_on(rosenbrock_with([](auto, auto g) { g[2] = -g[2]; }), start);
  ASSERT_TRUE(v.wrong);
  EXPECT_EQ(v.coordinates, std::vector<std::size_t>{2});
  EXPECT_NE(v.message.find("x[2]"), std::string::npos) << v.message;
  EXPECT_NE(v.message.find("sign"), std::string::npos) << v.message;
}

TEST(GradientCheck, NamesADoubledGradient) {
  const auto v = verdict_on(rosenbrock_with([](auto, auto g) {
                              for (double& d : g) d *= 2;
                            }),
                            start);
  ASSERT_TRUE(v.wrong);
  EXPECT_EQ(v.coordinates.size(), 4u);
  EXPECT_NE(v.message.find("2 times"), std::string::npos) << v.message;
}

TEST(GradientCheck, FindsATenthAddedToOneComponent) {
  const auto v = verdict_on(rosenbrock_with([](auto, auto g) { g[1] += 0.1; }), start);
  ASSERT_TRUE(v.wrong);
  EXPECT_EQ(v.coordinates, std::vector<std::size_t>{1});
  EXPECT_NE(v.message.find("only this index"), std::string::npos) << v.message;
}

TEST(GradientCheck, FindsAMissingTerm) {
  const auto v = verdict_on(rosenbrock_with([](auto x, auto g) { g[0] += 2 * (1 - x[0]); }), start);
  ASSERT_TRUE(v.wrong);
  EXPECT_EQ(v.coordinates, std::vector<std::size_t>{0});
}

TEST(GradientCheck, FindsShuffledIndices) {
  const auto v = verdict_on(rosenbrock_with([](auto, auto g) { std::swap(g[0], g[3]); }), start);
  ASSERT_TRUE(v.wrong);
  EXPECT_EQ(v.coordinates, (std::vector<std::size_t>{0, 3}));
  EXPECT_NE(v.message.find("shuffled"), std::string::npos) << v.message;
}

TEST(GradientCheck, HalvesALongVectorDownToOneIndex) {
  std::vector<double> x(5000);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::sin(double(i));
  const auto v = verdict_on(rosenbrock_with([](auto, auto g) { g[3210] *= 2; }), x);
  ASSERT_TRUE(v.wrong);
  EXPECT_EQ(v.coordinates, std::vector<std::size_t>{3210});
}

TEST(GradientCheck, UsesTheNamesOfTheUser) {
  Options options;
  options.names = {"a", "b", "c", "d"};
  const auto v = verdict_on(rosenbrock_with([](auto, auto g) { g[3] = 0; }), start, options);
  EXPECT_NE(v.message.find("in d:"), std::string::npos) << v.message;
}

TEST(GradientCheck, StaysInsideTheBounds) {
  Options options;
  options.bounds = {start, std::vector<double>{-1.2, 2, 0.7, 0}};  // two variables fixed, the others start on a bound
  const Function inner = rosenbrock_with([](auto, auto) {});
  const Function f = [&](std::span<const double> x, std::span<double> g) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      EXPECT_GE(x[i], options.bounds.lower[i]);
      EXPECT_LE(x[i], options.bounds.upper[i]);
    }
    return inner(x, g);
  };
  EXPECT_FALSE(verdict_on(f, start, options).wrong);
}

TEST(GradientCheck, RaisesNoAlarmOnSteepKinkedNoisyOrFlatFunctions) {
  EXPECT_FALSE(verdict_on(
                   [](auto x, auto g) {
                     const double e = std::exp(1000 * x[0]);
                     g[0] = 1000 * e;
                     return e;
                   },
                   {0.1})
                   .wrong)
      << "curvature explains it";
  EXPECT_FALSE(verdict_on(
                   [](auto x, auto g) {
                     g[0] = x[0] > 0 ? 1 : x[0] < 0 ? -1 : 0;
                     return std::abs(x[0]);
                   },
                   {0.0})
                   .wrong)
      << "a kink at the start";
  EXPECT_FALSE(verdict_on(
                   [](auto x, auto g) {
                     g[0] = 2 * x[0];
                     return (x[0] * x[0] + 1e9) - 1e9;  // rounding of 1e-7 in f
                   },
                   {1e-4})
                   .wrong)
      << "rounding inside f explains it";
  EXPECT_FALSE(verdict_on(
                   [](auto, auto g) {
                     g[0] = 0;
                     return 3.0;
                   },
                   {1.0})
                   .wrong);
}

}  // namespace
}  // namespace talweg
