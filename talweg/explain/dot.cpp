#include "talweg/base/text.hpp"
#include "talweg/explain/graph.hpp"

namespace talweg::explain {

namespace {

using text::cat;

std::string quoted(const std::string& s) {
  std::string out = "\"";
  for (const char c : text::visible(s)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string dot(const Graph& graph) {
  std::string out = cat("digraph talweg {\n  label = ", quoted(graph.title),
                        ";\n  labelloc = t;\n  rankdir = LR;\n  node [shape = box, fontname = \"sans-serif\"];\n",
                        "  edge [fontname = \"sans-serif\", fontsize = 10];\n");
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& n = graph.nodes[i];
    std::string label = quoted(n.label);
    label.pop_back();
    if (!n.value.empty()) label += cat("\\n= ", n.value);
    if (!n.gradient.empty()) label += cat("\\n∂ = ", n.gradient);
    const char* style = n.kind == GraphNode::Kind::result  ? ", penwidth = 2"
                        : n.kind == GraphNode::Kind::input ? ", style = rounded"
                                                           : "";
    out += cat("  n", i, " [label = ", label, "\"", style, "];\n");
  }
  for (const GraphEdge& e : graph.edges) {
    out += cat("  n", e.from, " -> n", e.to);
    if (!e.local.empty()) out += cat(" [label = ", quoted(e.local), "]");
    out += ";\n";
  }
  return out + "}\n";
}

}  // namespace talweg::explain
