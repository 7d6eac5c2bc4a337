#include <algorithm>
#include <array>
#include <utility>

#include "talweg/base/columns.hpp"
#include "talweg/base/text.hpp"
#include "talweg/explain/graph.hpp"

namespace talweg::explain {

namespace {

using text::cat;

/// The longest way from each node along edges, or against them.
std::vector<std::size_t> depths(const Graph& graph, bool to_result) {
  std::vector<std::size_t> depth(graph.nodes.size());
  bool changed = true;
  for (std::size_t round = 0; changed && round < graph.nodes.size(); ++round) {
    changed = false;
    for (const GraphEdge& e : graph.edges) {
      const auto [near, far] = to_result ? std::pair(e.to, e.from) : std::pair(e.from, e.to);
      changed = changed || depth[far] < depth[near] + 1;
      depth[far] = std::max(depth[far], depth[near] + 1);
    }
  }
  return depth;
}

/// A line of the tree in its columns.
struct Row {
  std::string name, value, gradient, local;
};

class TreeOf {
 public:
  explicit TreeOf(const Graph& graph) : graph_(graph), seen_(graph.nodes.size()) {
    std::vector<bool> used(graph.nodes.size());
    for (const GraphEdge& e : graph.edges) used[e.from] = true;
    for (std::size_t i = 0; i < used.size(); ++i)
      if (!used[i]) add(i, "", "", "");
  }
  const std::vector<Row>& rows() const { return rows_; }

 private:
  /// `lead` stands before the node, `below` before what it is computed from.
  void add(std::size_t node, const std::string& lead, const std::string& below, const std::string& local) {
    const GraphNode& n = graph_.nodes[node];
    std::vector<const GraphEdge*> operands;
    for (const GraphEdge& e : graph_.edges)
      if (e.to == node) operands.push_back(&e);
    const bool again = seen_[node] && !operands.empty();
    rows_.push_back({cat(lead, text::visible(n.label), again ? " (see above)" : ""), n.value, n.gradient, local});
    if (again) return;
    seen_[node] = true;
    for (const GraphEdge* e : operands) {
      const bool last = e == operands.back();
      add(e->from, cat(below, last ? "└─ " : "├─ "), cat(below, last ? "   " : "│  "), e->local);
    }
  }

  const Graph& graph_;
  std::vector<bool> seen_;
  std::vector<Row> rows_;
};

}  // namespace

Graph filled(const Graph& graph, std::size_t forwards, std::size_t backwards) {
  constexpr std::string_view later = "?";
  Graph out = graph;
  const auto from_given = depths(graph, false), to_result = depths(graph, true);
  for (std::size_t i = 0; i < out.nodes.size(); ++i) {
    GraphNode& n = out.nodes[i];
    if (from_given[i] > forwards && !n.value.empty()) n.value = later;
    if (n.gradient.empty()) continue;
    if (backwards == 0)
      n.gradient.clear();
    else if (to_result[i] >= backwards)
      n.gradient = later;
  }
  for (GraphEdge& e : out.edges)
    if (to_result[e.from] >= backwards) e.local.clear();
  return out;
}

std::string tree(const Graph& graph) {
  const TreeOf made(graph);
  std::array<std::string_view, 4> heads{"", "value", "∂", "∂(above)/∂(this)"};
  std::array<std::string Row::*, 4> columns{&Row::name, &Row::value, &Row::gradient, &Row::local};
  std::array<std::size_t, 4> widths{};
  std::array<bool, 4> shown{true, true, false, false};
  for (std::size_t c = 0; c < widths.size(); ++c) {
    for (const Row& row : made.rows()) {
      widths[c] = std::max(widths[c], text::columns(row.*columns[c]));
      shown[c] = shown[c] || !(row.*columns[c]).empty();
    }
    widths[c] = std::max(widths[c], text::columns(heads[c]));
  }
  std::string out = cat(graph.title, "\n\n");
  const auto put = [&](const auto& cell) {
    std::string line;
    for (std::size_t c = 0; c < widths.size(); ++c) {
      if (!shown[c]) continue;
      const std::string_view text = cell(c);
      const std::string pad(widths[c] - text::columns(text), ' ');
      line += c == 0 ? cat(text, pad) : cat("  ", pad, text);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  put([&](std::size_t c) { return heads[c]; });
  for (const Row& row : made.rows()) put([&](std::size_t c) { return std::string_view(row.*columns[c]); });
  return out;
}

}  // namespace talweg::explain
