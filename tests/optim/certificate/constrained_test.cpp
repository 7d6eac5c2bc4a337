#include "talweg/optim/certificate/constrained.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/minimize.hpp"

/// What may be called a minimum under constraints.
namespace talweg {
namespace {

using In = std::span<const double>;
using Out = std::span<double>;
using Kind = Certificate::Kind;
using Vec = std::vector<double>;

Constraint linear(Constraint::Kind kind, Vec a, double b) {
  return {kind,
          [=](In x, Out g) {
            double sum = b;
            for (std::size_t i = 0; i < a.size(); ++i) g[i] = a[i], sum += a[i] * x[i];
            return sum;
          },
          "line"};
}
constexpr auto equality = Constraint::Kind::equality, inequality = Constraint::Kind::inequality;

struct Case {
  const char* name;
  Function f;
  Vec start;
  std::vector<Constraint> constraints;
};

double rosenbrock(In x, Out g) {
  const double a = x[1] - x[0] * x[0], b = 1 - x[0];
  g[0] = -400 * x[0] * a - 2 * b, g[1] = 200 * a;
  return 100 * a * a + b * b;
}

TEST(Constrained, AnInfimumAtInfinityIsNoMinimum) {
  const Case cases[] = {
      {"1/x", [](In x, Out g) { return g[0] = -1 / (x[0] * x[0]), 1 / x[0]; }, {1}, {linear(inequality, {1}, -1)}},
      {"e^-x", [](In x, Out g) { return g[0] = -std::exp(-x[0]), std::exp(-x[0]); }, {0}, {linear(inequality, {1}, 0)}},
      {"1/(1+x^2)",
       [](In x, Out g) {
         const double f = 1 / (1 + x[0] * x[0]);
         return g[0] = -2 * x[0] * f * f, f;
       },
       {1},
       {linear(inequality, {1}, -0.5)}},
      {"1/x + 1/y",
       [](In x, Out g) {
         g[0] = -1 / (x[0] * x[0]), g[1] = -1 / (x[1] * x[1]);
         return 1 / x[0] + 1 / x[1];
       },
       {1, 1},
       {linear(inequality, {1, 1}, -1)}},
      {"e^-x + e^-y on x = y",
       [](In x, Out g) {
         g[0] = -std::exp(-x[0]), g[1] = -std::exp(-x[1]);
         return std::exp(-x[0]) + std::exp(-x[1]);
       },
       {0, 0},
       {linear(equality, {1, -1}, 0)}}};
  for (const Case& c : cases)
    for (const Method& method : {Method(Sqp{}), Method(AugmentedLagrangian{})}) {
      const Result r = minimize(c.f, c.start, method, {.constraints = c.constraints, .exact_gradient = true});
      EXPECT_NE(r.certificate.kind, Kind::minimum) << c.name << ": " << r.optimizer << ", " << r.message;
      if (r.success()) {
        EXPECT_NE(r.message.find("has not settled"), std::string::npos) << c.name << ": " << r.message;
      }
    }
}

TEST(Constrained, NoSuccessOnTheWayBackFromABadStart) {
  const Function exponential = [](In x, Out g) { return g[0] = std::exp(x[0]) - 1, std::exp(x[0]) - x[0]; };
  const Function beside = [](In x, Out g) {
    g[0] = std::exp(x[0]) - 1, g[1] = 1;
    return std::exp(x[0]) - x[0] + x[1];
  };
  struct BadStart {
    Case problem;
    double end;
  };
  const BadStart cases[] = {{{"idle", exponential, {300}, {linear(inequality, {1}, 5)}}, 1},
                            {{"idle", exponential, {60}, {linear(inequality, {1}, 5)}}, 1},
                            {{"active", beside, {100, 3}, {linear(inequality, {0, 1}, -1)}}, 2},
                            {{"active", beside, {300, 2}, {linear(inequality, {0, 1}, -1)}}, 2},
                            {{"valley", rosenbrock, {1e4, 1}, {linear(inequality, {-1, -1}, 1e9)}}, 0},
                            {{"valley", rosenbrock, {1e6, 1}, {linear(inequality, {1, 0}, 1e9)}}, 0}};
  for (const BadStart& c : cases) {
    const Result r =
        minimize(c.problem.f, c.problem.start, Sqp{}, {.constraints = c.problem.constraints, .exact_gradient = true});
    if (r.success()) {
      EXPECT_NEAR(r.value, c.end, 1e-5) << c.problem.name << " from " << c.problem.start[0] << ": " << r.message;
    }
  }
}

/// Where gradients of constraints vanish or depend on each other there are no multipliers, and no test rests on them.
TEST(Constrained, WithoutMultipliersNothingIsConfirmed) {
  const Function first = [](In x, Out g) { return g[0] = 1, g[1] = 0, x[0]; };
  const Function point = [](In x, Out g) {
    g[0] = 2 * x[0], g[1] = 2 * x[1];
    return x[0] * x[0] + x[1] * x[1];
  };
  const Function cusp = [](In x, Out g) {
    g[0] = -3 * x[0] * x[0], g[1] = 2 * x[1];
    return x[1] * x[1] - x[0] * x[0] * x[0];
  };
  const Function circle_squared = [](In x, Out g) {
    const double c = x[0] * x[0] + x[1] * x[1] - 1;
    g[0] = 4 * x[0] * c, g[1] = 4 * x[1] * c;
    return c * c;
  };
  const auto disc = [](double middle) {
    return [=](In x, Out g) {
      const double d = x[1] - middle;
      g[0] = -2 * x[0], g[1] = -2 * d;
      return 1 - x[0] * x[0] - d * d;
    };
  };
  const Function parabola = [](In x, Out g) { return g[0] = -2 * x[0], g[1] = 0, -x[0] * x[0]; };
  const Case cases[] = {{"a point", first, {1, 1}, {{equality, point, "c"}}},
                        {"a cusp", first, {1, 1}, {{equality, cusp, "c"}}},
                        {"a circle squared", first, {2, 1}, {{equality, circle_squared, "c"}}},
                        {"-x^2 >= 0", first, {1, 1}, {{inequality, parabola, "c"}}},
                        {"discs that touch", first, {1, 1}, {{inequality, disc(1), "c"}, {inequality, disc(-1), "d"}}},
                        {"circles that touch", first, {1, 1}, {{equality, disc(1), "c"}, {equality, disc(-1), "d"}}}};
  for (const Case& c : cases)
    for (const Method& method : {Method(Sqp{}), Method(AugmentedLagrangian{})})
      for (const double unit : {1.0, 1e-4, 1e4}) {
        std::vector<Constraint> scaled = c.constraints;
        for (std::size_t i = 0; i < scaled.size(); ++i)
          scaled[i].function = [=, f = c.constraints[i].function](In x, Out g) {
            const double value = f(x, g);
            for (double& v : g) v *= unit;
            return unit * value;
          };
        const Result r =
            minimize(c.f, c.start, method, {.max_iterations = 2000, .constraints = scaled, .exact_gradient = true});
        EXPECT_EQ(r.message.find("good to use"), std::string::npos)
            << c.name << ", " << unit << ": " << r.optimizer << ", " << r.message;
        EXPECT_EQ(r.certificate.kind, Kind::unchecked) << c.name << ", " << unit << ": " << r.message;
        if (r.success()) {
          EXPECT_NE(r.message.find("multipliers are no evidence"), std::string::npos)
              << c.name << ", " << unit << ": " << r.optimizer << ", " << r.message;
        }
      }
}

TEST(Constrained, RowsThatRepeatEachOtherAreNoFault) {
  const Function f = [](In x, Out g) {
    g[0] = 2 * x[0], g[1] = 2 * x[1];
    return x[0] * x[0] + x[1] * x[1];
  };
  for (const Method& method : {Method(Sqp{}), Method(AugmentedLagrangian{})}) {
    const Result r =
        minimize(f, {1, 0.5}, method,
                 {.constraints = {linear(equality, {1, 1}, -1), linear(equality, {2, 2}, -2)}, .exact_gradient = true});
    EXPECT_EQ(r.certificate.kind, Kind::minimum) << r.message;
    EXPECT_NEAR(r.value, 0.5, 1e-8);
  }
}

}  // namespace
}  // namespace talweg
