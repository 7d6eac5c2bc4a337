#include "talweg/present/train/post_mortem.hpp"

#include <cmath>

#include "talweg/base/text.hpp"

namespace talweg::present {

namespace {

using api::TrainReport;
using text::brief;
using text::cat;
using train::PostMortem;

std::string size(double v) { return std::isfinite(v) ? brief(v, 3) : "no finite number"; }

struct Line {
  std::string label, words;
};

/// "lines 17, 4 and 21 of iris.csv" of "iris.csv:17" and so on; where rows have no lines, as they are.
std::string places(const api::FailurePlace& failure) {
  std::string file;
  std::vector<std::string_view> lines;
  for (const std::string& row : failure.rows) {
    const std::size_t colon = row.rfind(':');
    if (colon == std::string::npos || (!file.empty() && row.substr(0, colon) != file)) {
      lines.assign(failure.rows.begin(), failure.rows.end());
      file.clear();
      break;
    }
    file = row.substr(0, colon);
    lines.push_back(std::string_view(row).substr(colon + 1));
  }
  std::string more;
  if (failure.more > 0) lines.push_back(more = cat(failure.more, " more"));
  return file.empty() ? text::list(lines) : cat("lines ", text::list(lines), " of ", file);
}

std::vector<Line> lines_of(const TrainReport& r) {
  const PostMortem& m = *r.post_mortem;
  std::vector<Line> out;
  out.push_back(
      {"step", cat(m.step, " (epoch ", m.epoch, ")", r.failure.rows.empty() ? "" : ", " + places(r.failure))});
  const std::string before =
      cat(m.tried_from == 0 ? ", at the start" : cat(", after step ", m.tried_from), " at most ", size(m.size_before));
  if (!m.part.empty())
    out.push_back({m.size == 0 ? "dead" : "grew first",
                   m.size == 0 ? cat(m.part, " are 0 for all of these rows", before)
                               : cat(m.part, ": ", size(m.size), before,
                                     r.failure.row.empty() ? "" : cat("; ", r.failure.row, " alone stands out"))});
  if (m.odd)
    out.push_back({"input", cat("'", text::shown(r.failure.input), "' goes up to ", brief(m.odd->largest, 3),
                                ", the median input up to ", brief(m.odd->typical, 3))});
  for (const train::Trial& t : m.tried)
    out.push_back(
        {"tried", cat(t.change, t.afresh ? " from the start, " : ", ", t.steps, t.steps == 1 ? " step" : " steps",
                      ": loss ", brief(t.from, 4), " to ", std::isfinite(t.to) ? brief(t.to, 4) : "no finite number",
                      t.helped ? "" : ", no help")});
  return out;
}

report::Table steps_of(const PostMortem& m) {
  report::Table table{{"step", "epoch", "loss", "learning_rate", "gradient_norm"}, {}};
  for (const train::StepRecord& s : m.last)
    table.rows.push_back({s.step, s.epoch, s.loss, s.learning_rate, s.gradient_norm});
  return table;
}

}  // namespace

std::string post_mortem_text(const TrainReport& r) {
  if (!r.post_mortem) return "";
  std::string out = "post-mortem\n";
  for (const Line& line : lines_of(r)) {
    out += cat("  ", line.label);
    out.append(12 - line.label.size(), ' ');
    out += line.words + "\n";
  }
  return out;
}

void add_post_mortem(const TrainReport& r, report::html::Page& page) {
  if (!r.post_mortem) return;
  report::html::Facts facts;
  for (const Line& line : lines_of(r)) facts.facts.push_back({line.label, line.words});
  page.sections.push_back({.title = "Post-mortem",
                           .words = "the last steps were made again on a copy, then with one thing changed",
                           .content = std::move(facts),
                           .wide = true});
  page.sections.push_back({.title = "Last steps",
                           .content = report::html::Rows{steps_of(*r.post_mortem), "the JSON document of this command"},
                           .wide = true});
}

}  // namespace talweg::present
