#pragma once
#include <string>
#include <string_view>

#include "talweg/api/minimize/minimize.hpp"
#include "talweg/present/format.hpp"
#include "talweg/report/table.hpp"

namespace talweg::present {

/// The whole document that `talweg minimize --format` prints, with a line feed at its end. With a trace, the table and
/// Markdown and LaTeX forms hold the path as a lecture shows it (iteration, x, f(x), and what the method keeps) and the
/// message; CSV holds every number of the path. Without one, all hold the summary.
std::string render(const api::MinimizeOutcome& outcome, Format format);
/// The same in pieces: a trace may have more rows than memory holds.
void render(const api::MinimizeOutcome& outcome, Format format, const report::Sink& sink);

/// The path as a lecture shows it: the table that `render` prints of a run with a trace.
report::LongTable lecture_table(const api::MinimizeOutcome& outcome);

/// Every number of the trace that is kept in memory, one row a step.
report::Table full_trace(const api::MinimizeOutcome& outcome);

/// The message as a sentence.
std::string outcome_sentence(const api::MinimizeOutcome& outcome);

}  // namespace talweg::present
