#include "talweg/optim/deterministic/sqp.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

#include "talweg/base/error.hpp"
#include "talweg/base/random.hpp"
#include "talweg/optim/deterministic/auglag.hpp"
#include "talweg/optim/deterministic/lbfgs.hpp"
#include "talweg/optim/deterministic/lbfgsb.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/problems/catalog.hpp"

namespace talweg {
namespace {

using In = std::span<const double>;
using Out = std::span<double>;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double distance(In x, Out g) {  // from (2, 1)
  g[0] = 2 * (x[0] - 2), g[1] = 2 * (x[1] - 1);
  return (x[0] - 2) * (x[0] - 2) + (x[1] - 1) * (x[1] - 1);
}

/// a x + b y + c.
Constraint line(Constraint::Kind kind, double a, double b, double c) {
  return {kind,
          [=](In x, Out g) {
            g[0] = a, g[1] = b;
            return a * x[0] + b * x[1] + c;
          },
          "line"};
}
constexpr auto equality = Constraint::Kind::equality, inequality = Constraint::Kind::inequality;

/// x² + y² <= 1.
Constraint disc() {
  return {inequality,
          [](In x, Out g) {
            g[0] = -2 * x[0], g[1] = -2 * x[1];
            return 1 - x[0] * x[0] - x[1] * x[1];
          },
          "disc"};
}

Function guarded(const problems::Problem& p) {
  return [&p](In x, Out g) {
    for (std::size_t i = 0; i < p.bounds.lower.size(); ++i)
      if (!(x[i] >= p.bounds.lower[i] && x[i] <= p.bounds.upper[i])) ADD_FAILURE() << p.name << " left its bounds";
    return p.function(x, g);
  };
}

TEST(Sqp, SolvesEveryHockSchittkowskiProblem) {
  double log_first = 0, log_total = 0, log_calls = 0;
  for (const auto& p : problems::constrained()) {
    int calls = 0, first = 0;
    const auto f = [&](In x, Out g) {
      const double v = guarded(p)(x, g);
      ++calls;
      if (first == 0 && problems::violation(p, x) <= 1e-6 && problems::reaches_optimum(p, v, 1e-6)) first = calls;
      return v;
    };
    Options o{.bounds = p.bounds, .constraints = p.constraints, .check_gradient = false};
    const Result r = minimize(f, p.start, Sqp{}, o);
    EXPECT_TRUE(r.success()) << p.name << ": " << r.message;
    EXPECT_TRUE(problems::reaches_optimum(p, r.value)) << p.name << ": " << r.value;
    EXPECT_EQ(r.multipliers.size(), p.constraints.size());
    EXPECT_EQ(r.evaluations.function + r.evaluations.check, calls);
    log_first += std::log(first > 0 ? first : 1000);
    log_total += std::log(r.evaluations.function);
    log_calls += std::log(calls);
  }
  // SLSQP needs 11.5 to the first hit on its 18 problems.
  const double count = static_cast<double>(problems::constrained().size());
  EXPECT_LE(std::exp(log_first / count), 11.5);
  EXPECT_LE(std::exp(log_total / count), 13);
  EXPECT_LE(std::exp(log_calls / count), 16);  // with the look at the curvature
}

TEST(Sqp, SolvesThemFromMovedStarts) {
  for (const auto& p : problems::constrained())
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      Options o{.bounds = p.bounds, .constraints = p.constraints, .check_gradient = false};
      const Result r = minimize(guarded(p), problems::jittered_start(p, seed), Sqp{}, o);
      EXPECT_TRUE(r.success() && problems::reaches_optimum(p, r.value))
          << p.name << ": " << r.value << " " << r.message;
    }
}

TEST(Sqp, MultipliersMakeTheLagrangianStationary) {
  // The nearest point of the line x + y = 1 to (2, 1) is (1, 0): ∇f = (−2, −2) = λ (1, 1).
  const Result r = minimize(distance, {0, 0}, Sqp{}, {.constraints = {line(equality, 1, 1, -1)}});
  ASSERT_TRUE(r.success()) << r.message;
  EXPECT_NEAR(r.x[0], 1, 1e-8);
  EXPECT_NEAR(r.x[1], 0, 1e-8);
  EXPECT_NEAR(r.multipliers[0], -2, 1e-7);
  EXPECT_LE(r.constraint_violation, 1e-8);
  EXPECT_LE(r.gradient_norm, 1e-8 * std::max(1.0, r.value));
}

TEST(Sqp, MultipliersOfInequalitiesAreNotNegative) {
  const Result r = minimize(distance, {0, 0}, Sqp{},
                            {.constraints = {disc(), line(inequality, 1, 0, 5)}});  // the second holds everywhere near
  ASSERT_TRUE(r.success()) << r.message;
  EXPECT_NEAR(r.x[0], 2 / std::sqrt(5), 1e-7);
  EXPECT_NEAR(r.multipliers[0], std::sqrt(5) - 1, 1e-6);
  EXPECT_EQ(r.multipliers[1], 0);
}

TEST(Sqp, MaximisingKeepsTheSignOfMultipliers) {
  const auto f = [](In x, Out g) {
    g[0] = 1, g[1] = 1;
    return x[0] + x[1];
  };
  const Result r = minimize(f, {0, 0}, Sqp{}, {.constraints = {disc()}, .maximize = true});
  ASSERT_TRUE(r.success()) << r.message;
  EXPECT_NEAR(r.value, std::sqrt(2), 1e-7);
  EXPECT_NEAR(r.multipliers[0], std::sqrt(0.5), 1e-6);
}

TEST(Sqp, StartedAtTheSolutionItStopsThere) {
  const double s = std::sqrt(5);
  const Result r = minimize(distance, {2 / s, 1 / s}, Sqp{}, {.constraints = {disc()}, .check_gradient = false});
  EXPECT_TRUE(r.success()) << r.message;
  EXPECT_LE(r.evaluations.function, 3);
}

TEST(Sqp, RepeatedConstraintsDoNotHarm) {
  const Result r = minimize(distance, {5, -3}, Sqp{},
                            {.constraints = {disc(), disc(), line(equality, 1, 1, -1), line(equality, 2, 2, -2)}});
  EXPECT_TRUE(r.success()) << r.message;
  EXPECT_NEAR(r.x[0], 1, 1e-6);
}

TEST(Sqp, FixedVariablesStayAndTheRestMoves) {
  const Bounds box(std::vector<double>{0.5, -10}, std::vector<double>{0.5, 10});
  const Result r = minimize(distance, {3, 3}, Sqp{}, {.bounds = box, .constraints = {disc()}});
  ASSERT_TRUE(r.success()) << r.message;
  EXPECT_EQ(r.x[0], 0.5);
  EXPECT_NEAR(r.x[1], std::sqrt(0.75), 1e-8);
}

TEST(Sqp, AllVariablesFixedAndTheConstraintsHold) {
  const Bounds box(std::vector<double>{0.5, 0.5}, std::vector<double>{0.5, 0.5});
  const Result r = minimize(distance, {3, 3}, Sqp{}, {.bounds = box, .constraints = {disc()}});
  EXPECT_TRUE(r.success()) << r.message;
  EXPECT_LE(r.evaluations.function, 3);
}

TEST(Sqp, StepsAroundNaN) {
  const auto f = [](In x, Out g) {
    g[0] = 1 - 1 / x[0], g[1] = 2 * x[1];
    return x[0] - std::log(x[0]) + x[1] * x[1];  // NaN for x < 0
  };
  const Result r = minimize(f, {20, 3}, Sqp{}, {.constraints = {line(equality, 0, 1, -0.5)}, .check_gradient = false});
  ASSERT_TRUE(r.success()) << r.message;
  EXPECT_NEAR(r.x[0], 1, 1e-7);
}

TEST(Sqp, AConstraintThatIsNoNumberIsAStatus) {
  const Constraint bad{equality,
                       [](In, Out g) {
                         g[0] = g[1] = nan;
                         return nan;
                       },
                       "bad"};
  const Result r = minimize(distance, {0, 0}, Sqp{}, {.constraints = {bad}, .check_gradient = false});
  EXPECT_EQ(r.status, Status::not_finite);
  EXPECT_FALSE(r.success());
}

TEST(Sqp, WhatAConstraintThrowsPassesThrough) {
  int calls = 0;
  Constraint c = disc();
  c.function = [&, inner = c.function](In x, Out g) {
    if (++calls == 3) throw std::runtime_error("third");
    return inner(x, g);
  };
  EXPECT_THROW(minimize(distance, {5, 5}, Sqp{}, {.constraints = {c}, .check_gradient = false}), std::runtime_error);
}

TEST(Sqp, AWrongGradientOfAConstraintIsNamed) {
  Constraint c = disc();
  c.function = [](In x, Out g) {
    g[0] = -2 * x[0], g[1] = 2 * x[1];
    return 1 - x[0] * x[0] - x[1] * x[1];
  };
  const Result r = minimize(distance, {0.3, 0.4}, Sqp{}, {.constraints = {c}});
  EXPECT_EQ(r.status, Status::wrong_gradient);
  EXPECT_NE(r.message.find("constraint disc"), std::string::npos) << r.message;
  EXPECT_NE(r.message.find("x[1]"), std::string::npos) << r.message;
}

TEST(Sqp, TheFallbackIsNamedInTheMessage) {
  // More variables than dense matrices bear: ½ Σ (x_i − 1)² on the hyperplane Σ x_i = 0.
  constexpr std::size_t n = 600;
  const auto f = [](In x, Out g) {
    double v = 0;
    for (std::size_t i = 0; i < x.size(); ++i) g[i] = x[i] - 1, v += 0.5 * g[i] * g[i];
    return v;
  };
  const Constraint sum{equality,
                       [](In x, Out g) {
                         double v = 0;
                         for (std::size_t i = 0; i < x.size(); ++i) g[i] = 1, v += x[i];
                         return v;
                       },
                       "sum"};
  const Result r = minimize(f, std::vector<double>(n, 2.0), Sqp{}, {.constraints = {sum}});
  EXPECT_TRUE(r.success()) << r.message;
  EXPECT_NE(r.message.find("augmented Lagrangian went on"), std::string::npos) << r.message;
  EXPECT_NEAR(r.multipliers[0], -1, 1e-6);
}

TEST(Sqp, ALinearFunctionIsFollowedToItsConstraintsInAFewSteps) {
  const auto f = [](In x, Out g) {
    g[0] = -1, g[1] = 0;
    return -x[0];
  };
  const Bounds box(std::vector<double>{-50, -1}, std::vector<double>{1e6, 1});
  const Options cases[] = {{.constraints = {line(inequality, -1, 0, 1e6)}},
                           {.bounds = box, .constraints = {line(inequality, 1, 0, 50)}}};
  for (const Options& o : cases) {
    const Result r = minimize(f, {0, 0}, Sqp{}, o);
    EXPECT_TRUE(r.success()) << r.message;
    EXPECT_NEAR(r.x[0], 1e6, 1e-2);
    EXPECT_LE(r.evaluations.function, 12);
  }
}

TEST(Sqp, RandomLinearProgramsAreSolved) {
  Random random(5);
  for (int k = 0; k < 100; ++k) {
    const std::size_t n = 2 + static_cast<std::size_t>(k) % 6;
    std::vector<double> cost(n);
    for (double& v : cost) v = random.uniform(-1, 1);
    const auto f = [&](In x, Out g) {
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i) g[i] = cost[i], sum += cost[i] * x[i];
      return sum;
    };
    Options o{.bounds = {std::vector<double>(n, -random.uniform(1, 1000)), std::vector<double>(n, 500.0)}};
    for (int j = 0; j <= k % 5; ++j) {
      std::vector<double> row(n);
      for (double& v : row) v = random.uniform(-1, 1);
      o.constraints.push_back({inequality,
                               [row, room = random.uniform(0, 100)](In x, Out g) {
                                 double c = room;
                                 for (std::size_t i = 0; i < row.size(); ++i) g[i] = -row[i], c -= row[i] * x[i];
                                 return c;
                               },
                               "row"});
    }
    const Result r = minimize(f, std::vector<double>(n, 0.0), Sqp{}, o);
    EXPECT_TRUE(r.success()) << k << ": " << r.message;
    EXPECT_LE(r.evaluations.function, 30) << k;
    // The dual: with these multipliers no point of the box makes the Lagrangian lower than f is here.
    double lowest = 0;
    std::vector<double> reduced(cost), row(n);
    for (std::size_t j = 0; j < o.constraints.size(); ++j) {
      lowest -= r.multipliers[j] * o.constraints[j].function(std::vector<double>(n, 0.0), row);
      for (std::size_t i = 0; i < n; ++i) reduced[i] -= r.multipliers[j] * row[i];
    }
    for (std::size_t i = 0; i < n; ++i) lowest += reduced[i] * (reduced[i] > 0 ? o.bounds.lower[i] : o.bounds.upper[i]);
    EXPECT_NEAR(r.value, lowest, 1e-5 * std::max(1.0, std::abs(lowest))) << k;
  }
}

