#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/formula/formula.hpp"

/// Indexed variables, sums over an index, Greek names and the signs of typeset formulas.
namespace talweg::formula {
namespace {

using testing::contains;
using Names = std::vector<std::string>;

double value(std::string_view text, Names names, std::vector<double> x) {
  return parse(text, std::move(names)).evaluate(x);
}

std::string error(std::string_view text, Names names = {"x", "y"}) {
  return testing::message_of<Error>([&] { (void)parse(text, std::move(names)); });
}

TEST(Grammar, SumsAreTheirTermsWrittenOut) {
  Names names;
  std::vector<double> x;
  std::string written;
  for (int i = 1; i <= 10; ++i) names.push_back(text::cat("x[", i, "]")), x.push_back(-1.2 + 0.3 * i);
  for (int i = 1; i <= 9; ++i)
    written += text::cat(i == 1 ? "" : "+", "(100*(x[", i + 1, "]-x[", i, "]^2)^2+(1-x[", i, "])^2)");
  Formula sum = parse("sum(i=1:9, 100*(x[i+1]-x[i]^2)^2+(1-x[i])^2)", names), out = parse(written, names);
  std::vector<double> g(10), h(10);
  EXPECT_EQ(sum.evaluate(x, g), out.evaluate(x, h));
  EXPECT_EQ(g, h);
  EXPECT_EQ(variables("sum(i=1:3, i*x[i]) + y"), (Names{"x[1]", "x[2]", "x[3]", "y"}));
}

TEST(Grammar, SumsStandInSumsAndTheirIndexIsANumber) {
  EXPECT_EQ(value("sum(i=1:4, i^2)", {}, {}), 30);
  EXPECT_EQ(value("sum(i=1:3, sum(j=i:3, i*j))", {}, {}), 1 + 2 + 3 + 4 + 6 + 9);
  EXPECT_EQ(value("sum(i=1:3, sum(j=1:i-1, x))", {"x"}, {5}), 15) << "an inner sum may be empty";
  EXPECT_EQ(value("2*sum(k = 0:2, x^k) - 1", {"x"}, {3}), 25);
  EXPECT_EQ(value("sum(i=2:2, x)", {"x"}, {7}), 7);
  EXPECT_EQ(value("x[2*3-1] + x[0]", {"x[5]", "x[0]"}, {1, 2}), 3);
  EXPECT_EQ(value("sum(θ=1:2, θ*x[θ])", {"x[1]", "x[2]"}, {10, 100}), 210);
}

TEST(Grammar, GreekNamesSubscriptsAndSignsOfTypesetFormulas) {
  EXPECT_EQ(value("θ₀ + θ₁·x", {"θ0", "θ1", "x"}, {1, 2, 3}), 7);
  EXPECT_EQ(value("α₁ + α1", {"α₁"}, {4}), 8) << "one name, written in two ways";
  EXPECT_EQ(variables("σ²·λ − µ + μ + φ12a + x₁₀"), (Names{"σ", "λ", "μ", "φ12a", "x10"}));
  EXPECT_EQ(value("x² + x³", {"x"}, {3}), 36);
  EXPECT_EQ(value("-x²", {"x"}, {3}), -9);
  EXPECT_EQ(value("x⁻¹ + 2²", {"x"}, {4}), 4.25);
  EXPECT_EQ(value("x¹² − x⁰", {"x"}, {2}), 4095);
  EXPECT_EQ(value("√x + √(x+5) + √4·2", {"x"}, {4}), 9);
  EXPECT_EQ(value("√x²", {"x"}, {9}), 9);
  EXPECT_EQ(value("x ⋅ 2 – 1", {"x"}, {3}), 5);
  EXPECT_EQ(value("2·π", {}, {}), 2 * std::numbers::pi);
  EXPECT_EQ(plain_name("β₁₀x"), "β10x");
}

TEST(Grammar, ErrorsAreOneLineWithTheColumnInCharacters) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"θ₁·x + q", "column 1: unknown name 'θ1'"},
      {"x² + √q", "column 7: unknown name 'q'"},
      {"x[1]", "column 1: unknown name 'x[1]': the variables are x and y"},
      {"x[y]", "column 3: an index is a whole number that is known beforehand"},
      {"x[1.5]", "column 3: an index is 1.5: expected a whole number"},
      {"x[-1]", "column 2: the index -1 of 'x' is below 0"},
      {"x[1", "column 2: this '[' is never closed"},
      {"x[1,2]", "column 4: found ',' where ']' should stand"},
      {"sum(i=1:y, x)", "column 9: a limit of a sum is a whole number"},
      {"sum(i=1:2.5, x)", "column 9: a limit of a sum is 2.5"},
      {"sum(i=5:1, x)", "column 5: the sum from 5 to 1 has no terms"},
      {"sum(i=1:3 x)", "column 11: found 'x' where ',' should stand: a sum over an index is written sum(i=1:9"},
      {"sum(i=1, x)", "column 8: found ',' where ':' should stand"},
      {"sum(i=1:3, x", "column 4: this '(' is never closed"},
      {"sum(i=1:3, sum(i=1:2, x))", "column 16: 'i' is the index of a sum around this one"},
      {"sum(e=1:3, x)", "column 5: 'e' cannot be the index of a sum"},
      {"sum(i=1:3, i(x))", "column 12: 'i' is not a function"},
      {"sum(i=1:2000000, x)", "column 5: sums of more than 1000000 terms"},
      {"sum(i=1:1e99, x)", "column 9: a limit of a sum is 1e+99"},
      {"sum(x^2)", "column 1: sum(…) goes over the rows of a file, which data names; a sum over an index is written"},
      {"sum + x", "column 1: the function 'sum' needs its argument in parentheses"},
      {"x:y", "column 2: ':' outside the limits of a sum"},
      {"i + sum(i=1:2, x)", "column 1: unknown name 'i'"}};
  for (const auto& [text, expected] : cases) {
    const std::string message = error(text);
    EXPECT_TRUE(contains(message, expected)) << text;
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
  for (const char* name : {"x[", "x[]", "x[a]", "x[01]", "[1]", "₁x", "x y", "sum", "mean", "erf", "π"})
    EXPECT_THROW(check_variable_name(name), Error) << name;
  for (const char* name : {"x[0]", "x[10]", "θ", "θ₁", "Ωx_2"}) EXPECT_NO_THROW(check_variable_name(name)) << name;
}

