#pragma once
#include <string>

#include "talweg/api/race/scaled_suite.hpp"
#include "talweg/present/format.hpp"
#include "talweg/report/table.hpp"

namespace talweg::present {

/// The document that `talweg suite --scaled --format` prints, with a line feed at its end: one row for each family and
/// method, the powers of two, and each false success; with `each` one row for each run as well (in CSV these rows
/// alone). `command` is what Markdown and LaTeX say they were made with.
std::string render(const api::ScaledOutcome& outcome, Format format, bool each,
                   const std::string& command = "talweg suite");

}  // namespace talweg::present
