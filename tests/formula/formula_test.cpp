#include "talweg/formula/formula.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "formula/evaluated.hpp"
#include "formula/random_formula.hpp"
#include "talweg/base/error.hpp"

namespace talweg::formula {
namespace {

TEST(Formula, FollowsTheRulesOfPrecedence) {
  EXPECT_EQ(value("1 + 2*3"), 7);
  EXPECT_EQ(value("(1 + 2)*3"), 9);
  EXPECT_EQ(value("10 - 4 - 3"), 3);
  EXPECT_EQ(value("24/4/2"), 3);
  EXPECT_EQ(value("2^3^2"), 512);
  EXPECT_EQ(value("-x^2", 3), -9);
  EXPECT_EQ(value("(-x)^2", 3), 9);
  EXPECT_EQ(value("2^-3"), 0.125);
  EXPECT_EQ(value("x^-2", 2), 0.25);
  EXPECT_EQ(value("4+-2"), 2);
  EXPECT_EQ(value("4--2"), 6);
  EXPECT_EQ(value("2*-x", 3), -6);
  EXPECT_EQ(value("+x", 3), 3);
  EXPECT_EQ(value("-2^2"), -4);
  EXPECT_EQ(value("6/2*3"), 9);
  EXPECT_EQ(value("x - 2 + 1", 5), 4);
}

TEST(Formula, ReadsNumbers) {
  EXPECT_EQ(value("1e-3"), 1e-3);
  EXPECT_EQ(value(".5"), 0.5);
  EXPECT_EQ(value("5."), 5);
  EXPECT_EQ(value("1.25E+2"), 125);
  EXPECT_EQ(value("pi"), std::numbers::pi);
  EXPECT_EQ(value("e"), std::numbers::e);
  EXPECT_EQ(value("2*e"), 2 * std::numbers::e);
  EXPECT_EQ(value("0.1"), 0.1);
}

TEST(Formula, KnowsEveryFunctionAndItsDerivative) {
  struct Case {
    const char* text;
    double x, value, slope;
  };
  const double s = std::sin(0.7), c = std::cos(0.7);
  const std::vector<Case> cases{{"exp(x)", 0.7, std::exp(0.7), std::exp(0.7)},
                                {"log(x)", 0.7, std::log(0.7), 1 / 0.7},
                                {"sqrt(x)", 0.49, 0.7, 0.5 / 0.7},
                                {"sin(x)", 0.7, s, c},
                                {"cos(x)", 0.7, c, -s},
                                {"tan(x)", 0.7, std::tan(0.7), 1 / (c * c)},
                                {"tanh(x)", 0.7, std::tanh(0.7), 1 / (std::cosh(0.7) * std::cosh(0.7))},
                                {"sinh(x)", 0.7, std::sinh(0.7), std::cosh(0.7)},
                                {"cosh(x)", 0.7, std::cosh(0.7), std::sinh(0.7)},
                                {"asin(x)", 0.7, std::asin(0.7), 1 / std::sqrt(1 - 0.49)},
                                {"acos(x)", 0.7, std::acos(0.7), -1 / std::sqrt(1 - 0.49)},
                                {"atan(x)", 0.7, std::atan(0.7), 1 / 1.49},
                                {"abs(x)", -0.7, 0.7, -1},
                                {"min(x, 2)", 0.7, 0.7, 1},
                                {"min(x, -2)", 0.7, -2, 0},
                                {"max(x, 2)", 0.7, 2, 0},
                                {"max(-2, x)", 0.7, 0.7, 1},
                                {"pow(x, 3)", 0.7, std::pow(0.7, 3), 3 * 0.49},
                                {"pow(2, x)", 0.7, std::pow(2, 0.7), std::pow(2, 0.7) * std::log(2)},
                                {"e^x", 0.7, std::exp(0.7), std::exp(0.7)},
                                {"x^1.5", 0.7, std::pow(0.7, 1.5), 1.5 * std::sqrt(0.7)},
                                {"x^x", 0.7, std::pow(0.7, 0.7), std::pow(0.7, 0.7) * (std::log(0.7) + 1)},
                                {"3/x", 0.7, 3 / 0.7, -3 / 0.49},
                                {"x/3", 0.7, 0.7 / 3, 1 / 3.0},
                                {"3-x", 0.7, 3 - 0.7, -1},
                                {"x/(1+x)", 0.7, 0.7 / 1.7, 1 / (1.7 * 1.7)},
                                {"relu(x)", 0.7, 0.7, 1},
                                {"relu(x)", -0.7, 0, 0},
                                {"relu(x)", 0, 0, 0},
                                {"sign(x)", -0.7, -1, 0},
                                {"sign(x)", 0, 0, 0},
                                {"log10(x)", 0.7, std::log10(0.7), 1 / (0.7 * std::log(10))},
                                {"log2(x)", 0.7, std::log2(0.7), 1 / (0.7 * std::log(2))},
                                {"log1p(x)", 1e-9, std::log1p(1e-9), 1 / (1 + 1e-9)},
                                {"expm1(x)", 1e-9, std::expm1(1e-9), std::exp(1e-9)},
                                {"erf(x)", 0.7, std::erf(0.7), 2 / std::sqrt(std::numbers::pi) * std::exp(-0.49)},
                                {"atan2(x, 2)", 0.7, std::atan2(0.7, 2), 2 / 4.49},
                                {"atan2(-2, x)", 0.7, std::atan2(-2, 0.7), 2 / 4.49},
                                {"hypot(x, 2)", 0.7, std::hypot(0.7, 2), 0.7 / std::hypot(0.7, 2)},
                                {"hypot(x, 0)", 0, 0, 0},
                                {"hypot(1e200, x)", 1e200, std::hypot(1e200, 1e200), std::sqrt(0.5)}};
  for (const Case& t : cases) {
    EXPECT_NEAR(value(t.text, t.x), t.value, 4e-16 * std::abs(t.value)) << t.text;
    // A handful of roundings each.
    EXPECT_NEAR(slope(t.text, t.x), t.slope, 2e-15 * std::max(1e-300, std::abs(t.slope))) << t.text;
  }
}

TEST(Formula, SquaresHaveExactGradients) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const double x = random.uniform(-100, 100);
    EXPECT_EQ(value("x^2", x), x * x);
    EXPECT_EQ(slope("x^2", x), 2 * x);
    EXPECT_EQ(slope("x*x", x), 2 * x);
    EXPECT_EQ(slope("x^2 + 3*x + 2", x), 2 * x + 3);
  }
}

