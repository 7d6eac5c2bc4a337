#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "talweg/optim/deterministic/auglag.hpp"
#include "talweg/optim/deterministic/sqp.hpp"
#include "talweg/optim/minimize.hpp"

/// How runs under constraints end where there is no plain minimum to be had.
namespace talweg {
namespace {

using In = std::span<const double>;
using Out = std::span<double>;
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr auto equality = Constraint::Kind::equality, inequality = Constraint::Kind::inequality;

const Method both[] = {Method(Sqp{}), Method(AugmentedLagrangian{})};

double distance(In x, Out g) {  // from (2, 1)
  g[0] = 2 * (x[0] - 2), g[1] = 2 * (x[1] - 1);
  return (x[0] - 2) * (x[0] - 2) + (x[1] - 1) * (x[1] - 1);
}

double square(In x, Out g) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) g[i] = 2 * x[i], sum += x[i] * x[i];
  return sum;
}

double product(In x, Out g) {
  g[0] = x[1], g[1] = x[0];
  return x[0] * x[1];
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

/// x² + y² <= 1.
Constraint disc() {
  return {inequality,
          [](In x, Out g) {
            g[0] = -2 * x[0], g[1] = -2 * x[1];
            return 1 - x[0] * x[0] - x[1] * x[1];
          },
          "disc"};
}

TEST(ConstrainedEnds, ContradictionsEndInfeasibleWithTheViolation) {
  const Result linear =
      minimize(distance, {0, 0}, Sqp{}, {.constraints = {line(inequality, 1, 1, -2), line(inequality, -1, -1, 1)}});
  EXPECT_EQ(linear.status, Status::infeasible) << linear.message;
  EXPECT_FALSE(linear.success());
  EXPECT_NEAR(linear.constraint_violation, 0.5, 1e-3);
  const Result curved = minimize(distance, {0, 0}, Sqp{}, {.constraints = {disc(), line(inequality, 1, 0, -2)}});
  EXPECT_EQ(curved.status, Status::infeasible) << curved.message;
  EXPECT_GT(curved.constraint_violation, 0.1);
  const Result fixed = minimize(
      distance, {0, 0}, Sqp{},
      {.bounds = {std::vector<double>{0, 0}, std::vector<double>{0, 0}}, .constraints = {line(equality, 1, 1, -1)}});
  EXPECT_EQ(fixed.status, Status::infeasible) << fixed.message;
  EXPECT_EQ(fixed.constraint_violation, 1);
}

TEST(ConstrainedEnds, AnFWithoutMinimumUnderTheConstraintsDiverges) {
  const auto f = [](In x, Out g) {
    g[0] = -x[1], g[1] = -x[0];
    return -x[0] * x[1];
  };
  const Result r = minimize(f, {1, 2}, Sqp{}, {.constraints = {line(equality, 1, -1, 0)}});
  EXPECT_EQ(r.status, Status::diverged) << r.message;
  EXPECT_LE(r.evaluations.function, 30);
}

TEST(ConstrainedEnds, AStationaryViolationThatIsNotLeastIsLeft) {
  // At 0 neither f nor the constraint x² = 1 shows a way; the linearisation 0 = 1 contradicts itself.
  const auto f = [](In x, Out g) {
    g[0] = 2 * x[0];
    return x[0] * x[0];
  };
  const Constraint circle{equality,
                          [](In x, Out g) {
                            g[0] = 2 * x[0];
                            return x[0] * x[0] - 1;
                          },
                          "circle"};
  const Result r = minimize(f, {0}, Sqp{}, {.constraints = {circle}});
  EXPECT_TRUE(r.success()) << r.message;
  EXPECT_NEAR(std::abs(r.x[0]), 1, 1e-7);
  EXPECT_NE(r.message.find("sqp stalled"), std::string::npos) << r.message;
}

TEST(ConstrainedEnds, ALeastViolationIsNotLeft) {
  // |x³ − 3x + 3| is least, 1, at 1 for the x near by.
  const auto f = [](In x, Out g) {
    g[0] = 1;
    return x[0];
  };
  const Constraint cubic{equality,
                         [](In x, Out g) {
                           g[0] = 3 * x[0] * x[0] - 3;
                           return x[0] * x[0] * x[0] - 3 * x[0] + 3;
                         },
                         "cubic"};
  const Result r = minimize(f, {1}, Sqp{}, {.constraints = {cubic}});
  EXPECT_EQ(r.status, Status::infeasible) << r.message;
  EXPECT_NEAR(r.constraint_violation, 1, 1e-3);
  EXPECT_FALSE(r.success());
}

TEST(ConstrainedEnds, AConstraintThatIsNoNumberAtTheStartIsNamed) {
  const Constraint root{inequality,
                        [](In x, Out g) {
                          g[0] = 0.5 / std::sqrt(x[0]), g[1] = 0;
                          return std::sqrt(x[0]);
                        },
                        "root"};
  for (const Method& m : {Method(Sqp{}), Method(AugmentedLagrangian{})}) {
    const Result r = minimize(distance, {-1, 0}, m, {.constraints = {root}, .check_gradient = false});
    EXPECT_EQ(r.status, Status::not_finite);
    EXPECT_NE(r.message.find("constraint root is nan at the start"), std::string::npos) << r.message;
  }
}

TEST(ConstrainedEnds, AViolationWithoutASlopeIsLeft) {
  for (const double size : {1.0, 1e6})
    for (const Method& m : both) {
      const Constraint hyperbola{equality, [=](In x, Out g) { return product(x, g) - size; }, "xy"};
      const Result r = minimize(square, {0, 0}, m, {.constraints = {hyperbola}});
      EXPECT_TRUE(r.success()) << r.message;
      EXPECT_NEAR(r.value / size, 2, 1e-6);
    }
}

TEST(ConstrainedEnds, WhereNoPointExistsTheEffortIsBounded) {
  const Constraint sine{equality,
                        [](In x, Out g) {
                          g[0] = std::cos(x[0]);
                          return std::sin(x[0]);
                        },
                        "sin"},
      shifted{equality,
              [](In x, Out g) {
                g[0] = -2 * std::sin(2 * x[0]);
                return std::cos(2 * x[0]);
              },
              "cos"};
  for (const Method& m : both) {
    const Result r = minimize(square, {2}, m, {.constraints = {sine, shifted}});
    EXPECT_EQ(r.status, Status::infeasible) << r.message;
    EXPECT_LE(r.evaluations.function, 200);
    const Result apart = minimize(product, {0, 0}, m, {.constraints = {disc(), line(inequality, 1, 0, -2)}});
    EXPECT_EQ(apart.status, Status::infeasible) << apart.message;
    EXPECT_LE(apart.evaluations.function, 200);
  }
}

TEST(ConstrainedEnds, ASlopeWithoutBoundAtABoundIsNoWall) {
  const auto f = [](In x, Out g) {
    g[0] = 2 * (x[0] - 1), g[1] = 0.5 / std::sqrt(x[1]);
    return std::sqrt(x[1]) + (x[0] - 1) * (x[0] - 1);
  };
  const Bounds half(std::vector<double>{-infinite, 0}, std::vector<double>{infinite, infinite});
  for (const Method& m : both) {
    const Result r = minimize(f, {3, 2}, m, {.bounds = half, .constraints = {line(inequality, -1, 0, 5)}});
    EXPECT_TRUE(r.success()) << r.message;
    EXPECT_NEAR(r.value, 0, 1e-7);
    EXPECT_LE(r.evaluations.function, 300);
  }
}

TEST(ConstrainedEnds, AVanishingGradientOfAConstraintIsNoEvidence) {
  const auto sum = [](In x, Out g) {
    g[0] = g[1] = 1;
    return x[0] + x[1];
  };
  const Constraint squared{equality,
                           [](In x, Out g) {
                             const double r = x[0] * x[0] + x[1] * x[1] - 1;
                             g[0] = 4 * r * x[0], g[1] = 4 * r * x[1];
                             return r * r;
                           },
                           "circle"};
  for (const Method& m : both)
    for (const std::vector<double>& start : {std::vector<double>{1, 1}, std::vector<double>{0.3, 0.9}}) {
      const Result r = minimize(sum, start, m, {.constraints = {squared}});
      EXPECT_TRUE(!r.success() || std::abs(r.value + std::sqrt(2)) < 1e-4) << r.value << " " << r.message;
    }
}

TEST(ConstrainedEnds, OnTheWayToMinusInfinityNothingConverges) {
  const auto f = [](In x, Out g) {
    g[0] = -1, g[1] = 0;
    return -x[0];
  };
  const Constraint parabola{equality,
                            [](In x, Out g) {
                              g[0] = -2 * x[0], g[1] = 1;
                              return x[1] - x[0] * x[0];
                            },
                            "parabola"};
  for (const Method& m : both) {
    const Result r = minimize(f, {1, 1}, m, {.max_evaluations = 3000, .constraints = {parabola}});
    EXPECT_FALSE(r.success()) << r.message;
  }
}

TEST(ConstrainedEnds, WhereNoConstraintHoldsFItDivergesAtOnce) {
  const auto f = [](In x, Out g) {
    g[0] = -1, g[1] = 2 * x[1];
    return x[1] * x[1] - x[0];
  };
  for (const Method& m : both)
    for (const Constraint& c : {line(inequality, 1, 0, 10), line(inequality, 0, 1, 1)}) {
      const Result r = minimize(f, {0, 1}, m, {.constraints = {c}});
      EXPECT_EQ(r.status, Status::diverged) << r.message;
      EXPECT_NE(r.message.find("without bound"), std::string::npos) << r.message;
      EXPECT_LE(r.evaluations.function, 250);
    }
}

/// Neither the tiny first fall of f nor the tiny gradient of the constraint at the start is a measure of what follows.
TEST(ConstrainedEnds, AStartBesideASaddleIsLeft) {
  const auto f = [](In x, Out g) {
    g[0] = 2 * x[0], g[1] = -2 * x[1];
    return x[0] * x[0] - x[1] * x[1];
  };
  for (const Method& m : both)
    for (const double away : {1e-3, 1e-5, 1e-7, 1e-9}) {
      const Result r = minimize(f, {0, away}, m, {.constraints = {disc()}});
      EXPECT_TRUE(r.success()) << away << ": " << r.message;
      EXPECT_NEAR(r.value, -1, 1e-7) << away;
    }
}

/// Of x + y on the circle (0.7, 0.7) is the greatest: where a run comes back to it, f has not fallen, and the distance
/// to the start is no yardstick.
TEST(ConstrainedEnds, AStartBesideAMaximumIsLeft) {
  const auto sum = [](In x, Out g) {
    g[0] = g[1] = 1;
    return x[0] + x[1];
  };
  Constraint circle = disc();
  circle.kind = equality;
  for (const Method& m : both)
    for (const double away : {0.0, 1e-12, 1e-9, 1e-6, -1e-6, 1e-3}) {
      const double x = std::sqrt(0.5) + away;
      const Result r = minimize(sum, {x, x}, m, {.constraints = {circle}});
      EXPECT_TRUE(r.success()) << away << ": " << r.message;
      EXPECT_NEAR(r.value, -std::sqrt(2), 1e-7) << away;
    }
}

TEST(ConstrainedEnds, AMinimumHigherThanTheStartIsAMinimum) {
  // Both minima of (x² − 1)² + x/4 are allowed; the first steps of auglag leave the constraint.
  const auto f = [](In x, Out g) {
    g[0] = 4 * x[0] * (x[0] * x[0] - 1) + 0.25, g[1] = 2 * x[1];
    return (x[0] * x[0] - 1) * (x[0] * x[0] - 1) + 0.25 * x[0] + x[1] * x[1];
  };
  for (const Method& m : both)
    for (const double start : {-1.1, -0.9, -0.2, 0.2, 0.9}) {
      const Result r = minimize(f, {start, 0}, m, {.constraints = {line(equality, 1, 1, -start)}});
      EXPECT_TRUE(r.success()) << start << ": " << r.message;
    }
}

TEST(ConstrainedEnds, AWallUnderConstraintsIsReachedSoon) {
  const auto f = [](In x, Out g) {
    g[0] = 2 * x[0], g[1] = 2 * (x[1] - 1);
    return x[0] < 0.5 ? std::nan("") : x[0] * x[0] + (x[1] - 1) * (x[1] - 1);
  };
  for (const Method& m : both) {
    const Result r = minimize(f, {2, 3}, m, {.constraints = {line(inequality, 0, 1, 5)}, .names = {"width", "height"}});
    EXPECT_EQ(r.status, Status::not_finite) << r.message;
    EXPECT_NE(r.message.find("width"), std::string::npos) << r.message;
    EXPECT_NEAR(r.x[0], 0.5, 1e-6);
    EXPECT_LE(r.evaluations.function, 300);
  }
}

template <class M> double lowest_after_a_push(const M& method) {
  const Function f = product;
  const Options options{.constraints = {disc()}};
  Evaluator evaluate(f, options);
  Point start{{0, 0}, 0, {}};
  evaluate(start);
  auto state = method.start(start, options);
  const StepReport first = method.step(evaluate, state);
  EXPECT_EQ(first.status, Status::converged);
  EXPECT_FALSE(first.moved);
  Point pushed{{0.1, -0.1}, 0, {}};
  evaluate(pushed);
  method.move_to(evaluate, state, pushed);
  EXPECT_EQ(state.path.at, pushed);
  StepReport report;
  for (int k = 0; k < 200 && report.status == Status::running; ++k) report = method.step(evaluate, state);
  EXPECT_TRUE(succeeds(report.status)) << report.why;
  return state.path.at.f;
}

TEST(ConstrainedEnds, ARunThatWasMovedGoesOnFromThere) {
  EXPECT_NEAR(lowest_after_a_push(Sqp{}), -0.5, 1e-7);
  EXPECT_NEAR(lowest_after_a_push(AugmentedLagrangian{}), -0.5, 1e-7);
}

}  // namespace
}  // namespace talweg
