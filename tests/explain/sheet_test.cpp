#include "talweg/explain/sheet.hpp"

#include "equations.hpp"
#include "talweg/explain/formula_sheet.hpp"
#include "talweg/explain/graph.hpp"
#include "talweg/explain/traced.hpp"
#include "talweg/optim/first_order/adabelief.hpp"

namespace talweg::explain {
namespace {

/// Puts a formula on a sheet and returns its one line.
Equation line_of(const std::string& text, std::vector<std::string> names, std::vector<double> x) {
  const formula::Formula f = formula::parse(text, names);
  Sheet sheet;
  std::vector<Sheet::Id> ids;
  for (std::size_t i = 0; i < x.size(); ++i) ids.push_back(sheet.symbol(symbol(names[i]), x[i]));
  sheet.define(symbol("f"), put(sheet, f, ids));
  return std::get<Equation>(sheet.take().at(0));
}

TEST(Sheet, KeepsTheOrderOfOperations) {
  for (const char* text : {"x - (y - z)",
                           "x/(y*z)",
                           "x/y/z",
                           "x*(y/z)",
                           "(x + y)*(x - z)",
                           "-x^2",
                           "(-x)^2",
                           "-(x + y)",
                           "x - -y",
                           "2^(x*y)",
                           "(x*y)^2",
                           "x^z^y",
                           "-x*y",
                           "x*-y",
                           "sqrt(x*x + 3) - abs(-y)",
                           "min(x, max(y, -z))",
                           "1 - x",
                           "2/x",
                           "x/2",
                           "exp(-x)/(1 + exp(-x))"}) {
    const std::vector<double> x{1.5, -0.7, 2.2};
    const std::vector<std::string> names{"x", "y", "z"};
    std::vector<std::string> used;
    std::vector<double> values;
    for (const auto& name : formula::variables(text)) {
      used.push_back(name);
      values.push_back(x[static_cast<std::size_t>(name[0] - 'x')]);
    }
    const Equation e = line_of(text, used, values);
    const double direct = formula::parse(text, used).evaluate(values);
    const double again = formula::parse(e.numbers.plain, {}).evaluate({});
    EXPECT_TRUE(same_bits(again, e.value)) << text << " as " << e.numbers.plain;
    EXPECT_NEAR(e.value, direct, 4e-16 * std::abs(direct)) << text;
  }
}

TEST(Sheet, WritesSymbolsAndLatex) {
  const Equation e = line_of("(x + 1)/(2*sqrt(y))", {"x", "y"}, {3, 4});
  EXPECT_EQ(e.symbols.plain, "(x + 1)/(2·√y)");
  EXPECT_EQ(e.symbols.latex, "\\frac{x + 1}{2 \\cdot \\sqrt{y}}");
  EXPECT_EQ(e.numbers.plain, "(3 + 1)/(2*sqrt(4))");
  EXPECT_EQ(e.value, 1);
  EXPECT_EQ(latex_symbol("β1"), "\\beta _{1}");
  EXPECT_EQ(latex_symbol("m\xCC\x82₁₂"), "\\hat{m}_{12}");
  EXPECT_EQ(number(1e-8).latex, "1 \\times 10^{-8}");
}

TEST(Traced, WhatIsAssignedToAVariableBecomesALine) {
  Sheet sheet;
  Traced m;
  m.become_variable(sheet, indexed("m", 0), indexed("m", 1), 2);
  const Traced g = Traced::symbol(sheet, "g", 3);
  m = Traced(0.5) * m + g;
  const Traced copy = m;
  Traced other = copy;
  other = other * g;
  const auto lines = sheet.take();
  ASSERT_EQ(lines.size(), 1u);
  const auto& e = std::get<Equation>(lines[0]);
  EXPECT_EQ(e.name.plain, "m₁");
  EXPECT_EQ(e.symbols.plain, "0.5·m₀ + g");
  EXPECT_EQ(e.numbers.plain, "0.5*2 + 3");
  EXPECT_EQ(other.value(), 12);
}

TEST(Traced, TheRuleOfTheContributingPageWritesItselfDown) {
  const AdaBelief rule{.learning_rate = 0.5};
  const StepContext first{1, 0.5, 0.5};
  Sheet sheet;
  Traced m, s, x = Traced::symbol(sheet, "x", 10);
  m.become_variable(sheet, indexed("m", 0), indexed("m", 1), 0);
  s.become_variable(sheet, indexed("s", 0), indexed("s", 1), 0);
  AdaBelief::Step<Traced>(rule, first)(x, Traced::symbol(sheet, "g", 20), m, s);
  double at = 10, moment = 0, deviation = 0;
  AdaBelief::Step<double>(rule, first)(at, 20, moment, deviation);
  EXPECT_EQ(x.value(), at);
  EXPECT_EQ(m.value(), moment);
  EXPECT_EQ(s.value(), deviation);
  EXPECT_EQ(sheet.take().size(), 2u);
  static_assert(AdaBelief::Step<Traced>::coefficients.size() * sizeof(Traced) == sizeof(AdaBelief::Step<Traced>));
}

TEST(Graph, CarriesTheDerivativesOfTheTape) {
  const std::string text = "x*y + sin(x)/y - max(x, y)^2 + exp(x*y)";
  const formula::Formula f = formula::parse(text, {"x", "y"});
  const std::vector<double> x{0.4, 1.7};
  std::vector<double> gradient(2);
  formula::Formula copy = f;
  const double value = copy.evaluate(x, gradient);
  Sheet sheet;
  const std::vector<Sheet::Id> ids{sheet.symbol(symbol("x"), x[0]), sheet.symbol(symbol("y"), x[1])};
  const Graph g = graph_of(sheet, put(sheet, f, ids), text, "f");
  for (std::size_t i = 0; i < 2; ++i) {
    const auto node = std::find_if(g.nodes.begin(), g.nodes.end(),
                                   [&](const GraphNode& n) { return n.label == (i == 0 ? "x" : "y"); });
    ASSERT_NE(node, g.nodes.end());
    EXPECT_EQ(node->gradient, text::brief(gradient[i], 6));
  }
  EXPECT_EQ(g.nodes.back().value, text::brief(value, 6));
  const std::string drawn = svg(g);
  EXPECT_EQ(drawn.find("nan"), std::string::npos);
  for (const GraphNode& n : g.nodes) EXPECT_NE(drawn.find("<text"), std::string::npos) << n.label;
}

}  // namespace
}  // namespace talweg::explain