TEST(Formula, IntegerPowersAreAsGoodAsPow) {
  Random random(2);
  for (int i = 0; i < 2000; ++i) {
    const double x = random.uniform(-4, 4);
    for (const int n : {0, 1, 2, 3, 4, 5, 7, 10, 31, 64, 65, -1, -2, -7}) {
      const std::string text = text::cat("x^", n);
      // In long double (64 bits) n - 1 products keep the error below n 2^-64, so the reference is good to a fraction
      // of an ulp of double; glibc's pow promises less than one ulp, and so do the products here.
      long double exact = 1;
      for (int k = 0; k < std::abs(n); ++k) exact *= x;
      if (n < 0) exact = 1 / exact;
      const double reference = static_cast<double>(exact);
      const double ulp = std::abs(std::nextafter(reference, INFINITY) - reference);
      EXPECT_NEAR(value(text, x), reference, ulp) << text << " at " << x;
    }
  }
  EXPECT_EQ(value("x^3", 1e150), INFINITY);
  EXPECT_EQ(value("x^3", -1e-150), -0.0);
  EXPECT_EQ(value("x^3", 1e-100), std::pow(1e-100, 3));
  EXPECT_EQ(value("x^4", 1e75), std::pow(1e75, 4));
}

TEST(Formula, PowersAtTheirEdges) {
  EXPECT_EQ(value("x^0", 0), 1);
  EXPECT_EQ(value("0^x", 0), 1);
  EXPECT_EQ(slope("x^0", 0), 0);
  EXPECT_EQ(slope("x^1", 0), 1);
  EXPECT_EQ(slope("x^2", 0), 0);
  EXPECT_EQ(slope("x^3", 0), 0);
  EXPECT_EQ(slope("x^1.5", 0), 0);
  EXPECT_EQ(slope("x^0.5", 0), INFINITY);
  EXPECT_EQ(value("x^3", -2), -8);
  EXPECT_EQ(slope("x^3", -2), 12);
  EXPECT_TRUE(std::isnan(value("x^0.5", -2)));
  const auto both = evaluate("x^y", {"x", "y"}, {0, 2});
  EXPECT_EQ(both.value, 0);
  EXPECT_EQ(both.gradient, (std::vector<double>{0, 0}));
  const auto first = evaluate("x^y", {"x", "y"}, {0, 1});
  EXPECT_EQ(first.gradient, (std::vector<double>{1, 0}));
  const auto negative = evaluate("x^y", {"x", "y"}, {-2, 3});
  EXPECT_EQ(negative.value, -8);
  EXPECT_EQ(negative.gradient[0], 12);
  EXPECT_TRUE(std::isnan(negative.gradient[1])) << "(-2)^y is real at whole y only";
}

