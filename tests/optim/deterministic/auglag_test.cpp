#include "talweg/optim/deterministic/auglag.hpp"

#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

#include "talweg/base/error.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/problems/catalog.hpp"

namespace talweg {
namespace {

using In = std::span<const double>;
using Out = std::span<double>;
constexpr auto equality = Constraint::Kind::equality, inequality = Constraint::Kind::inequality;

double distance(In x, Out g) {  // from (2, 1)
  g[0] = 2 * (x[0] - 2), g[1] = 2 * (x[1] - 1);
  return (x[0] - 2) * (x[0] - 2) + (x[1] - 1) * (x[1] - 1);
}

Constraint line(Constraint::Kind kind, double a, double b, double c) {
  return {kind,
          [=](In x, Out g) {
            g[0] = a, g[1] = b;
            return a * x[0] + b * x[1] + c;
          },
          "line"};
}

TEST(AugmentedLagrangian, SolvesEveryHockSchittkowskiProblem) {
  double log_total = 0;
  for (const auto& p : problems::constrained()) {
    const auto f = [&](In x, Out g) {
      for (std::size_t i = 0; i < p.bounds.lower.size(); ++i)
        if (!(x[i] >= p.bounds.lower[i] && x[i] <= p.bounds.upper[i])) ADD_FAILURE() << p.name << " left its bounds";
      return p.function(x, g);
    };
    const Result r = minimize(f, p.start, AugmentedLagrangian{},
                              {.bounds = p.bounds, .constraints = p.constraints, .check_gradient = false});
    EXPECT_TRUE(r.success()) << p.name << ": " << r.message;
    EXPECT_TRUE(problems::reaches_optimum(p, r.value)) << p.name << ": " << r.value;
    log_total += std::log(r.evaluations.function);
  }
  EXPECT_LE(std::exp(log_total / static_cast<double>(problems::constrained().size())), 60);
}

TEST(AugmentedLagrangian, FindsTheMultipliers) {
  const Result r = minimize(distance, {0, 0}, AugmentedLagrangian{},
                            {.constraints = {line(equality, 1, 1, -1), line(inequality, 1, 0, 5)}});
  ASSERT_TRUE(r.success()) << r.message;
  EXPECT_NEAR(r.x[0], 1, 1e-7);
  EXPECT_NEAR(r.multipliers[0], -2, 1e-6);
  EXPECT_EQ(r.multipliers[1], 0);
}

TEST(AugmentedLagrangian, RepeatedConstraintsDoNotHarm) {
  const Result r = minimize(distance, {5, -3}, AugmentedLagrangian{},
                            {.constraints = {line(equality, 1, 1, -1), line(equality, 2, 2, -2)}});
  EXPECT_TRUE(r.success()) << r.message;
  EXPECT_NEAR(r.x[0], 1, 1e-6);
}

TEST(AugmentedLagrangian, ContradictionsEndInfeasibleWithTheViolation) {
  const Result r = minimize(distance, {0, 0}, AugmentedLagrangian{},
                            {.constraints = {line(inequality, 1, 1, -2), line(inequality, -1, -1, 1)}});
  EXPECT_EQ(r.status, Status::infeasible) << r.message;
  EXPECT_FALSE(r.success());
  EXPECT_NEAR(r.constraint_violation, 0.5, 1e-3);
}

TEST(AugmentedLagrangian, AllVariablesFixed) {
  const Bounds box(std::vector<double>{1, 0}, std::vector<double>{1, 0});
  const Options o{.bounds = box, .constraints = {line(equality, 1, 1, -1)}, .check_gradient = false};
  EXPECT_TRUE(minimize(distance, {0, 0}, AugmentedLagrangian{}, o).success());
}

TEST(AugmentedLagrangian, WhatFThrowsPassesThrough) {
  int calls = 0;
  const auto f = [&](In x, Out g) {
    if (++calls == 7) throw std::runtime_error("seventh");
    return distance(x, g);
  };
  EXPECT_THROW(
      minimize(f, {5, 5}, AugmentedLagrangian{}, {.constraints = {line(equality, 1, 3, -1)}, .check_gradient = false}),
      std::runtime_error);
}

TEST(AugmentedLagrangian, TheBudgetIsKept) {
  const auto p = problems::by_name("hs71");
  for (std::int64_t budget = 1; budget < 15; ++budget) {
    const Result r = minimize(
        p.function, p.start, AugmentedLagrangian{},
        {.max_evaluations = budget, .bounds = p.bounds, .constraints = p.constraints, .check_gradient = false});
    EXPECT_EQ(r.evaluations.function, budget);
    EXPECT_EQ(r.status, Status::evaluation_limit);
    std::vector<double> g(p.n());
    EXPECT_EQ(r.value, p.function(r.x, g));
    EXPECT_EQ(r.gradient, g);
  }
}

TEST(AugmentedLagrangian, LeavesASaddleThatItComesBackTo) {
  // f is 0 with all its forces at the start and at each saddle on the way: only the detours have a size.
  const auto f = [](std::span<const double> x, std::span<double> g) {
    g[0] = x[1] * x[2], g[1] = x[0] * x[2], g[2] = x[0] * x[1];
    return x[0] * x[1] * x[2];
  };
  const auto sphere = [](std::span<const double> x, std::span<double> g) {
    double c = -1;
    for (std::size_t i = 0; i < 3; ++i) g[i] = 2 * x[i], c += x[i] * x[i];
    return c;
  };
  for (const auto& start : {std::vector<double>{1, 0, 0}, {0, 1, 0}, {0, 0, -1}}) {
    const Options o{.constraints = {{Constraint::Kind::equality, sphere, "sphere"}}, .exact_gradient = true};
    const Result r = minimize(f, start, AugmentedLagrangian{}, o);
    EXPECT_TRUE(r.success()) << r.message;
    EXPECT_NEAR(r.value, -std::sqrt(3.0) / 9, 1e-7) << r.message;
  }
}

TEST(AugmentedLagrangian, IsNotTrappedWhereFFallsOffItsDomain) {
  // The tutorial of NLopt: √y falls to 0 with an infinite slope, whatever the first penalty.
  const auto f = [](std::span<const double> x, std::span<double> g) {
    g[0] = 0, g[1] = 0.5 / std::sqrt(x[1]);
    return std::sqrt(x[1]);
  };
  const auto above = [](double a, double b) {
    return [=](std::span<const double> x, std::span<double> g) {
      const double t = a * x[0] + b;
      g[0] = -3 * a * t * t, g[1] = 1;
      return x[1] - t * t * t;
    };
  };
  for (const bool bounded : {false, true}) {
    Options o{.constraints = {{Constraint::Kind::inequality, above(2, 0), "c"},
                              {Constraint::Kind::inequality, above(-1, 1), "d"}},
              .exact_gradient = true};
    if (bounded) o.bounds = {{-HUGE_VAL, 0}, {HUGE_VAL, HUGE_VAL}};
    const Result r = minimize(f, {1.234, 5.678}, AugmentedLagrangian{}, o);
    EXPECT_TRUE(r.success()) << r.message;
    EXPECT_NEAR(r.value, std::sqrt(8.0 / 27), 1e-7) << r.message;
  }
}

TEST(AugmentedLagrangian, EveryPointIsReportedWithItsOwnValue) {
  const auto p = problems::by_name("hs78");
  Options o{.constraints = p.constraints};
  o.on_iteration = [&](const Iteration& i) {
    std::vector<double> g(p.n());
    EXPECT_EQ(i.value, p.function(i.x, g));
    EXPECT_TRUE(std::equal(g.begin(), g.end(), i.gradient.begin()));
  };
  EXPECT_TRUE(minimize(p.function, p.start, AugmentedLagrangian{}, o).success());
}

TEST(AugmentedLagrangian, ResumedRunsTakeTheSamePath) {
  const auto p = problems::by_name("hs71");
  const Options o{.bounds = p.bounds, .constraints = p.constraints};
  for (const int pause : {0, 1, 6, 15}) {
    Point start{p.start, 0, {}};
    Evaluator f(p.function, o);
    f(start);
    const auto method = make_method(AugmentedLagrangian{});
    const auto whole = method->start(start, o), copy = method->start(start, o);
    for (int k = 0; k < pause; ++k) whole->step(f);
    copy->load(whole->save());
    for (int k = 0; k < 6; ++k) {
      whole->step(f);
      copy->step(f);
      ASSERT_EQ(whole->at(), copy->at()) << "after " << pause << " + " << k;
    }
    EXPECT_EQ(whole->save(), copy->save());
  }
}

}  // namespace
}  // namespace talweg
