#include <gtest/gtest.h>

#include <cmath>

#include "talweg/optim/certificate/convergence.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/first_order/all.hpp"
#include "talweg/optim/first_order/run.hpp"
#include "talweg/optim/minimize.hpp"

/// What `minimize` may call converged: small inputs that were once called so, or not, wrongly.
namespace talweg {
namespace {

using In = std::span<const double>;
using Out = std::span<double>;
using Kind = Certificate::Kind;
using Vec = std::vector<double>;

constexpr double inf = std::numeric_limits<double>::infinity();

/// a (x − m)² + b
Function parabola(double a, double m, double b) {
  return [=](In x, Out g) {
    g[0] = 2 * a * (x[0] - m);
    return a * (x[0] - m) * (x[0] - m) + b;
  };
}

TEST(Converged, InAnyUnitOfFAndX) {
  for (const double a : {1e-100, 1e-12, 1.0, 1e12, 1e100})
    for (const double m : {1e-9, 1.0, 1e9}) {
      const Result r = minimize(parabola(a / (m * m), m, 0), {3 * m}, Lbfgs{});
      EXPECT_EQ(r.status, Status::converged) << r.message;
      EXPECT_NEAR(r.x[0], m, 1e-8 * m) << a << " " << m;
      EXPECT_EQ(r.certificate.kind, Kind::minimum);
      EXPECT_NEAR(r.certificate.smallest_curvature, 2 * a / (m * m), 1e-6 * a / (m * m));
    }
}

TEST(Converged, WhereFIsLargeBesideWhatMoves) {
  for (const double b : {1e8, 1e10, 1e15, 1e20}) {
    const Result r = minimize(parabola(1, 3, b), {50}, Lbfgs{}, {.check_gradient = false});
    EXPECT_TRUE(r.success()) << r.message;
    EXPECT_NEAR(r.x[0], 3, 1e-6) << b;
  }
}

TEST(Converged, AtABoundByTheSlopeThere) {
  const Function f = [](In x, Out g) { return g[0] = -1e12, -1e12 * x[0]; };
  const Result r = minimize(f, {0.6}, Lbfgsb{}, {.bounds = {Vec{0.5}, Vec{1.0}}});
  EXPECT_EQ(r.x[0], 1);
  EXPECT_EQ(r.status, Status::converged);
  EXPECT_EQ(r.certificate.kind, Kind::minimum);
  EXPECT_EQ(r.certificate.checked, 0) << "a corner: no direction is free";
  const Result small = minimize(parabola(1e18, 1e-9, 0), {5e-9}, Lbfgsb{}, {.bounds = {Vec{0}, Vec{inf}}});
  EXPECT_NEAR(small.x[0], 1e-9, 1e-16);
}

TEST(Converged, ABadStartIsNoYardstick) {
  const Function rosenbrock = [](In x, Out g) {
    const double a = x[1] - x[0] * x[0], b = 1 - x[0];
    g[0] = -400 * x[0] * a - 2 * b;
    g[1] = 200 * a;
    return 100 * a * a + b * b;
  };
  for (const Vec& start : {Vec{1e5, 1e5}, Vec{1e3, -1e4}, Vec{-1e4, 1}}) {
    const Result r = minimize(rosenbrock, start, Lbfgs{}, {.check_gradient = false});
    EXPECT_TRUE(r.success()) << r.message;
    EXPECT_NEAR(r.value, 0, 1e-8);
  }
}

struct BadStart {
  const char* name;
  Function f;
  std::vector<Vec> starts;
  double end;
};

/// Curved valleys, whose floor the Hessian beside it does not know, and slopes on which every digit repeats.
const std::vector<BadStart>& bad_starts() {
  static const std::vector<BadStart> all{{"Rosenbrock",
                                          [](In x, Out g) {
                                            const double a = x[1] - x[0] * x[0], b = 1 - x[0];
                                            g[0] = -400 * x[0] * a - 2 * b, g[1] = 200 * a;
                                            return 100 * a * a + b * b;
                                          },
                                          {{1e6, 1}, {-1e6, 1}, {1e4, 1}, {30, -30}, {1, -1e8}},
                                          0},
                                         {"cubic valley",
                                          [](In x, Out g) {
                                            const double a = x[1] - x[0] * x[0] * x[0], b = 1 - x[0];
                                            g[0] = -600 * x[0] * x[0] * a - 2 * b, g[1] = 200 * a;
                                            return 100 * a * a + b * b;
                                          },
                                          {{1e3, 1}, {1e4, 1}},
                                          0},
                                         {"exponential valley",
                                          [](In x, Out g) {
                                            const double e = std::exp(x[0]), a = x[1] - e;
                                            g[0] = e - 1 - 2 * a * e, g[1] = 2 * a;
                                            return e - x[0] + a * a;
                                          },
                                          {{30, 0}, {20, 0}, {10, 5}},
                                          1},
                                         {"Himmelblau",
                                          [](In x, Out g) {
                                            const double a = x[0] * x[0] + x[1] - 11, b = x[0] + x[1] * x[1] - 7;
                                            g[0] = 4 * x[0] * a + 2 * b, g[1] = 2 * a + 4 * x[1] * b;
                                            return a * a + b * b;
                                          },
                                          {{1e8, 1e8}, {1e6, -1e6}, {1e3, 1}},
                                          0},
                                         {"quartic beside a parabola",
                                          [](In x, Out g) {
                                            const double a = x[0] - 3, b = x[0] - 2 * x[1];
                                            g[0] = 4 * a * a * a + 2 * b, g[1] = -4 * b;
                                            return a * a * a * a + b * b;
                                          },
                                          {{1e6, 1}, {1e8, -1e8}},
                                          0},
                                         {"x^4 + (y-x)^2",
                                          [](In x, Out g) {
                                            const double b = x[1] - x[0];
                                            g[0] = 4 * x[0] * x[0] * x[0] - 2 * b, g[1] = 2 * b;
                                            return std::pow(x[0], 4) + b * b;
                                          },
                                          {{1e8, 0}, {1e4, 0}},
                                          0},
                                         {"e^x - x",
                                          [](In x, Out g) { return g[0] = std::exp(x[0]) - 1, std::exp(x[0]) - x[0]; },
                                          {{40}, {70}, {100}, {200}, {300}},
                                          1},
                                         {"cosh",
                                          [](In x, Out g) { return g[0] = 2 * std::sinh(x[0]), 2 * std::cosh(x[0]); },
                                          {{50}, {100}, {-200}, {400}},
                                          2},
                                         {"e^x and a parabola",
                                          [](In x, Out g) {
                                            g[0] = std::exp(x[0]) - 1, g[1] = 2 * x[1] - 1;
                                            return std::exp(x[0]) - x[0] + x[1] * x[1] - x[1];
                                          },
                                          {{100, 1}, {200, -5}},
                                          0.75}};
  return all;
}

TEST(Converged, NoSuccessOnTheWayBackFromABadStart) {
  for (const BadStart& c : bad_starts())
    for (const Vec& start : c.starts)
      for (const Method& method : {Method(Lbfgs{}), Method(ConjugateGradient{}), Method(Lbfgsb{}), Method(Sqp{})})
        for (const bool exact : {true, false}) {
          const Result r = minimize(c.f, start, method, {.check_gradient = false, .exact_gradient = exact});
          if (!r.success()) continue;
          EXPECT_NEAR(r.value, c.end, 1e-5)
              << c.name << " from " << start[0] << ": " << r.optimizer << ", " << r.message;
        }
}

TEST(Converged, AMethodForBadStartsSolvesThem) {
  for (const BadStart& c : bad_starts())
    for (const Vec& start : c.starts) {
      const Result r = minimize(c.f, start, Lbfgs{}, {.check_gradient = false, .exact_gradient = true});
      EXPECT_TRUE(r.success()) << c.name << " from " << start[0] << ": " << r.message;
    }
}

TEST(Converged, DescentWithoutAModelEndsInNoValley) {
  const std::vector<BadStart>& all = bad_starts();
  for (std::size_t i = 0; i < 2; ++i)
    for (const Vec& start : all[i].starts) {
      const Result r = minimize(all[i].f, start, GradientDescent{}, {.max_iterations = 2000, .check_gradient = false});
      if (r.success()) {
        EXPECT_NEAR(r.value, 0, 1e-3) << all[i].name << " from " << start[0] << ": " << r.message;
      }
    }
}

TEST(Converged, ABadStartIsNoYardstickForDescentWithoutAModel) {
  for (const BadStart& c : bad_starts()) {
    if (std::string_view(c.name) != "Himmelblau" && std::string_view(c.name) != "cosh") continue;
    for (const LineSearch search : {LineSearch::weak_wolfe, LineSearch::armijo, LineSearch::hager_zhang})
      for (const Vec& start : c.starts) {
        if (start.size() == 1 && std::abs(start[0]) > 100)
          continue;  // too far: even the lengths are those of the start
        const Result r = minimize(c.f, start, GradientDescent{.line_search = search}, {.exact_gradient = true});
        if (r.success()) {
          EXPECT_NEAR(r.value, c.end, 1e-8) << c.name << " from " << start[0] << ": " << r.message;
        }
      }
  }
}

TEST(Converged, AStationaryStartIsLeftWhereFFalls) {
  struct Case {
    const char* name;
    Function f;
    Vec start;
    double end;
  };
  const Case cases[] = {{"maximum", [](In x, Out g) { return g[0] = -std::sin(x[0]), std::cos(x[0]); }, {0}, -1},
                        {"saddle",
                         [](In x, Out g) {
                           g[0] = 2 * x[0], g[1] = -2 * x[1] + 4 * x[1] * x[1] * x[1];
                           return x[0] * x[0] - x[1] * x[1] + std::pow(x[1], 4);
                         },
                         {0, 0},
                         -0.25},
                        {"without curvature",
                         [](In x, Out g) {
                           g[0] = 3 * x[0] * x[0] + 4 * std::pow(x[0], 3);
                           return std::pow(x[0], 3) + std::pow(x[0], 4);
                         },
                         {0},
                         -27.0 / 256},
                        {"a kink upwards",
                         [](In x, Out g) {
                           g[0] = (x[0] > 0 ? -1 : x[0] < 0 ? 1 : 0) + 0.2 * x[0];
                           return -std::abs(x[0]) + 0.1 * x[0] * x[0];
                         },
                         {0},
                         -2.5}};
  for (const Case& c : cases)
    for (const Method& method : {Method(Lbfgs{}), Method(ConjugateGradient{}), Method(Lbfgsb{})}) {
      const Result r = minimize(c.f, c.start, method, {.check_gradient = false});
      EXPECT_TRUE(r.success()) << c.name << ": " << r.message;
      EXPECT_NEAR(r.value, c.end, 1e-10) << c.name;
    }
}

TEST(Converged, AMinimumWithoutCurvatureIsCalledFlat) {
  const Function quartic = [](In x, Out g) { return g[0] = 4 * std::pow(x[0], 3), std::pow(x[0], 4); };
  const Result r = minimize(quartic, {3}, Lbfgs{});
  EXPECT_EQ(r.status, Status::converged) << r.message;
  EXPECT_EQ(r.certificate.kind, Kind::flat);
  EXPECT_NEAR(r.x[0], 0, 1e-6);
}

TEST(Converged, AtAKinkNothingIsCalledCurvature) {
  struct Kink {
    double power, shift;
  };
  for (const Kink k : {Kink{1, 0}, Kink{1.05, 0}, Kink{1, 3}, Kink{1.2, 0}}) {
    const Function f = [=](In x, Out g) {
      const double a = std::abs(x[0] - k.shift);
      g[0] = a > 0 ? std::copysign(k.power * std::pow(a, k.power - 1), x[0] - k.shift) : 0;
      return std::pow(a, k.power);
    };
    for (const Method& method : {Method(Lbfgs{}), Method(ConjugateGradient{}), Method(Lbfgsb{})})
      for (const double start : {1.1, -7.0, 30.0}) {
        const Result r = minimize(f, {start}, method, {.check_gradient = false, .exact_gradient = true});
        EXPECT_TRUE(r.success()) << k.power << ", " << k.shift << " from " << start << ": " << r.message;
        EXPECT_NE(r.certificate.kind, Kind::minimum) << r.message;
        EXPECT_NEAR(r.x[0], k.shift, 1e-10) << r.message;
      }
  }
}

TEST(Converged, AKinkThatRoundingHidesFromFIsNoCurvature) {
  for (const double level : {5.0, -1e3}) {
    const Function f = [=](In x, Out g) {
      g[0] = x[0] > 0 ? 1 : x[0] < 0 ? -1 : 0;
      return std::abs(x[0]) + level;
    };
    const Function crossed = [=](In x, Out g) {
      const double d = x[0] - x[1], sign = d > 0 ? 1 : d < 0 ? -1 : 0;
      g[0] = sign, g[1] = -sign + 2 * (x[1] - 2);
      return std::abs(d) + (x[1] - 2) * (x[1] - 2) + level;
    };
    for (const LineSearch search :
         {LineSearch::weak_wolfe, LineSearch::wolfe, LineSearch::hager_zhang, LineSearch::armijo})
      for (const double start : {1.0, 2.0, 0.3, -7.0, 1e3, 1e-3, 0.7}) {
        const Result r = minimize(f, {start}, Lbfgs{.line_search = search}, {.exact_gradient = true});
        EXPECT_NE(r.certificate.kind, Kind::minimum) << level << " from " << start << ": " << r.message;
        const Result two = minimize(crossed, {start, 7}, Lbfgs{.line_search = search}, {.exact_gradient = true});
        EXPECT_NE(two.certificate.kind, Kind::minimum) << level << " from " << start << ": " << two.message;
      }
  }
}

TEST(Converged, AFallWithoutEndAtTheLimitIsDivergence) {
  const Function hill = [](In x, Out g) { return g[0] = -2 * x[0], -x[0] * x[0]; };
  const Result r = minimize(hill, {1}, Sgd{.learning_rate = 0.01}, {.max_iterations = 10'000});
  EXPECT_EQ(r.status, Status::diverged) << r.message;
  EXPECT_NE(r.message.find("bounded below"), std::string::npos) << r.message;
}

TEST(Converged, AnInfimumAtInfinityIsToldAsWhatItIs) {
  const Function f = [](In x, Out g) { return g[0] = -std::exp(-x[0]), std::exp(-x[0]); };
  const Result r = minimize(f, {0}, Lbfgs{}, {.names = {"rate"}, .exact_gradient = true});
  EXPECT_EQ(r.certificate.kind, Kind::flat) << r.message;
  EXPECT_NE(r.message.find("rate has not settled"), std::string::npos) << r.message;
  EXPECT_LE(r.evaluations.function, 200);
}

TEST(Converged, TheStartIsNotCalledSoByItsGradientAlone) {
  // One unit in the last place beside the minimum: a step is made all the same.
  const Result r = minimize(parabola(1, 1, 0), {1 + 1e-15}, Lbfgs{});
  EXPECT_GE(r.iterations, 1);
  EXPECT_TRUE(r.success()) << r.message;
}

TEST(Converged, AnAbsoluteTestIsInTheUnitsOfTheUser) {
  const Result r = minimize(parabola(1, 1, 0), {5}, Lbfgs{}, {.gradient_tolerance = 100});
  EXPECT_EQ(r.iterations, 0);
  EXPECT_EQ(r.status, Status::converged);
  // It does not turn a maximum into a minimum.
  const Function hill = [](In x, Out g) { return g[0] = -std::sin(x[0]), std::cos(x[0]); };
  EXPECT_NEAR(minimize(hill, {1e-3}, Lbfgs{}, {.gradient_tolerance = 1e-2}).value, -1, 1e-4);
}

TEST(Converged, NobodyLooksWhereThatIsNotWanted) {
  const Result r = minimize(parabola(1, 1, 0), {5}, Lbfgs{}, {.check_gradient = false, .check_curvature = false});
  EXPECT_EQ(r.evaluations.check, 0);
  EXPECT_EQ(r.certificate.kind, Kind::unchecked);
  EXPECT_NE(r.message.find("nothing confirms"), std::string::npos) << r.message;
}

TEST(Converged, RulesAreConfirmedButNotHelped) {
  const Result r = minimize(parabola(1, 0, 0), {10}, Sgd{.learning_rate = 0.1});
  EXPECT_EQ(r.status, Status::converged) << r.message;
  EXPECT_EQ(r.certificate.kind, Kind::minimum);
  // Every iterate is the rule's own: x = 10 · 0.8ᵗ.
  EXPECT_NEAR(r.x[0] / (10 * std::pow(0.8, static_cast<double>(r.iterations))), 1, 1e-12);
  // A rate so small that nothing moves is no evidence.
  const Result still = minimize(parabola(1, 0, 0), {10}, Sgd{.learning_rate = 1e-18}, {.max_iterations = 2000});
  EXPECT_FALSE(still.success()) << still.message;
}

TEST(Converged, WithFewDigitsWhereCancellationLeavesFew) {
  // Data of 1e5, residuals of 1e-3: f rounds at 1e-13 of the terms, far above its least value's last place.
  const Vec t{1, 2, 3, 4, 5}, y{100000.001, 199999.999, 300000.001, 400000.002, 499999.998};
  const Function f = [&](In x, Out g) {
    double value = 0;
    g[0] = g[1] = 0;
    for (std::size_t i = 0; i < t.size(); ++i) {
      const double r = x[0] * t[i] + x[1] - y[i];
      value += r * r, g[0] += 2 * r * t[i], g[1] += 2 * r;
    }
    return value;
  };
  const Result r = minimize(f, {1, 0}, Lbfgs{});
  EXPECT_TRUE(r.success()) << r.message;
  EXPECT_NEAR(r.x[0], 99999.9997, 1e-5);
}

TEST(Converged, AVariableThatFPushesOntoItsBoundWithAnInfiniteSlopeIsHeld) {
  const Function f = [](In x, Out g) {
    g[0] = 0.5 / std::sqrt(x[0]), g[1] = 2 * (x[1] - 1);
    return std::sqrt(x[0]) + (x[1] - 1) * (x[1] - 1);
  };
  const Options box{.bounds = {Vec{0, -inf}, Vec{10, inf}}, .names = {"width", "y"}};
  for (const Method& method : {Method(Lbfgsb{}), Method(Sgd{.learning_rate = 0.1}), Method(Sqp{})}) {
    const Result r = minimize(f, {5, 3}, method, box);
    EXPECT_TRUE(r.success()) << r.message;
    EXPECT_EQ(r.x[0], 0);
    EXPECT_NEAR(r.x[1], 1, 1e-6);
    EXPECT_NE(r.message.find("width held on a bound"), std::string::npos) << r.message;
  }
}

TEST(Converged, AStartOnABoundThatFLeavesWithAnInfiniteSlopeIsMovedOff) {
  const Function f = [](In x, Out g) {
    g[0] = 2 * (x[0] - 1) - 0.5 / std::sqrt(x[0]);
    return (x[0] - 1) * (x[0] - 1) - std::sqrt(x[0]);
  };
  const Result r = minimize(f, {0}, Lbfgsb{}, {.bounds = {Vec{0}, Vec{5}}});
  EXPECT_TRUE(r.success()) << r.message;
  EXPECT_NEAR(r.x[0], 1.2258, 1e-4);
}

TEST(Converged, AUsersOwnFunctionPaysAtMostHalfOnTop) {
  // 40 variables, given: the whole Hessian would cost 80 evaluations.
  const Function chain = [](In x, Out g) {
    double f = 0;
    for (double& v : g) v = 0;
    for (std::size_t i = 0; i + 1 < x.size(); i += 2) {
      const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
      g[i] = -400 * x[i] * a - 2 * b, g[i + 1] = 200 * a;
      f += 100 * a * a + b * b;
    }
    return f;
  };
  Vec start(40);
  for (std::size_t i = 0; i < start.size(); ++i) start[i] = i % 2 ? 1 : -1.2;
  const Result r = minimize(chain, start, Lbfgs{}, {.check_gradient = false});
  EXPECT_TRUE(r.success()) << r.message;
  EXPECT_LE(r.evaluations.check, r.evaluations.function / 2 + 1);
}

}  // namespace
}  // namespace talweg
