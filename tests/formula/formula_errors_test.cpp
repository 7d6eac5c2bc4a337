#include <gtest/gtest.h>

#include <string>

#include "formula/evaluated.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/random.hpp"

/// What is no formula is told in one line, at its place.
namespace talweg::formula {
namespace {

std::string error(std::string_view text, std::vector<std::string> names = {"x", "y"}) {
  try {
    parse(text, std::move(names));
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

TEST(FormulaErrors, NameColumnAndToken) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"x + zeta", "column 5: unknown name 'zeta': the variables are x and y"},
      {"x + * 2", "column 5: found '*'"},
      {"x ** 2", "column 3: '**' is not used here: write ^"},
      {"x +", "column 4: the formula ends where"},
      {"2x", "column 2: an operator is missing before 'x'"},
      {"x y", "column 3: an operator is missing before 'y'"},
      {"(x + 1", "column 1: this '(' is never closed"},
      {"((x + 1)*y", "column 1: this '(' is never closed"},
      {"x + 1)", "column 6: ')' without a '('"},
      {"sinn(x)", "column 1: unknown function 'sinn': did you mean 'sin' or 'sinh'?"},
      {"ln(x)", "did you mean 'log'?"},
      {"sin x", "column 1: the function 'sin' needs its argument in parentheses"},
      {"x(2)", "column 1: 'x' is not a function: a product is written x*(…)"},
      {"max(x)", "column 1: max takes 2 arguments, and 1 is given"},
      {"sin(x, y)", "column 1: sin takes 1 argument, and 2 are given"},
      {"sin()", "column 1: sin takes 1 argument, and 0 are given"},
      {"x, y", "column 2: ',' outside"},
      {"1e999 * x", "column 1: the number 1e999 is too large"},
      {"x $ y", "column 3: unexpected character '$'"},
      {"x×y", "column 2: '×' is not used here: write *"},
      {"θ + x", "column 1: unknown name 'θ': the variables are x and y"},
      {"x²³ + q", "column 7: unknown name 'q'"},
      {"x²^2", "column 3: a power of a power needs parentheses"},
      {"[x]", "column 1: '[' is not used here: write ("},
      {"(x)[1]", "column 4: '[' is not used here: write ("},
      {"x]", "column 2: ']' without a '['"},
      {"∑(x)", "column 1: '∑' is not used here: write sum(i=1:9, …)"},
      {"Σ(x)", "column 1: unknown function 'Σ': did you mean 'sum'?"},
      {"sgn(x)", "column 1: unknown function 'sgn': did you mean 'sign'?"},
      {"x <= 1", "column 3: '<=' makes a constraint"},
      {"x < 1", "column 3: '<' is not used here: write <="},
      {"|x|", "column 1: |x| is written abs(x)"},
      {"y + |x - 2| * 3", "column 5: |x - 2| is written abs(x - 2)"},
      {"x | y", "column 3: |x| is written abs(x)"},
      {"x > 0 ? x : -x", "column 3: formulas know no cases: a kink is written with abs, min or max"},
      {"if(x > 0, x, -x)", "column 1: formulas know no cases: a kink is written with abs, min or max"},
      {"2*where (x > 0, x, y)", "column 3: formulas know no cases"},
      {"x ? y : 1", "column 3: formulas know no cases"},
      {"1.2.3", "column 4: an operator is missing before '.3'"},
      {".", "column 1: unexpected character '.'"},
      {"", "the formula is empty"},
      {"   ", "the formula is empty"}};
  for (const auto& [text, expected] : cases) {
    const std::string message = error(text);
    EXPECT_NE(message.find(expected), std::string::npos) << text << " gives: " << message;
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
}

TEST(FormulaErrors, ColumnsCountCharactersNotBytes) {
  EXPECT_NE(error("x − y − q").find("column 9: unknown name 'q'"), std::string::npos);
}

TEST(FormulaErrors, DeepNestingIsRefusedNotOverflowed) {
  const auto repeat = [](std::string_view piece, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += piece;
    return out;
  };
  for (const std::string& text : {repeat("(", 100000) + "x", repeat("-", 100000) + "x", "x" + repeat("^x", 100000),
                                  repeat("sin(", 100000) + "x", repeat("(-", 100000) + "x"})
    EXPECT_NE(error(text).find("nested more than 500 deep"), std::string::npos) << text.substr(0, 10);
  EXPECT_EQ(value(repeat("(", 400) + "x" + repeat(")", 400), 3), 3);
  // A long sum is not deep.
  EXPECT_EQ(value("x" + repeat("+x", 100000), 1), 100001);
}

TEST(FormulaErrors, AnyTextIsReadOrRefusedWithAPlace) {
  const std::vector<std::string> pieces{"x", "y",  "z", "sin", "max", "pow", "(",  ")",  "((",   ",",
                                        "+", "-",  "*", "/",   "^",   "1",   ".5", "2e", "e",    "pi",
                                        " ", "<=", "=", "**",  "1e5", "$",   "é",  "²",  "sin(", "max(x,"};
  Random random(3);
  int parsed = 0;
  for (int round = 0; round < 50000; ++round) {
    std::string text;
    for (std::uint64_t k = 1 + random.below(8); k > 0; --k) text += pieces[random.below(pieces.size())];
    const std::string message = error(text);
    if (message == "no error") {
      ++parsed;
      EXPECT_NO_THROW(evaluate(text, {"x", "y"}, {0.3, 0.7})) << text;
    } else if (message.find("the formula is empty") == std::string::npos) {
      const auto at = message.find(", column ");
      ASSERT_NE(at, std::string::npos) << message;
      EXPECT_LE(std::stoul(message.substr(at + 9)), text.size() + 1) << message;
    }
  }
  EXPECT_GT(parsed, 500);
}

TEST(FormulaErrors, RefusesNamesThatMeanSomethingElse) {
  EXPECT_NE(error("e + 1", {"e"}).find("'e' cannot name a variable: in formulas it is the constant 2.71828"),
            std::string::npos);
  EXPECT_NE(error("pi", {"pi"}).find("constant 3.14159"), std::string::npos);
  EXPECT_NE(error("min", {"min"}).find("'min' cannot name a variable: in formulas it is a function"),
            std::string::npos);
  EXPECT_NE(error("x", {"x", "x"}).find("'x' is named twice"), std::string::npos);
  EXPECT_NE(error("x", {"2x"}).find("'2x' cannot name a variable"), std::string::npos);
  EXPECT_NE(error("x", {""}).find("'' cannot name a variable"), std::string::npos);
}

}  // namespace
}  // namespace talweg::formula
