#pragma once
#include <string>
#include <string_view>

#include "talweg/api/minimize/minimize.hpp"
#include "talweg/report/table.hpp"

namespace talweg::api {

enum class Format { table, json, csv, markdown, latex };

/// Throws Error naming the formats and near names.
Format parse_format(std::string_view name);

/// The whole document that `talweg minimize --format` prints, with a line feed at its end. With a trace, the table and
/// Markdown and LaTeX forms hold the path as a lecture shows it (iteration, x, f(x), and what the method keeps) and the
/// message; CSV holds every number of the path. Without one, all hold the summary.
std::string render(const MinimizeOutcome& outcome, Format format);
/// The same in pieces: a trace may have more rows than memory holds.
void render(const MinimizeOutcome& outcome, Format format, const report::Sink& sink);

/// Every number of the trace that is kept in memory, one row a step.
report::Table full_trace(const MinimizeOutcome& outcome);

/// The message as a sentence.
std::string outcome_sentence(const MinimizeOutcome& outcome);

}  // namespace talweg::api
