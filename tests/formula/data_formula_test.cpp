#include "talweg/formula/data_formula.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "columns.hpp"
#include "support/files.hpp"
#include "talweg/base/error.hpp"

namespace talweg {
namespace {

using formula::DataFormula;
using test::columns;
using test::random_columns;
using testing::contains;
using Names = std::vector<std::string>;

struct Case {
  const char* text;  ///< over x, y and w, of a and b
  const char* term;  ///< what stands inside its mean or sum
  bool mean;
};
constexpr Case cases[]{
    {"mean((a+b*x-y)^2)", "(a+b*x-y)^2", true},
    {"sum(w*abs(a*x-y))", "w*abs(a*x-y)", false},
    {"mean(x)", "x", true},
    {"mean(softplus(-y*(a+b*x)))", "softplus(-y*(a+b*x))", true},
    {"sum(max(a*x, b) + min(y, a))", "max(a*x, b) + min(y, a)", false},
    {"mean(b*exp(-a*w)*sin(x) - a^3 + 2^b)", "b*exp(-a*w)*sin(x) - a^3 + 2^b", true},
    {"mean(a*x*a*x + sigmoid(b*a))", "a*x*a*x + sigmoid(b*a)", true},
    {"sum(pow(w, a) + atan2(b*x, w) + hypot(a, y))", "pow(w, a) + atan2(b*x, w) + hypot(a, y)", false}};

const std::vector<double> at{0.75, -1.25};

TEST(DataFormula, IsTheSumOfWhatEachRowGivesWithItsGradient) {
  for (const Case& c : cases)
    for (const std::size_t rows : {1, 2, 15, 16, 17, 300, 512, 513, 2100}) {
      SCOPED_TRACE(std::string(c.text) + ", rows " + std::to_string(rows));
      const formula::Columns data = random_columns(rows);
      DataFormula f(c.text, {"a", "b"}, data);
      std::vector<double> gradient(2);
      const double value = f.evaluate(at, gradient);
      formula::Formula one = formula::parse(c.term, {"a", "b", "x", "y", "w"});
      long double sum = 0, size = 0, slopes[2] = {0, 0}, slope_size = 0;
      for (std::size_t i = 0; i < rows; ++i) {
        const std::vector<double> in{at[0], at[1], data.values[0][i], data.values[1][i], data.values[2][i]};
        std::vector<double> g(5);
        const double v = one.evaluate(in, g);
        sum += v, size += std::abs(v);
        for (std::size_t k = 0; k < 2; ++k) slopes[k] += g[k], slope_size += std::abs(g[k]);
      }
      const long double share = c.mean ? 1.0L / static_cast<long double>(rows) : 1;
      constexpr double unit = std::numeric_limits<double>::epsilon();
      // 32 additions in a lane, 15 between lanes, three levels of the tree, and the division, half a unit each.
      EXPECT_NEAR(value, static_cast<double>(sum * share), 40 * unit * static_cast<double>(size * share));
      for (std::size_t k = 0; k < 2; ++k)
        EXPECT_NEAR(gradient[k], static_cast<double>(slopes[k] * share),
                    40 * unit * static_cast<double>(slope_size * share) + 1e-300);
      EXPECT_EQ(f.evaluate(at), value) << "the value alone";
      EXPECT_LE(std::abs(value - static_cast<double>(sum * share)), f.rounding(at));
    }
}

TEST(DataFormula, BlocksAndThreadsChangeNoBit) {
  for (const Case& c : cases)
    for (const std::size_t rows : {1, 31, 512, 1025, 5000}) {
      const formula::Columns data = random_columns(rows);
      DataFormula f(c.text, {"a", "b"}, data);
      std::vector<double> expected(2), got(2);
      const double value = f.evaluate(at, expected);
      for (const std::size_t block : {16, 48, 128, 512})
        for (const int threads : {1, 2, 3}) {
          SCOPED_TRACE(std::string(c.text) + ", block " + std::to_string(block) + ", rows " + std::to_string(rows));
          DataFormula other(c.text, {"a", "b"}, data, threads);
          other.set_block(block);
          EXPECT_EQ(other.evaluate(at, got), value);
          EXPECT_EQ(got, expected);
        }
    }
}

TEST(DataFormula, RowsOfAListAreThoseRows) {
  const formula::Columns data = random_columns(700);
  DataFormula f("mean((a+b*x-y)^2)", {"a", "b"}, data);
  std::vector<std::uint32_t> all(700);
  std::iota(all.begin(), all.end(), 0u);
  std::vector<double> g(2), h(2);
  EXPECT_EQ(f.evaluate(at, all, g), f.evaluate(at, h));
  EXPECT_EQ(g, h);
  const std::vector<std::uint32_t> two{5, 3};
  double expected = 0;
  for (const auto r : two) expected += std::pow(at[0] + at[1] * data.values[0][r] - data.values[1][r], 2) / 2;
  EXPECT_DOUBLE_EQ(f.evaluate(at, two, g), expected);
  // Of the sum over all rows, that over two is the estimate.
  DataFormula sum("sum((a+b*x-y)^2)", {"a", "b"}, data);
  EXPECT_DOUBLE_EQ(sum.evaluate(at, two, h), 700 * expected);
  for (std::size_t k = 0; k < 2; ++k) EXPECT_DOUBLE_EQ(h[k], 700 * g[k]);
}

TEST(DataFormula, TotalsStandInFormulasAndInOtherTotals) {
  const formula::Columns data = columns({{"x", {1, 2, 3, 6}}});
  EXPECT_DOUBLE_EQ(DataFormula("mean((x-mean(x))^2)+0*a", {"a"}, data).evaluate(std::vector<double>{1}), 3.5);
  DataFormula f("sqrt(mean((a*x-mean(a^2*x))^2)) + 0.1*a^2", {"a"}, data);
  std::vector<double> g(1);
  const double a = 0.7, h = 1e-6;
  f.evaluate(std::vector<double>{a}, g);
  const double above = f.evaluate(std::vector<double>{a + h}), below = f.evaluate(std::vector<double>{a - h});
  EXPECT_NEAR(g[0], (above - below) / (2 * h), 1e-8);
}

TEST(DataFormula, SlopesAtTheEdgeOfADomainAreTheirLimits) {
  DataFormula f("mean(sqrt(a*x)^2)", {"a"}, columns({{"x", {1, 3}}}));
  std::vector<double> g(1);
  EXPECT_EQ(f.evaluate(std::vector<double>{0}, g), 0);
  EXPECT_DOUBLE_EQ(g[0], 2);
}

TEST(DataFormula, ANumberThatIsNoneIsNamedWithItsRow) {
  DataFormula f("mean(log(a*x))", {"a"}, columns({{"x", {1, 3, -2, 4}}}));
  EXPECT_EQ(f.explain_non_finite(std::vector<double>{1}), "log(a*x) at column 6: log of -2, in row 3");
  EXPECT_EQ(f.explain_non_finite(std::vector<double>{1}, std::vector<std::uint32_t>{0, 1}), "");
  DataFormula whole("1/mean(a*x)", {"a"}, columns({{"x", {1, -1}}}));
  EXPECT_TRUE(contains(whole.explain_non_finite(std::vector<double>{1}), "division of 1 by zero"));
}

TEST(DataFormula, ARowFarOutDoesNotSpoilTheGradientOfTheOthers) {
  DataFormula f("mean((y-1/(1+exp(-a*x)))^2)", {"a"}, columns({{"x", {1, -900}}, {"y", {1, 0}}}));
  DataFormula built_in("mean((y-sigmoid(a*x))^2)", {"a"}, columns({{"x", {1, -900}}, {"y", {1, 0}}}));
  std::vector<double> g(1), h(1);
  EXPECT_DOUBLE_EQ(f.evaluate(std::vector<double>{1}, g), built_in.evaluate(std::vector<double>{1}, h));
  EXPECT_DOUBLE_EQ(g[0], h[0]);
  DataFormula soft("mean(softplus(a*x))", {"a"}, columns({{"x", {1e6, -1e6}}}));
  EXPECT_EQ(soft.evaluate(std::vector<double>{1}, g), 5e5);
  EXPECT_EQ(g[0], 5e5);
}

TEST(DataFormula, CopiesRunSideBySide) {
  const formula::Columns data = random_columns(100);
  DataFormula f("mean((a+b*x-y)^2)", {"a", "b"}, data);
  const double value = f.evaluate(at);
  DataFormula copy = f;
  copy.evaluate(std::vector<double>{9, 9});
  EXPECT_EQ(f.evaluate(at), value);
  EXPECT_EQ(copy.evaluate(at), value);
}

TEST(DataFormula, AColumnOfAnyNameStandsInBackquotes) {
  const formula::Columns data = columns({{"size in m", {1, 2}}, {"e", {3, 5}}, {"2nd", {1, 4}}, {"α₁", {2, 2}}});
  const auto value = [&](const char* text) { return DataFormula(text, {"a"}, data).evaluate(std::vector<double>{2}); };
  EXPECT_EQ(value("mean(a*`size in m`)"), 3);
  EXPECT_EQ(value("sum(`e`)"), 8);
  EXPECT_EQ(value("sum(`2nd`^2*a)"), 34);
  EXPECT_EQ(value("sum(`α1` + α₁)"), 8);
  const auto refusal = [&](const char* text) {
    return testing::message_of<Error>([&] { DataFormula(text, {"a"}, data); });
  };
  EXPECT_TRUE(contains(refusal("mean(a*`size`)"), "`size` is no column of points.csv (size in m, e, 2nd and α1)"));
  EXPECT_TRUE(contains(refusal("mean(a*`size in m)"), "column 8: this ` is never closed"));
  EXPECT_TRUE(contains(refusal("mean(a*``)"), "should stand between these backquotes"));
  EXPECT_TRUE(contains(refusal("mean(`a`*`e`)"), "`a` is no column"));
  EXPECT_TRUE(contains(refusal("mean(a*size_in_m)"), "did you mean `size in m`, in backquotes?"));
  EXPECT_TRUE(contains(refusal("mean(`e`(a))"), "an operator is missing before '('"));
  EXPECT_TRUE(contains(testing::message_of<Error>([] { (void)formula::parse("`x`^2", {"x"}); }),
                       "`x`: a name in backquotes is a column of a file, and there is none"));
}

struct Refused {
  const char* text;
  Names parameters;
  const char* why;
};

TEST(DataFormula, WhatCannotBeIsRefusedInOneLine) {
  const formula::Columns data = columns({{"x", {1, 2}}, {"y", {2, 4}}});
  const std::vector<Refused> refused{
      {"(a*x-y)^2", {"a"}, "the column 'x' stands outside of mean(…) and sum(…), so the formula has a number for each"},
      {"mean(a*x)+y", {"a"}, "the column 'y' stands outside"},
      {"a^2", {"a"}, "the formula uses no column of points.csv (x and y)"},
      {"mean(a)", {"a"}, "mean(…) holds no column of points.csv, so it is one number: leave mean out"},
      {"mean(a*x, y)", {"a"}, "mean(…) takes one argument"},
      {"mean(a*x*c)",
       {"a"},
       "unknown name 'c': it is neither a column of points.csv (x and y) nor a parameter with a "
       "start (a)"},
      {"mean(a*x*slop)", {"a", "slope"}, "did you mean 'slope'?"},
      {"mean(x*a)", {"a", "x"}, "'x' is a column of points.csv, and a column is no parameter"},
      {"mean a*x", {"a"}, "the function 'mean' needs its argument in parentheses"},
      {"mean(a*x", {"a"}, "this '(' is never closed"},
      {"mean(x[1]*a)", {"a"}, "unknown name 'x[1]'"}};
  for (const Refused& r : refused)
    EXPECT_TRUE(contains(testing::message_of<Error>([&] { DataFormula(r.text, r.parameters, data); }), r.why));
  EXPECT_TRUE(contains(testing::message_of<Error>([&] {
                         DataFormula("mean(a*x)", {"a"}, columns({{"x", {}}}));
                       }),
                       "points.csv: holds no rows"));
  EXPECT_TRUE(
      contains(testing::message_of<Error>([&] {
                 DataFormula("mean(a*e)", {"a"}, columns({{"e", {1}}}));
               }),
               "'e' is a column of points.csv and the constant 2.71828: of the column write `e` in backquotes"));
  EXPECT_TRUE(contains(testing::message_of<Error>([] { (void)formula::parse("mean(x^2)", {"x"}); }),
                       "mean(…) goes over the rows of a file"));
}

}  // namespace
}  // namespace talweg
