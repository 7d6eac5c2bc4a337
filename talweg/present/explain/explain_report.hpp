#pragma once
#include <string>
#include <utility>
#include <vector>

#include "talweg/api/explain/explain.hpp"

namespace talweg::present {

enum class ExplainFormat { text, markdown, latex, json, tree, dot, svg };
/// Throws Error naming the formats and near names.
ExplainFormat parse_explain_format(std::string_view name);

/// Whether it shows a graph and no arithmetic.
constexpr bool is_graph(ExplainFormat format) { return format >= ExplainFormat::tree; }

/// The whole document, with a line feed at its end: a graph as tree, dot or svg, arithmetic in one of the others.
/// A graph has the title given in place of its own.
std::string render(const api::ExplainOutcome& outcome, ExplainFormat format, const std::string& title = "");

}  // namespace talweg::present
