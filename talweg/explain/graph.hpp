#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "talweg/explain/sheet.hpp"

/// The graph of a computation: what is computed from what, with the value of each part and the derivative of the result
/// by it.
namespace talweg::explain {

struct GraphNode {
  enum class Kind { input, operation, result };
  std::string label;
  std::string value;
  std::string gradient;  ///< ∂result/∂this; empty where it is not wanted
  Kind kind = Kind::operation;
};

struct GraphEdge {
  std::size_t from, to;
  std::string local;  ///< ∂to/∂from; empty where it is not wanted
};

struct Graph {
  std::string title;
  std::vector<GraphNode> nodes;
  std::vector<GraphEdge> edges;

  std::size_t add(std::string label, double value, double gradient, GraphNode::Kind kind = GraphNode::Kind::operation);
  void connect(std::size_t from, std::size_t to, double local);
};

/// The expression graph below `root`, which is called `name`, with exact derivatives.
Graph graph_of(const Sheet& sheet, Sheet::Id root, std::string title, std::string name);

/// The graph while it is being filled: the value of a node that is at most `forwards` operations away from what is
/// given, and the derivative by one that is less than `backwards` operations away from the result, with the local
/// derivatives of the edges between those. A question mark stands for a number that comes later, and nothing for
/// derivatives before any is there.
Graph filled(const Graph& graph, std::size_t forwards, std::size_t backwards = 0);

/// For a terminal: the result, and below each node what it is computed from, with the local derivative by it.
std::string tree(const Graph& graph);
/// For Graphviz.
std::string dot(const Graph& graph);
/// A drawing that needs no other program: inputs on the left, the result on the right; readable without colours.
std::string svg(const Graph& graph);

}  // namespace talweg::explain