TEST(Sqp, TheTraceCountsActiveBounds) {
  const Bounds box(std::vector<double>{-1, -1}, std::vector<double>{0.5, 1});
  Options o{.bounds = box, .constraints = {line(inequality, 1, 1, 5)}};
  double active = -1;
  o.on_iteration = [&](const Iteration& i) {
    for (const Observation& v : i.state())
      if (v.name == "active_bounds") active = v.values[0];
  };
  ASSERT_TRUE(minimize(distance, {0, 0}, Sqp{}, o).success());
  EXPECT_EQ(active, 2);  // (0.5, 1)
}

TEST(Sqp, TheBudgetIsKept) {
  const auto p = problems::by_name("hs100");
  for (std::int64_t budget = 1; budget < 15; ++budget) {
    const Result r = minimize(p.function, p.start, Sqp{},
                              {.max_evaluations = budget, .constraints = p.constraints, .check_gradient = false});
    EXPECT_EQ(r.evaluations.function, budget);
    EXPECT_EQ(r.status, Status::evaluation_limit);
  }
}

TEST(Sqp, ToleranceZeroMakesTheIterationsAskedFor) {
  const auto p = problems::by_name("hs100");
  const Result r =
      minimize(p.function, p.start, Sqp{}, {.max_iterations = 6, .tolerance = 0, .constraints = p.constraints});
  EXPECT_EQ(r.iterations, 6);
  EXPECT_EQ(r.status, Status::completed);
}

