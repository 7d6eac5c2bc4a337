#include <gtest/gtest.h>

#include <algorithm>

#include "talweg/explain/neuron.hpp"

namespace talweg::explain {
namespace {

Graph neuron() { return explain_neuron(Neuron::parse("x=1,-2,3 w=-3,-1,2 b=1 activation=relu")).graph; }

std::size_t known(const Graph& g, std::string GraphNode::*member) {
  return static_cast<std::size_t>(
      std::ranges::count_if(g.nodes, [&](const GraphNode& n) { return !(n.*member).empty() && n.*member != "?"; }));
}

/// One blank where there are several: how wide the columns are does not matter here.
std::string squeezed(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' || out.empty() || out.back() != ' ') out += c;
  return out;
}

TEST(Tree, ShowsEachNodeBelowWhatIsMadeOfIt) {
  const std::string shown = squeezed(tree(neuron()));
  for (const char* part :
       {"y = relu 6 1\n└─ z = Σ 6 1 1\n ├─ w1·x1 -3 1 1\n │ ├─ w1 -3 1 1\n", " │ ├─ w2 -1 -2 -2\n", " └─ b 1 1 1\n"})
    EXPECT_NE(shown.find(part), std::string::npos) << shown;
}

/// x·x twice: the second time its operands are not repeated.
TEST(Tree, WhatIsUsedTwiceIsShownOnce) {
  Graph g{.title = "shared", .nodes = {}, .edges = {}};
  const auto x = g.add("x", 3, 12, GraphNode::Kind::input), square = g.add("x²", 9, 2), sum = g.add("f", 18, 1);
  g.connect(x, square, 6);
  g.connect(square, sum, 1);
  g.connect(square, sum, 1);
  const std::string shown = tree(g);
  EXPECT_NE(shown.find("└─ x² (see above)"), std::string::npos) << shown;
  EXPECT_EQ(std::ranges::count(shown, '\n'), 7) << shown;
}

TEST(Filled, ValuesComeForwardsAndDerivativesBackwards) {
  const Graph whole = neuron();
  for (const auto& [forwards, values] : {std::pair{0, 7}, {1, 10}, {2, 11}, {3, 12}}) {
    const Graph g = filled(whole, static_cast<std::size_t>(forwards));
    EXPECT_EQ(known(g, &GraphNode::value), static_cast<std::size_t>(values)) << forwards;
    EXPECT_TRUE(std::ranges::all_of(g.nodes, [](const GraphNode& n) { return n.gradient.empty(); }));
    EXPECT_TRUE(std::ranges::all_of(g.edges, [](const GraphEdge& e) { return e.local.empty(); }));
  }
  for (const auto& [backwards, derivatives, locals] : {std::tuple{1, 1, 0}, {2, 2, 1}, {3, 6, 5}, {4, 12, 11}}) {
    const Graph g = filled(whole, 3, static_cast<std::size_t>(backwards));
    EXPECT_EQ(known(g, &GraphNode::gradient), static_cast<std::size_t>(derivatives)) << backwards;
    EXPECT_EQ(std::ranges::count_if(g.edges, [](const GraphEdge& e) { return !e.local.empty(); }), locals);
  }
  EXPECT_EQ(svg(filled(whole, 3, 4)), svg(whole)) << "all of it is the whole";
}

}  // namespace
}  // namespace talweg::explain
