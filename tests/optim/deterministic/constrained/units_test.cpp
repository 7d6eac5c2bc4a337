#include <cmath>

#include <gtest/gtest.h>

#include "talweg/optim/deterministic/auglag.hpp"
#include "talweg/optim/deterministic/sqp.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/problems/catalog.hpp"

namespace talweg {
namespace {

using In = std::span<const double>;
using Out = std::span<double>;
using problems::Problem;

/// f → a·f, x → d·x, c → b·c.
struct Units {
  const char* name;
  double f = 1, x = 1, c = 1;
};

Function in_units(const Function& f, double factor, double x_unit) {
  return [=](In x, Out g) {
    std::vector<double> z(x.begin(), x.end());
    for (double& v : z) v /= x_unit;
    const double value = f(z, g);
    for (double& v : g) v *= factor / x_unit;
    return factor * value;
  };
}

Problem in_units(Problem p, const Units& u) {
  for (auto* v : {&p.start, &p.bounds.lower, &p.bounds.upper})
    for (double& e : *v) e *= u.x;
  p.function = in_units(p.function, u.f, u.x);
  for (Constraint& c : p.constraints) c.function = in_units(c.function, u.c, u.x);
  return p;
}

void PrintTo(const Units& u, std::ostream* out) { *out << u.name; }

class InAnyUnits : public testing::TestWithParam<Units> {
 protected:
  /// Of the 56 problems: how many are solved. A success elsewhere is a failure of the test.
  int solved(const Method& method, std::string_view stationary = "") {
    int count = 0;
    const Units& u = GetParam();
    for (const Problem& given : problems::constrained()) {
      const Problem p = in_units(given, u);
      const Result r = minimize(
          p.function, p.start, method,
          {.max_evaluations = 5000, .bounds = p.bounds, .constraints = p.constraints, .check_gradient = false});
      const bool there = r.feasible && problems::reaches_optimum(given, r.value / u.f);
      EXPECT_TRUE(!r.success() || there || p.name == stationary) << p.name << ": " << r.value / u.f << " " << r.message;
      count += r.success() && there;
    }
    return count;
  }
};

TEST_P(InAnyUnits, SqpSolvesTheHockSchittkowskiProblemsAndClaimsNothingElse) { EXPECT_GE(solved(Sqp{}), 54); }

TEST_P(InAnyUnits, AuglagSolvesTheHockSchittkowskiProblemsAndClaimsNothingElse) {
  // At (0, 0) HS24 has neither a force nor a miss: only a look at the curvature tells that it is no minimum.
  EXPECT_GE(solved(AugmentedLagrangian{}, "hs24"), 54);
}

INSTANTIATE_TEST_SUITE_P(All, InAnyUnits,
                         testing::Values(Units{"f_e_10", 1e-10}, Units{"f_e_6", 1e-6}, Units{"f_e6", 1e6},
                                         Units{"f_e10", 1e10}, Units{"x_e_5", 1, 1e-5}, Units{"x_e_3", 1, 1e-3},
                                         Units{"x_e3", 1, 1e3}, Units{"x_e5", 1, 1e5}, Units{"c_e_6", 1, 1, 1e-6},
                                         Units{"c_e6", 1, 1, 1e6}),
                         [](const auto& unit) { return unit.param.name; });

Constraint idle(std::size_t i, double least) {
  return {Constraint::Kind::inequality,
          [=](In x, Out g) {
            std::fill(g.begin(), g.end(), 0.0);
            g[i] = 1;
            return x[i] - least;
          },
          "idle"};
}

/// Rosenbrock's function with x in units of `unit`.
Function valley(double unit) {
  return [=](In x, Out g) {
    const double z = x[0] / unit, r = x[1] - z * z, s = 1 - z;
    g[0] = (-400 * r * z - 2 * s) / unit, g[1] = 200 * r;
    return 100 * r * r + s * s;
  };
}

TEST(Sqp, AnIdleConstraintCostsNextToNothing) {
  double log_total = 0;
  int solved = 0;
  for (const Problem& p : problems::unconstrained_mgh()) {
    const Result r = minimize(p.function, p.start, Sqp{},
                              {.max_evaluations = 3000, .constraints = {idle(0, -1e6)}, .check_gradient = false});
    log_total += std::log(r.evaluations.function);
    solved += r.success() && problems::reaches_optimum(p, r.value);
  }
  EXPECT_GE(solved, 45);
  // lbfgs alone needs 33.4.
  EXPECT_LE(std::exp(log_total / static_cast<double>(problems::unconstrained_mgh().size())), 50);
}

TEST(Sqp, LearnsInUnitsWhoseSquareUnderflows) {
  for (const double unit : {1e-200, 1e-170, 1e170}) {
    const Function f = in_units(valley(1), unit, 1);
    const Result r = minimize(f, {-1.2, 1}, Sqp{}, {.constraints = {idle(1, -10)}});
    EXPECT_TRUE(r.success()) << unit << ": " << r.message;
    EXPECT_NEAR(r.x[0], 1, 1e-6);
    EXPECT_LE(r.evaluations.function, 120) << unit;
  }
}

TEST(Sqp, VariablesInUnitsFarApartAreNoObstacle) {
  for (const double unit : {1e5, 1e3, 1e-5})
    for (const double start : {-1.2 * unit, 0.1 * unit}) {
      const Result r = minimize(valley(unit), {start, 1}, Sqp{}, {.constraints = {idle(1, -10)}});
      EXPECT_TRUE(r.success()) << unit << ": " << r.message;
      EXPECT_NEAR(r.x[0] / unit, 1, 1e-4);
      EXPECT_LE(r.evaluations.function, 120) << unit;
    }
}

}  // namespace
}  // namespace talweg
