#include "talweg/optim/deterministic/lbfgs.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "talweg/optim/deterministic/conjugate_gradient.hpp"
#include "talweg/optim/minimize.hpp"

namespace talweg {
namespace {

using Vec = std::vector<double>;

double valley(std::span<const double> x, std::span<double> g) {  // extended Rosenbrock
  double f = 0;
  for (std::size_t i = 0; i + 1 < x.size(); i += 2) {
    const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
    g[i] = -400 * x[i] * a - 2 * b;
    g[i + 1] = 200 * a;
    f += 100 * a * a + b * b;
  }
  return f;
}

Vec start(std::size_t n) {
  Vec x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = i % 2 ? 1.0 : -1.2 + 1e-3 * static_cast<double>(i % 7);
  return x;
}

TEST(Lbfgs, ItsFirstStepIsAsLongAsASlopeBringsFTo0ButNoLongerThanX) {
  // f = ½ 3 x²: g = 3x. From 2 the trial 2 − 6/6 = 1 meets the conditions: slope share 1/2 <= 0.7.
  const auto f = [](std::span<const double> x, std::span<double> g) {
    g[0] = 3 * x[0];
    return 1.5 * x[0] * x[0];
  };
  const Result far = minimize(f, {2.0}, Lbfgs{}, {.max_iterations = 1});
  EXPECT_DOUBLE_EQ(far.x[0], 1);
  // From 0.1 in the same way: length |f|/‖g‖ = 0.05. In other units of f the step is the same.
  const Result near = minimize(f, {0.1}, Lbfgs{}, {.max_iterations = 1});
  EXPECT_DOUBLE_EQ(near.x[0], 0.05);
}

TEST(Lbfgs, TheSecondStepIsTheSecantStep) {
  // One variable: H = s/y whatever H0 is, up to the weight of the pair, which is 1 on a parabola.
  const auto f = [](std::span<const double> x, std::span<double> g) {
    g[0] = 3 * x[0];
    return 1.5 * x[0] * x[0];
  };
  const Result r = minimize(f, {2.0}, Lbfgs{}, {.max_iterations = 2});
  EXPECT_NEAR(r.x[0], 0, 1e-15);
}

TEST(Lbfgs, ALongMemoryIsUsedWhereVariablesAreFew) {
  const auto size_of = [](const Lbfgs& m, std::size_t n) { return m.start(Point{Vec(n), 0, Vec(n)}).pairs.capacity; };
  EXPECT_EQ(size_of({}, 50), 40u);
  EXPECT_EQ(size_of({}, 51), 10u);
  EXPECT_EQ(size_of({.memory = 10}, 2), 10u);
  EXPECT_EQ(size_of({.memory = 3}, 1000), 3u);
}

TEST(Lbfgs, TheCompactFormNeedsAsManyEvaluationsAsTheRecursion) {
  // 4,000 variables run the recursion, 6,000 the compact form; the problem is the same block over and over. (With
  // blocks that differ a little, rounding alone moves the count between 130 and 200.)
  const Options o{.gradient_tolerance = 1e-6, .check_curvature = false};
  const auto blocks = [](std::size_t n) {
    Vec x(n);
    for (std::size_t i = 0; i < n; ++i) x[i] = i % 2 ? 1.0 : -1.2;
    return x;
  };
  const Result small = minimize(valley, blocks(4000), Lbfgs{.memory = 8}, o);
  const Result large = minimize(valley, blocks(6000), Lbfgs{.memory = 8}, o);
  EXPECT_TRUE(small.success() && large.success());
  EXPECT_LE(std::abs(small.evaluations.function - large.evaluations.function), 12);
}

TEST(Lbfgs, AStateOfManyVariablesIsResumedBitForBit) {
  const Options o{.tolerance = 0};
  const Function f = valley;
  const std::size_t n = 5000;
  Point at{start(n), 0, Vec(n)};
  at.f = valley(at.x, at.g);
  Evaluator evaluate(f, o);
  for (const auto& method : {make_method(Lbfgs{.memory = 4}), make_method(ConjugateGradient{.memory = 4}),
                             make_method(ConjugateGradient{})}) {
    auto run = method->start(at, o), other = method->start(at, o);
    for (int k = 0; k < 9; ++k) run->step(evaluate);
    other->load(run->save());
    for (int k = 0; k < 9; ++k) {
      run->step(evaluate);
      other->step(evaluate);
      ASSERT_EQ(run->at(), other->at()) << k;
    }
  }
}

TEST(Lbfgs, RefusesBoundsAndSaysWhoTakesThem) {
  try {
    minimize(valley, {-1.2, 1.0}, Lbfgs{}, {.bounds = {Vec{-2, -2}, Vec{2, 2}}});
    FAIL() << "bounds were taken";
  } catch (const std::exception& e) {
    EXPECT_NE(std::string(e.what()).find("lbfgsb"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace talweg
