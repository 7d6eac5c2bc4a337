#pragma once
#include <string>
#include <utility>
#include <vector>

#include "talweg/explain/document.hpp"

namespace talweg::api {

enum class ExplainFormat { text, markdown, latex, json, dot, svg };
/// Throws Error naming the formats and near names.
ExplainFormat parse_explain_format(std::string_view name);

/// An explanation with its head, ready to be written.
struct ExplainDocument {
  std::string title;
  std::vector<std::string> sentences;  ///< below the title
  std::vector<explain::Section> sections;
  std::string json_head;  ///< an object; `sections` is added to it
};

/// The whole document, with a line feed at its end, in one of text, markdown, latex and json.
std::string render(const ExplainDocument& document, ExplainFormat format);

}  // namespace talweg::api
