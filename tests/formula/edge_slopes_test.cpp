#include "talweg/autodiff/edge_slopes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "talweg/autodiff/scalar.hpp"
#include "talweg/formula/formula.hpp"

/// Slopes where a function's domain ends: each is the limit from inside, and an infinite one is infinite. The table
/// gives the right value, found on paper; "nan" stands where there is none.
namespace talweg::formula {
namespace {

constexpr double inf = INFINITY, none = NAN;

struct Edge {
  const char* text;
  double x;
  double slope;
};

std::vector<double> gradient_at(std::string_view text, std::vector<std::string> names, std::vector<double> x) {
  std::vector<double> g(x.size());
  parse(text, std::move(names)).evaluate(x, g);
  return g;
}

void expect_slope(double slope, double right, const std::string& where) {
  if (std::isnan(right))
    EXPECT_TRUE(std::isnan(slope)) << where << " has slope " << slope;
  else if (std::isinf(right) || right == 0)
    EXPECT_EQ(slope, right) << where;
  else
    EXPECT_NEAR(slope, right, 1e-6 * std::abs(right)) << where;
}

TEST(EdgeSlopes, OfEveryFunctionAreTheLimitsFromInside) {
  const double half_pi = std::numbers::pi / 2;
  const std::vector<Edge> table{
      // One operation.
      {"sqrt(x)", 0, inf},
      {"sqrt(x)", -0.0, inf},
      {"sqrt(-x)", 0, -inf},
      {"1 - sqrt(x)", 0, -inf},
      {"asin(x)", 1, inf},
      {"asin(x)", -1, inf},
      {"acos(x)", 1, -inf},
      {"acos(x)", -1, -inf},
      {"x^0.5", 0, inf},
      {"x^0.5", -0.0, inf},
      {"x^1.5", 0, 0},
      {"pow(x, 2.5)", 0, 0},
      {"pow(x, 1)", 0, 1},
      {"x^0", 0, 0},
      {"x^2", -0.0, 0},
      {"x^3", 0, 0},
      {"abs(x)", -0.0, 0},
      {"max(x, 0)", 0, 0.5},
      {"min(x, 0)", 0, 0.5},
      {"atan(x)", 1e300, 0},
      {"tanh(x)", -1e300, 0},
      {"2^x", -1e6, 0},
      {"tan(x)", half_pi, 1 + std::pow(std::tan(half_pi), 2)},
      {"relu(x)", 0, 0},
      {"sign(x)", 0, 0},
      {"hypot(x, 0)", 0, 0},
      {"atan2(x, 0)", 1, 0},
      {"log1p(x + 1)*0 + x", 1, 1},
      {"sigmoid(x)", -1e300, 0},
      {"1/(1+exp(-x))", -1e4, 0},
      {"1/(1+2^(-x))", -1e5, 0},
      {"exp(-exp(x))", 1e3, 0},
      {"1/cosh(x)", -1e3, 0},
      {"atan(sinh(x))", 1e3, 0},
      {"1/expm1(x)", 1e3, 0},
      {"min(1, exp(x))", 1e3, 0},
      {"1/(1/x)", 0, 1},
      {"softplus(x)", 1e300, 1},
      {"erf(x)", -1e300, 0},
      {"erf(sqrt(x))^2", 0, 4 / std::numbers::pi},
      {"expm1(sqrt(x))^2", 0, 1},
      {"log1p(sqrt(x))^2", 0, 1},
      {"sigmoid(sqrt(x))", 0, inf},
      {"hypot(sqrt(x), 1)", 0, 0.5},
      {"hypot(sqrt(x), 0)^2", 0, 1},
      // Both operands of a power move.
      {"x^x", 0, -inf},
      {"x^(2*x)", 0, -inf},
      {"x^(-x)", 0, inf},
      {"x^(x+1)", 0, 1},
      {"x^(x+2)", 0, 0},
      {"x^(x+0.5)", 0, inf},
      {"(2*x)^x", 0, -inf},
      {"x^(x^2)", 0, 0},
      {"x^sqrt(x)", 0, -inf},
      {"0^x", 0, -inf},
      {"0^x", 2, 0},
      {"pow(0, x)", 0.5, 0},
      {"pow(x - 1, x - 1)", 1, -inf},
      // 0·∞ in the chain rule, with a limit.
      {"sqrt(x)^2", 0, 1},
      {"-sqrt(x)^2", 0, -1},
      {"sqrt(x)*sqrt(x)", 0, 1},
      {"sqrt(x)^3", 0, 0},
      {"sqrt(x)*x", 0, 0},
      {"sqrt(x)^2 + 3*x", 0, 4},
      {"sqrt(1 - x)^2", 1, -1},
      {"sqrt(x - 3)^2", 3, 1},
      {"(x^0.25)^4", 0, 1},
      {"(x^0.25)^2", 0, inf},
      {"x^0.5 * x^0.25 * x^0.25", 0, 1},
      {"sqrt(x^4)", 0, 0},
      {"abs(sqrt(x))", 0, inf},
      {"2*sqrt(x) - sqrt(x)", 0, inf},
      {"sqrt(x) - sqrt(x)", 0, 0},
      {"sqrt(x) - 2*sqrt(x)", 0, -inf},
      {"acos(x)^2", 1, -2},
      {"asin(x)*(1-x)", 1, -half_pi},
      {"sin(sqrt(x))^2", 0, 1},
      {"cos(sqrt(x))", 0, -0.5},
      {"cosh(sqrt(x))", 0, 0.5},
      {"exp(-1/x)", 0, 0},
      {"x*exp(-1/x)", 0, 0},
      {"sqrt(x/1e-30)^2", 0, 1e30},
      // What the result does not depend on.
      {"x + 0*sqrt(x)", 0, 1},
      {"max(1, sqrt(x))", 0, 0},
      {"min(x, sqrt(x) + 1)", 0, 1},
      {"min(1, 1/x)", 0, 0},
      // Where an operand is ignored nothing flows, however steep what lies on the other side.
      {"sqrt(relu(x))", -1, 0},
      {"sqrt(relu(x))^2", -1, 0},
      {"sqrt(relu(x))*sqrt(relu(x))", -1e-300, 0},
      {"relu(x)^0.5", -2, 0},
      {"sqrt(max(x, 0))^2", -1, 0},
      {"sqrt(max(0, x))^2", -1, 0},
      {"sqrt(1 - min(x, 1))", 3, 0},
      {"acos(max(-1, min(1, x)))", 2, 0},
      {"acos(max(-1, min(1, x)))", -2, 0},
      {"x + sqrt(1 + sign(x))", -2, 1},
      {"hypot(sqrt(relu(x)), 0)", -1, 0},
      {"relu(sqrt(x) - 1)", 0, 0},
      {"x*sqrt(relu(x))", -3, 0},
      // A kink: the middle of both sides.
      {"sqrt(x^2)", 0, 0},
      {"sqrt(x^2) + 3*x", 0, 3},
      {"sqrt(relu(x))^2", 0, 0.5},
      {"(x^2)^0.5", 0, 0},
      {"-sqrt((x - 1)^2)", 1, 0},
      {"log(1 + sqrt(x^2)) + x", 0, 1},
      // No limit, two that are infinite, or none that the values tell.
      {"(x^2)^0.25", 0, none},
      {"sqrt(abs(x))", 0, none},
      {"sqrt(x)^2*sin(1/x)", 0, none},
  };
  for (const auto& [text, x, right] : table)
    expect_slope(gradient_at(text, {"x"}, {x})[0], right, std::string(text) + " at " + std::to_string(x));
}

TEST(EdgeSlopes, ArePartialDerivatives) {
  struct Two {
    const char* text;
    double x, y, dx, dy;
  };
  const std::vector<Two> table{
      {"x^y", 0, 0, 0, -inf},
      {"x^y", 0, 0.5, inf, 0},
      {"x^y", 0, 1, 1, 0},
      {"x^y", 0, 1.5, 0, 0},
      {"x^y", 0, 2, 0, 0},
      {"x^y", -0.0, 0.5, inf, 0},
      {"x^y", 1, 0, 0, 0},
      {"x^y", 2, 0, 0, std::log(2.0)},
      {"x^y", -2, 3, 12, none},
      {"y*sqrt(x)", 0, 0, 0, 0},
      {"y*sqrt(x)", 0, 2, inf, 0},
      {"y*sqrt(x)", 0, -2, -inf, 0},
      {"x*y + sqrt(x)^2", 0, 5, 6, 0},
      {"sqrt(x*y)", 0, 2, inf, none},
      {"max(x, y)", 1, 1, 0.5, 0.5},
      {"x/y", 0, 3, 1.0 / 3, 0},
      {"sqrt(x)*sqrt(y)", 0, 0, 0, 0},
  };
  for (const auto& [text, x, y, dx, dy] : table) {
    const auto g = gradient_at(text, {"x", "y"}, {x, y});
    expect_slope(g[0], dx, std::string(text) + ", by x");
    expect_slope(g[1], dy, std::string(text) + ", by y");
  }
}

TEST(EdgeSlopes, HoldForGenericLambdasToo) {
  auto f = differentiable([](auto x) { return sqrt(x[0]) * sqrt(x[0]) + pow(x[1], x[1]); });
  std::vector<double> g(2);
  EXPECT_EQ(f(std::vector<double>{0, 0}, g), 1);
  expect_slope(g[0], 1, "sqrt(x)·sqrt(x)");
  expect_slope(g[1], -inf, "x^x");
}

TEST(EdgeSlopes, NameTheOperationWhereThereIsNone) {
  const auto explain = [](std::string_view text, std::vector<double> x) {
    return parse(text, variables(text)).explain_non_finite(x);
  };
  EXPECT_EQ(explain("x^x", {0}), "x^x at column 1 has no finite derivative where its argument is 0");
  EXPECT_EQ(explain("3 + sqrt(abs(x))", {0}),
            "sqrt(abs(x)) at column 5 has no finite derivative where its argument is 0");
  EXPECT_EQ(explain("sqrt(x)^2 + sqrt(y)", {0, 0}),
            "sqrt(y) at column 13 has no finite derivative where its argument is 0")
      << "sqrt(x)^2 has one";
  EXPECT_EQ(explain("sqrt(x)^2", {0}), "");
  EXPECT_EQ(explain("x*log(x)", {0}), "log(x) at column 3: log of 0");
}

}  // namespace
}  // namespace talweg::formula
