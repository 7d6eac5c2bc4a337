#include "talweg/formula/row_formula.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "columns.hpp"
#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/formula/functions.hpp"

namespace talweg {
namespace {

using formula::RowFormula;

/// Every operation and function, of parameters and columns on either side.
constexpr const char* expressions[]{
    "a*exp(-b*x)-y", "a+b",           "(a-x)/(b*w)", "x/b",         "3/(a*w)",     "-(a*x)",    "2-b*x",
    "(a*x)^2",       "(a*x)^3",       "w^a",         "2^(a*x)",     "(a*w)^2.5",   "log(a*w)",  "sqrt(a*w)",
    "sin(a*x)",      "cos(b+x)",      "tan(a*x)",    "tanh(b*x)",   "sinh(a*y)",   "cosh(b*x)", "asin(a*x/4)",
    "acos(a*y/4)",   "atan(b*w)",     "abs(b*x)",    "min(a*x, y)", "max(a*x, b)", "relu(a*x)", "sigmoid(b*x)",
    "softplus(b*y)", "log10(a*w)",    "log2(a*w)",   "log1p(a*w)",  "expm1(b*x)",  "erf(a*x)",  "sign(b*x)+a",
    "atan2(b*x, w)", "hypot(a*x, y)", "a*a*x + a",   "x*y+0*a"};

TEST(RowFormula, EachRowIsWhatTheFormulaGivesToTheLastBit) {
  constexpr std::size_t rows = 37;
  const formula::Columns data = test::random_columns(rows);
  const std::vector<double> at{0.75, -1.25};
  for (const char* text : expressions) {
    if (std::string_view(text) == "a+b") continue;  // no column
    SCOPED_TRACE(text);
    RowFormula f(text, {"a", "b"}, data);
    std::vector<double> r(rows), J(rows * 2), values(rows - 3);
    f.jacobian(at, 0, r, J);
    f.values(at, 3, values);
    formula::Formula one = formula::parse(text, {"a", "b", "x", "y", "w"});
    for (std::size_t i = 0; i < rows; ++i) {
      std::vector<double> g(5);
      const double v =
          one.evaluate(std::vector<double>{at[0], at[1], data.values[0][i], data.values[1][i], data.values[2][i]}, g);
      EXPECT_EQ(r[i], v);
      EXPECT_EQ(J[2 * i], g[0]);
      EXPECT_EQ(J[2 * i + 1], g[1]);
      if (i >= 3) EXPECT_EQ(values[i - 3], v);
    }
  }
}

/// Each function and operator of a parameter and a column, then inside of what is steep or flat there.
std::vector<std::string> every_operation() {
  std::vector<std::string> out;
  for (const formula::FunctionName& f : formula::all_functions()) {
    const std::string name(f.name);
    if (f.arguments == 1) {
      out.push_back(name + "(a*x)");
    } else {
      out.push_back(name + "(a, x)");
      out.push_back(name + "(x, a)");
    }
  }
  for (const char* more : {"a+x", "a-x", "a*x", "a/x", "x/a", "1/(a*x)", "a^x", "x^a", "(a*x)^2", "(a*x)^3", "(a*x)^-1",
                           "(a*x)^0.5", "(a*x)^0", "2^(a*x)", "0^(a*x)", "-(a*x)"})
    out.emplace_back(more);
  const std::size_t plain = out.size();
  for (std::size_t i = 0; i < plain; ++i)
    for (const auto& [before, behind] :
         {std::pair{"sqrt(", ")^2"}, {"relu(", ")"}, {"abs(", ")"}, {"min(1, ", ")"}, {"max(0, ", ")^0.5"}})
      out.push_back(before + out[i] + behind);
  return out;
}

bool same(double a, double b) { return std::isnan(a) ? std::isnan(b) : a == b; }

TEST(RowFormula, LanesAgreeWithTheTapeAtSpecialPoints) {
  std::vector<double> points;
  for (const double p : {0.0, 5e-324, 1e-300, 1e-17, 0.5, 1.0, 2.0, 710.0, 1e17, 1e300, HUGE_VAL})
    points.insert(points.end(), {p, -p});
  const formula::Columns data = test::columns({{"x", points}});
  for (const std::string& text : every_operation()) {
    RowFormula f(text, {"a"}, data);
    formula::Formula one = formula::parse(text, {"a", "x"});
    for (const double a : {0.0, -0.0, 1.0, -1.0, 0.5, 1e300}) {
      std::vector<double> r(points.size()), J(points.size()), g(2);
      f.jacobian(std::vector<double>{a}, 0, r, J);
      for (std::size_t i = 0; i < points.size(); ++i) {
        const double v = one.evaluate(std::vector<double>{a, points[i]}, g);
        ASSERT_TRUE(same(r[i], v)) << text << " at a = " << a << ", x = " << points[i] << ": " << r[i] << ", " << v;
        ASSERT_TRUE(same(J[i], g[0])) << text << " by a = " << a << ", x = " << points[i] << ": " << J[i] << ", "
                                      << g[0];
      }
    }
  }
}

TEST(RowFormula, ThreadsAndPartsChangeNoBit) {
  constexpr std::size_t rows = 5000;
  const formula::Columns data = test::random_columns(rows);
  const std::vector<double> at{0.75, -1.25};
  std::vector<double> r(rows), J(rows * 2);
  RowFormula("a*exp(-b*x)-y", {"a", "b"}, data).jacobian(at, 0, r, J);
  for (const int threads : {2, 3, 8}) {
    RowFormula f("a*exp(-b*x)-y", {"a", "b"}, data, threads);
    std::vector<double> other(rows), slopes(rows * 2);
    f.jacobian(at, 0, other, slopes);
    EXPECT_EQ(other, r);
    EXPECT_EQ(slopes, J);
    std::vector<double> some(1111), few(2222);
    f.jacobian(at, 777, some, few);
    EXPECT_TRUE(std::equal(some.begin(), some.end(), r.begin() + 777));
    EXPECT_TRUE(std::equal(few.begin(), few.end(), J.begin() + 2 * 777));
  }
}

TEST(RowFormula, RoundingIsThatOfTheFormula) {
  const formula::Columns data = test::random_columns(20);
  const RowFormula f("a*exp(-b*x)-y", {"a", "b"}, data);
  std::vector<double> error(7);
  f.roundings(std::vector<double>{0.75, -1.25}, 3, error);
  formula::Formula one = formula::parse("a*exp(-b*x)-y", {"a", "b", "x", "y"});
  for (std::size_t i = 0; i < error.size(); ++i)
    EXPECT_EQ(error[i], one.rounding(std::vector<double>{0.75, -1.25, data.values[0][i + 3], data.values[1][i + 3]}));
}

TEST(RowFormula, WithoutAColumnEachRowIsTheSame) {
  RowFormula f("a^2", {"a"}, test::columns({{"x", {1, 2}}}));
  std::vector<double> r(2), J(2);
  f.jacobian(std::vector<double>{3}, 0, r, J);
  EXPECT_EQ(r, (std::vector<double>{9, 9}));
  EXPECT_EQ(J, (std::vector<double>{6, 6}));
}

TEST(RowFormula, SlopesAtTheEdgeOfADomainAreTheirLimits) {
  RowFormula f("sqrt(a*x)^2", {"a"}, test::columns({{"x", {1, 3}}}));
  std::vector<double> r(2), J(2);
  f.jacobian(std::vector<double>{0}, 0, r, J);
  EXPECT_DOUBLE_EQ(J[0], 1);
  EXPECT_DOUBLE_EQ(J[1], 3);
}

TEST(RowFormula, RefusesWhatIsOneNumber) {
  const formula::Columns data = test::columns({{"x", {1, 2}}});
  EXPECT_TRUE(testing::contains(testing::message_of<Error>([&] { RowFormula("mean(a*x)", {"a"}, data); }),
                                "make one number, where one for each row is wanted"));
  RowFormula f("log(a*x)", {"a"}, test::columns({{"x", {1, -2}}}));
  EXPECT_EQ(f.explain_non_finite(std::vector<double>{1}), "log(a*x) at column 1: log of -2, in row 2");
  EXPECT_EQ(f.used_columns(), std::vector<std::string>{"x"});
}

}  // namespace
}  // namespace talweg