TEST(Grammar, ASuperscriptRaisesWhatStandsBeforeItAlone) {
  EXPECT_EQ(value("5²-1", {}, {}), 24);
  EXPECT_EQ(value("5²+1", {}, {}), 26);
  EXPECT_EQ(value("3²*2", {}, {}), 18);
  EXPECT_EQ(value("2*3²", {}, {}), 18);
  EXPECT_EQ(value("2^3²", {}, {}), 512) << "as 2^3^2";
}

TEST(Grammar, ANameIsNeverReadAsAShorterOneTimesANumber) {
  EXPECT_TRUE(contains(error("var123 + 100", {"var1"}), "unknown name 'var123'"));
  EXPECT_TRUE(contains(error("x(x+1)", {"x"}), "'x' is not a function"));
}

TEST(Grammar, TheAngleHasItsSlopeOnTheAxis) {
  Formula f = parse("atan2(y, x)", {"x", "y"});
  std::vector<double> g(2);
  EXPECT_EQ(f.evaluate(std::vector<double>{1, 0}, g), 0);
  EXPECT_EQ(g, (std::vector<double>{0, 1}));
}

TEST(Grammar, ManyIndexedVariablesAreReadAtOnce) {
  Names names;
  for (int i = 1; i <= 50000; ++i) names.push_back(text::cat("x[", i, "]"));
  Formula f = parse("sum(i=1:49999, (x[i+1]-x[i])^2)", names);
  std::vector<double> x(names.size()), g(names.size());
  x[7] = 1;
  EXPECT_EQ(f.evaluate(x, g), 2);
  EXPECT_EQ(g[7], 4);
}

}  // namespace
}  // namespace talweg::formula