TEST(Formula, KinksHaveTheDocumentedDerivatives) {
  EXPECT_EQ(slope("abs(x)", 0), 0);
  EXPECT_EQ(slope("max(x, -x)", 0), 0);
  EXPECT_EQ(slope("max(0, x)", 0), 0.5);
  const auto tie = evaluate("min(x, y)", {"x", "y"}, {1, 1});
  EXPECT_EQ(tie.gradient, (std::vector<double>{0.5, 0.5}));
  EXPECT_TRUE(std::isnan(value("min(1, log(x))", -1))) << "a NaN is not hidden";
}

TEST(Formula, WhatDoesNotMatterDoesNotSpoilTheGradient) {
  EXPECT_EQ(slope("x + 0*sqrt(x)", 0), 1);
  EXPECT_EQ(slope("min(x, sqrt(x) + 1)", 0), 1);
}

TEST(Formula, GradientsStayGoodFarOut) {
  // 1 - tanh^2 would be right to 1e-8 here, and zero beyond 19.
  EXPECT_NEAR(slope("tanh(x)", 10), 1 / std::pow(std::cosh(10.0), 2), 1e-23);
  EXPECT_NEAR(slope("tanh(x)", 30), 4 * std::exp(-60.0), 1e-40);
  EXPECT_EQ(slope("tanh(x)", 1000), 0);
  EXPECT_EQ(slope("atan(x)", 1e200), 0);
}

TEST(Formula, RandomTreesAgreeWithTheirOwnArithmetic) {
  const std::vector<std::string> names{"a", "b1", "c_x"};
  Random random(7);
  int checked = 0;
  for (int round = 0; round < 3000; ++round) {
    const auto tree = test::random_expression(random, names, 1 + static_cast<int>(random.below(5)));
    std::vector<double> x(3);
    for (double& v : x) v = random.uniform(-2, 2);
    const auto [value, gradient] = evaluate(tree.text, names, x);
    const auto scale = [](double v) { return 1e-9 * std::max(1.0, std::abs(v)); };
    for (std::size_t i = 0; i < 3; ++i) {
      std::vector<test::Dual> duals;
      for (std::size_t j = 0; j < 3; ++j) duals.push_back({x[j], i == j ? 1.0 : 0.0});
      const test::Dual expected = tree.evaluate(duals);
      if (std::abs(expected.v) > 1e8 || std::abs(expected.d) > 1e8) continue;
      // Different orders of summation over at most 2^6 operations whose values reach 1e8 relative to the result.
      ASSERT_NEAR(value, expected.v, scale(expected.v)) << tree.text;
      ASSERT_NEAR(gradient[i], expected.d, scale(expected.d)) << tree.text << " by " << names[i];
      ++checked;
    }
  }
  EXPECT_GT(checked, 8000);
}

TEST(Formula, TellsItsRounding) {
  const auto rounding = rounding_of(parse("1e10 + (x - 3)^2", {"x"}));
  EXPECT_NEAR(rounding(std::vector<double>{1.0}), 1e10 * 0x1p-53, 1e-9);
  EXPECT_EQ(rounding_of(parse("x", {"x"}))(std::vector<double>{0.1}), 0);
}

TEST(Formula, CopiesEvaluateSeparately) {
  const Function f = as_function(parse("x^2*y", {"x", "y"}));
  const Function g = f;
  std::vector<double> a(2), b(2);
  EXPECT_EQ(f(std::vector<double>{3, 2}, a), 18);
  EXPECT_EQ(g(std::vector<double>{1, 5}, b), 5);
  EXPECT_EQ(a, (std::vector<double>{12, 9}));
  EXPECT_EQ(b, (std::vector<double>{10, 1}));
}

TEST(Formula, ListsItsVariablesInOrder) {
  EXPECT_EQ(variables("100*(y-x^2)^2 + (1-x)^2 + sin(z_1)*pi + e"), (std::vector<std::string>{"y", "x", "z_1"}));
  EXPECT_TRUE(variables("1 + 2").empty());
  EXPECT_THROW(variables("x + "), Error);
}

