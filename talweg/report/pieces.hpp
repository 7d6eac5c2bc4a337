#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "talweg/report/table.hpp"

/// Pieces of documents, for who lays them out in a way of their own.
namespace talweg::report {

/// A table as `text` writes it, cell by cell, the header first, each as wide as its column.
std::vector<std::vector<std::string>> cells(const LongTable& table);

/// `text` with what Markdown takes for emphasis or structure written out.
std::string markdown_escape(std::string_view text);

}  // namespace talweg::report
