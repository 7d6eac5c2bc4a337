#include "talweg/formula/row_formula.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "columns.hpp"
#include "support/files.hpp"
#include "talweg/base/error.hpp"

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
  EXPECT_TRUE(testing::contains(testing::message_of<Error>([&] { RowFormula("a^2", {"a"}, data); }),
                                "uses no column of points.csv"));
  RowFormula f("log(a*x)", {"a"}, test::columns({{"x", {1, -2}}}));
  EXPECT_EQ(f.explain_non_finite(std::vector<double>{1}), "log(a*x) at column 1: log of -2, in row 2");
  EXPECT_EQ(f.used_columns(), std::vector<std::string>{"x"});
}

}  // namespace
}  // namespace talweg
