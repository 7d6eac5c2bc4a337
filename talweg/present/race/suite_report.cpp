#include "talweg/present/race/suite_report.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "talweg/base/text.hpp"
#include "talweg/report/table.hpp"

namespace talweg::present {

using namespace api;

namespace {

using report::Cell;
using report::Table;
using text::cat;
using Json = nlohmann::ordered_json;

/// What the columns mean, as sentences for people.
constexpr std::string_view legend[]{
    "Every problem is minimised from its standard start at the defaults of `talweg minimize`.",
    "solved: the constraints hold, and f is within 1e-5 max(1, |f*|) of a known minimum.",
    "local: how many of these are at another local minimum than the lowest known one.",
    "saddle: how many are at a value that the source lists as a minimum and that is a saddle point (biggs_exp6).",
    "evaluations: of f and its gradient together until the run returned; geometric mean over the solved problems.",
    "to 1e-6: the same until max|g| <= 1e-6 max(1, |f|) (projected in a box), or, under constraints, until violation "
    "and error <= 1e-6.",
    "false: runs that claim success and are not at a known minimum.",
    "failures: runs that claim no success, by status."};

struct Totals {
  std::int64_t runs = 0, solved = 0, false_successes = 0;
};

Totals totals(const SuiteOutcome& outcome) {
  Totals t;
  for (const SuiteScore& s : outcome.scores) {
    t.runs += s.instances;
    t.solved += s.solved;
    t.false_successes += s.false_successes;
  }
  return t;
}

/// "371 runs, 369 solved, 0 false successes."
std::string totals_text(const SuiteOutcome& outcome) {
  const Totals t = totals(outcome);
  return cat(t.runs, t.runs == 1 ? " run, " : " runs, ", t.solved, " solved, ", t.false_successes, " false ",
             t.false_successes == 1 ? "success." : "successes.");
}

std::string failures_text(const SuiteScore& s) {
  std::string out;
  for (const SuiteFailures& f : s.failures) out += cat(out.empty() ? "" : ", ", f.status, " ", f.count);
  return out;
}

/// Numbers as words have to be aligned by hand.
std::string padded(std::string number, std::size_t width) {
  return number.size() < width ? std::string(width - number.size(), ' ') + number : number;
}

std::string one_decimal(double mean) {
  if (!std::isfinite(mean)) return "";
  const auto tenths = static_cast<std::int64_t>(std::llround(10 * mean));
  return padded(cat(tenths / 10, ".", tenths % 10), 7);
}

Table scores_for_people(const SuiteOutcome& outcome) {
  Table table{{"set", "method", "problems", "solved", "local", "saddle", "evaluations", "to 1e-6", "false", "failures"},
              {}};
  for (const SuiteScore& s : outcome.scores)
    table.rows.push_back({s.set, s.method, s.instances, s.solved, s.local, s.saddles, one_decimal(s.evaluations),
                          one_decimal(s.to_tolerance), s.false_successes, failures_text(s)});
  return table;
}

Table scores_for_programs(const SuiteOutcome& outcome) {
  Table table{{"set", "method", "problems", "solved", "local", "saddle", "evaluations", "evaluations_to_tolerance",
               "false_successes", "failures"},
              {}};
  for (const SuiteScore& s : outcome.scores)
    table.rows.push_back({s.set, s.method, s.instances, s.solved, s.local, s.saddles, s.evaluations, s.to_tolerance,
                          s.false_successes, failures_text(s)});
  return table;
}

std::string verdict(const SuiteRun& r) {
  return r.false_success() ? "FALSE" : r.saddle ? "saddle" : r.local ? "local" : r.solved ? "yes" : "no";
}

Table runs_for_people(const SuiteOutcome& outcome, const SuiteScore& score) {
  Table table{{"problem", "n", "status", "solved", "value", "optimum", "error", "evaluations", "to 1e-6"}, {}};
  for (const SuiteRun& r : outcome.runs)
    if (r.set == score.set && r.method == score.method)
      table.rows.push_back({r.problem, r.n, std::string(name(r.status)), verdict(r), text::brief(r.value, 8),
                            text::brief(r.optimum, 8), text::brief(r.error, 1), r.evaluations,
                            r.to_tolerance > 0 ? Cell(r.to_tolerance) : Cell()});
  return table;
}

Table runs_for_programs(const SuiteOutcome& outcome) {
  Table table{{"set", "method", "problem", "n", "status", "success", "solved", "local", "saddle", "false_success",
               "value", "optimum", "error", "violation", "iterations", "evaluations", "evaluations_to_tolerance"},
              {}};
  const auto word = [](bool b) { return std::string(b ? "true" : "false"); };
  for (const SuiteRun& r : outcome.runs)
    table.rows.push_back({r.set, r.method, r.problem, r.n, std::string(name(r.status)), word(r.success), word(r.solved),
                          word(r.local), word(r.saddle), word(r.false_success()), r.value, r.optimum, r.error,
                          r.violation, r.iterations, r.evaluations,
                          r.to_tolerance > 0 ? Cell(r.to_tolerance) : Cell()});
  return table;
}

Json json_number(double v) { return std::isfinite(v) ? Json(v) : Json(nullptr); }

std::string json(const SuiteOutcome& outcome, bool each) {
  Json scores = Json::array(), runs = Json::array();
  for (const SuiteScore& s : outcome.scores) {
    Json failures = Json::object();
    for (const SuiteFailures& f : s.failures) failures[f.status] = f.count;
    scores.push_back({{"set", s.set},
                      {"method", s.method},
                      {"optimizer", s.optimizer},
                      {"problems", s.instances},
                      {"solved", s.solved},
                      {"local", s.local},
                      {"saddles", s.saddles},
                      {"evaluations", json_number(s.evaluations)},
                      {"evaluations_to_tolerance", json_number(s.to_tolerance)},
                      {"false_successes", s.false_successes},
                      {"failures", failures}});
  }
  const Totals t = totals(outcome);
  Json document{{"totals", {{"runs", t.runs}, {"solved", t.solved}, {"false_successes", t.false_successes}}},
                {"arithmetic", outcome.arithmetic},
                {"notes", outcome.notes},
                {"scores", std::move(scores)}};
  if (!each) return document.dump(2) + "\n";
  for (const SuiteRun& r : outcome.runs)
    runs.push_back({{"set", r.set},
                    {"method", r.method},
                    {"problem", r.problem},
                    {"n", r.n},
                    {"status", name(r.status)},
                    {"success", r.success},
                    {"solved", r.solved},
                    {"local", r.local},
                    {"saddle", r.saddle},
                    {"false_success", r.false_success()},
                    {"value", json_number(r.value)},
                    {"optimum", r.optimum},
                    {"error", json_number(r.error)},
                    {"violation", json_number(r.violation)},
                    {"iterations", r.iterations},
                    {"evaluations", r.evaluations},
                    {"evaluations_to_tolerance", r.to_tolerance > 0 ? Json(r.to_tolerance) : Json(nullptr)}});
  document["runs"] = std::move(runs);
  return document.dump(2) + "\n";
}

std::string arithmetic_text(const SuiteOutcome& outcome) {
  return cat("Arithmetic ", outcome.arithmetic,
             ": a hash of the values and gradients around the starts. Where it is the same, every number here is; "
             "another libm may round differently, and counts then differ a little.");
}

std::string markdown(const SuiteOutcome& outcome, bool each, const std::string& command) {
  std::string out = cat("# The scored collection\n\nMade by `", command, "`.\n\n",
                        report::markdown(scores_for_people(outcome)), "\n", totals_text(outcome), "\n\n");
  for (const std::string_view line : legend) out += cat("- ", line, "\n");
  out += cat("- ", arithmetic_text(outcome), "\n");
  for (const std::string& note : outcome.notes) out += cat("- ", note, "\n");
  if (each)
    for (const SuiteScore& s : outcome.scores)
      out += cat("\n## ", s.set, ": ", s.method, "\n\n`", s.optimizer, "`\n\n",
                 report::markdown(runs_for_people(outcome, s)));
  return out;
}

std::string latex(const SuiteOutcome& outcome, bool each, const std::string& command) {
  std::string out =
      cat("Made by \\texttt{", report::latex_escape(command), "}.\n\n", report::latex(scores_for_people(outcome)));
  out += cat("\n\\noindent ", totals_text(outcome), "\n");
  for (const std::string_view line : legend) out += cat("\n\\noindent ", report::latex_escape(std::string(line)), "\n");
  out += cat("\n\\noindent ", report::latex_escape(arithmetic_text(outcome)), "\n");
  if (each)
    for (const SuiteScore& s : outcome.scores)
      out += cat("\n\\section*{", report::latex_escape(cat(s.set, ": ", s.method)), "}\n",
                 report::latex(runs_for_people(outcome, s)));
  return report::latex_document(out);
}

std::string table(const SuiteOutcome& outcome, bool each) {
  std::string out = cat(report::text(scores_for_people(outcome)), "\n", totals_text(outcome), "\n");
  if (each)
    for (const SuiteScore& s : outcome.scores)
      out += cat("\n", s.set, ": ", s.method, "\n", report::text(runs_for_people(outcome, s)));
  out += "\n";
  for (const std::string_view line : legend) out += cat(line, "\n");
  out += cat(arithmetic_text(outcome), "\n");
  for (const std::string& note : outcome.notes) out += cat(note, "\n");
  return out;
}

}  // namespace

report::Table suite_scores(const SuiteOutcome& outcome) { return scores_for_people(outcome); }

std::string render(const SuiteOutcome& outcome, Format format, bool each, const std::string& command) {
  return written(format,
                 {.table = [&] { return table(outcome, each); },
                  .json = [&] { return json(outcome, each); },
                  .csv = [&] { return report::csv(each ? runs_for_programs(outcome) : scores_for_programs(outcome)); },
                  .markdown = [&] { return markdown(outcome, each, command); },
                  .latex = [&] { return latex(outcome, each, command); }});
}

}  // namespace talweg::present
