#pragma once
#include <string>

#include "talweg/api/race/suite.hpp"
#include "talweg/present/format.hpp"
#include "talweg/report/table.hpp"

namespace talweg::present {

/// The document that `talweg suite --format` prints, with a line feed at its end: one row for each set and method, and
/// with `each` one for each run as well (in CSV these rows alone). `command` is what Markdown and LaTeX say they were
/// made with.
std::string render(const api::SuiteOutcome& outcome, Format format, bool each,
                   const std::string& command = "talweg suite");

/// One row for each set and method, as people read it.
report::Table suite_scores(const api::SuiteOutcome& outcome);

}  // namespace talweg::present