TEST(Sqp, ResumedRunsTakeTheSamePath) {
  const auto p = problems::by_name("hs113");
  const Options o{.bounds = p.bounds, .constraints = p.constraints};
  for (const int pause : {0, 1, 6}) {
    Point start{p.start, 0, {}};
    Evaluator f(p.function, o);
    f(start);
    const auto method = make_method(Sqp{});
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

TEST(Constraints, AreRefusedByMethodsThatTakeNone) {
  EXPECT_THROW(minimize(distance, {0, 0}, Lbfgs{}, {.constraints = {disc()}}), Error);
  EXPECT_THROW(minimize(distance, {0, 0}, Lbfgsb{}, {.constraints = {disc()}}), Error);
}

TEST(Constraints, SqpWithoutAnyIsAQuasiNewtonMethod) {
  const Result r = minimize(distance, {5, 5}, Sqp{});
  EXPECT_TRUE(r.success()) << r.message;
  EXPECT_NEAR(r.x[0], 2, 1e-7);
}

TEST(Constraints, SqpWithoutAnyKeepsToTheGradientToleranceThatIsAskedFor) {
  const problems::Problem p = problems::by_name("rosenbrock");
  for (const double g : {1e-3, 1e-6, 1e-10, 1e-13}) {
    const Result r = minimize(p.function, p.start, Sqp{}, {.gradient_tolerance = g});
    EXPECT_TRUE(r.success()) << r.message;
    EXPECT_LE(r.gradient_norm, g);
  }
}

// f never moves and nothing is missed: there is no spread to measure by, and the last digits of x go to and fro.
TEST(Sqp, AStartThatIsTheSolutionIsOne) {
  const std::array<double, 4> center{1, 2, 3, 4};
  const auto f = [&](In x, Out g) {
    double sum = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      g[i] = 2 * (x[i] - center[i]);
      sum += (x[i] - center[i]) * (x[i] - center[i]);
    }
    return sum;
  };
  Options o;
  o.constraints = vector_constraint(inequality, 6, [](In x, Out j) {
    std::vector<double> c{5 - x[0] - x[1] - x[2] - x[3], 10 - 3 * x[0] - 3 * x[1] - 2 * x[2] - x[3]};
    for (std::size_t i = 0; i < 4; ++i) {
      j[i] = -1, j[4 + i] = i < 2 ? -3 : i == 2 ? -2 : -1;
      j[8 + 5 * i] = 1;
      c.push_back(x[i]);
    }
    return c;
  });
  const Result first = minimize(f, {0.5, 1, 1.5, 2}, Sqp{}, o);
  ASSERT_TRUE(first.success()) << first.message;
  const Result again = minimize(f, first.x, Sqp{}, o);
  EXPECT_TRUE(again.success()) << again.message;
  EXPECT_LE(again.iterations, 5);
}

}  // namespace
}  // namespace talweg