TEST(NonFinite, IsExplainedByItsPlace) {
  const auto explain = [](std::string_view text, double x) {
    return parse(text, {"x"}).explain_non_finite(std::vector{x});
  };
  EXPECT_EQ(explain("2 + log(x - 3)", 1), "log(x - 3) at column 5: log of -2");
  EXPECT_EQ(explain("log(x)", 0), "log(x) at column 1: log of 0");
  EXPECT_EQ(explain("x + 1/(x-1)", 1), "1/(x-1) at column 5: division of 1 by zero");
  EXPECT_EQ(explain("x/0", 1), "x/0 at column 1: division of 1 by zero");
  EXPECT_EQ(explain("x + log(-1)", 1), "log(-1) at column 5: log of -1");
  EXPECT_EQ(explain("sqrt(x)", -4), "sqrt(x) at column 1: sqrt of -4");
  EXPECT_EQ(explain("asin(x)", 2), "asin(x) at column 1: asin of 2, which is not in [-1, 1]");
  EXPECT_EQ(explain("x^0.5", -2), "x^0.5 at column 1: -2 to the power 0.5 is not a real number");
  EXPECT_EQ(explain("x^-1", 0), "x^-1 at column 1: 0 to the power -1 divides by zero");
  EXPECT_EQ(explain("exp(x)", 1000), "exp(x) at column 1: exceeds the largest number (1.8e308)");
  EXPECT_EQ(explain("1 + sqrt(x)", 0), "sqrt(x) at column 5 has no finite derivative where its argument is 0");
  EXPECT_EQ(explain("x^2", NAN), "x is nan");
  EXPECT_EQ(explain("x^2", 3), "");
  EXPECT_EQ(explain("min(1, sqrt(x) + 2)", 0), "") << "the square root is not taken";
  EXPECT_EQ(explain("min(1, 1/x)", 0), "") << "the infinity is not taken";
  EXPECT_EQ(explain("min(1, 1/x) + log(x - 1)", 0), "log(x - 1) at column 15: log of -1");
}

TEST(Constraints, TakeTheFormOfMethods) {
  using Kind = talweg::Constraint::Kind;
  const auto disc = as_constraint(parse_constraint("x^2 + y^2 <= 1", {"x", "y"}));
  EXPECT_EQ(disc.kind, Kind::inequality);
  EXPECT_EQ(disc.name, "x^2 + y^2 <= 1");
  std::vector<double> g(2);
  EXPECT_EQ(disc.function(std::vector<double>{2, 1}, g), -4);
  EXPECT_EQ(g, (std::vector<double>{-4, -2}));

  const auto parabola = as_constraint(parse_constraint("-x^2+y>=0", {"x", "y"}));
  EXPECT_EQ(parabola.kind, Kind::inequality);
  EXPECT_EQ(parabola.function(std::vector<double>{2, 1}, g), -3);
  const auto line = as_constraint(parse_constraint("x = 2*y", {"x", "y"}));
  EXPECT_EQ(line.kind, Kind::equality);
  EXPECT_EQ(line.function(std::vector<double>{1, 1}, g), -1);
  EXPECT_EQ(constraint_variables("x = 2*t"), (std::vector<std::string>{"x", "t"}));
  EXPECT_EQ(parse_constraint("1 <= 1/x", {"x"}).formula.explain_non_finite(std::vector{0.0}),
            "1/x at column 6: division of 1 by zero");
}

TEST(Constraints, ErrorsNameTheColumn) {
  const auto message = [](std::string_view text) {
    try {
      parse_constraint(text, {"x", "y"});
    } catch (const Error& e) {
      return std::string(e.what());
    }
    return std::string("no error");
  };
  EXPECT_NE(message("x + y").find("column 6: a constraint compares two sides"), std::string::npos);
  EXPECT_NE(message("0 <= x <= 1").find("column 8: a second '<='"), std::string::npos);
  EXPECT_NE(message("x == 1").find("column 3: '==' is not used here: write ="), std::string::npos);
  EXPECT_NE(message("x < 1").find("column 3: '<' is not used here: write <="), std::string::npos);
  EXPECT_NE(message("x <=").find("column 5: the formula ends"), std::string::npos);
  EXPECT_NE(message("(x <= 1)").find("column 1: this '(' is never closed"), std::string::npos);
  EXPECT_NE(message("").find("the constraint is empty"), std::string::npos);
}

}  // namespace
}  // namespace talweg::formula
