#include "talweg/present/race/scaled_suite_report.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "talweg/base/text.hpp"
#include "talweg/report/table.hpp"

namespace talweg::present {

using namespace api;

namespace {

using report::Table;
using text::cat;
using Json = nlohmann::ordered_json;

/// What the tables mean, as sentences for people.
std::vector<std::string> legend(const ScaledOutcome& outcome) {
  std::vector<std::string> lines{
      cat("Every problem is minimised in other units at the defaults of `talweg minimize`, with at most ",
          scaled_evaluations, " evaluations: f becomes a f + b, x_i becomes d_i x_i + c_i, constraints a multiple."),
      "F is max |f| over the iterates of the problem as given that are no worse than its start. U is uniform, N(0,1) "
      "normal; what is drawn has 5 seeds.",
      "all of it at once: f*10^U(-12,12), plus U(-1e3,1e3) F in that unit; x_i+10N(0,1), then *10^U(-6,6).",
      "solved: f is within 1e-5 a max(1, |f*|) of a known minimum, but for the last digits of b, and the constraints "
      "hold to 1e-6 in the units of the problem as given.",
      "other: success at a minimum that is not among the known ones; restarts there in the units of the problem as "
      "given, from the point and from three a thousandth away, lower f by no more than 1e-5 max(1, |f|).",
      "lost: neither, though the method solves the problem as given.",
      "false: claims success, and is neither solved nor at another minimum.",
      "evaluations: of f and its gradient together until the run returned; geometric mean over the solved copies.",
      "same bits: problems on which the iterates, their number and the status are those of the problem as given, to "
      "the last bit, once the power of two is taken back; x only where x0 is not 0.",
      cat("Arithmetic ", outcome.arithmetic,
          ": a hash of the values and gradients around the starts. Where it is the same, every number here is.")};
  lines.insert(lines.end(), outcome.notes.begin(), outcome.notes.end());
  return lines;
}

/// Numbers as words have to be aligned by hand.
std::string one_decimal(double mean) {
  if (!std::isfinite(mean)) return "";
  const auto tenths = static_cast<std::int64_t>(std::llround(10 * mean));
  const std::string number = cat(tenths / 10, ".", tenths % 10);
  return number.size() < 7 ? std::string(7 - number.size(), ' ') + number : number;
}

Table scores_for_people(const ScaledOutcome& outcome) {
  Table table{{"copies", "method", "runs", "solved", "other", "lost", "false", "evaluations"}, {}};
  for (const ScaledScore& s : outcome.scores)
    table.rows.push_back(
        {s.family, s.method, s.runs, s.solved, s.other, s.lost, s.false_successes, one_decimal(s.evaluations)});
  return table;
}

Table scores_for_programs(const ScaledOutcome& outcome) {
  Table table{{"copies", "method", "runs", "solved", "other", "lost", "false_successes", "evaluations"}, {}};
  for (const ScaledScore& s : outcome.scores)
    table.rows.push_back({s.family, s.method, s.runs, s.solved, s.other, s.lost, s.false_successes, s.evaluations});
  return table;
}

Table exact_table(const ScaledOutcome& outcome) {
  Table table{{"power of two", "method", "problems", "same bits"}, {}};
  for (const ExactScore& s : outcome.exact) table.rows.push_back({s.change, s.method, s.runs, s.identical});
  return table;
}

std::string verdict(const ScaledRun& r) {
  return r.false_success() ? "FALSE" : r.other ? "other" : r.solved ? "yes" : "no";
}

/// The runs that `wanted` picks.
template <class Wanted> Table runs_for_people(const ScaledOutcome& outcome, Wanted wanted) {
  Table table{{"problem", "method", "copy", "status", "solved", "value", "optimum", "violation", "evaluations"}, {}};
  for (const ScaledRun& r : outcome.runs)
    if (wanted(r))
      table.rows.push_back({r.problem, r.method, r.change, std::string(name(r.status)), verdict(r),
                            text::brief(r.value, 8), text::brief(r.optimum, 8), text::brief(r.violation, 1),
                            r.evaluations});
  return table;
}

Table false_successes(const ScaledOutcome& outcome) {
  return runs_for_people(outcome, [](const ScaledRun& r) { return r.false_success(); });
}

Table every_run(const ScaledOutcome& outcome) {
  return runs_for_people(outcome, [](const ScaledRun&) { return true; });
}

Table runs_for_programs(const ScaledOutcome& outcome) {
  Table table{{"set", "method", "problem", "copies", "copy", "seed", "status", "success", "solved", "other", "as_given",
               "false_success", "value", "optimum", "violation", "evaluations"},
              {}};
  const auto word = [](bool b) { return std::string(b ? "true" : "false"); };
  for (const ScaledRun& r : outcome.runs)
    table.rows.push_back({r.set, r.method, r.problem, r.family, r.change, static_cast<std::int64_t>(r.seed),
                          std::string(name(r.status)), word(r.success), word(r.solved), word(r.other), word(r.as_given),
                          word(r.false_success()), r.value, r.optimum, r.violation, r.evaluations});
  return table;
}

/// "4712 runs, 3980 solved, 12 false successes."
std::string totals_text(const ScaledOutcome& outcome) {
  const auto count = [&](auto is) { return std::count_if(outcome.runs.begin(), outcome.runs.end(), is); };
  const auto wrong = count([](const ScaledRun& r) { return r.false_success(); });
  return cat(outcome.runs.size(), " runs, ", count([](const ScaledRun& r) { return r.solved; }), " solved, ", wrong,
             wrong == 1 ? " false success." : " false successes.");
}

Json json_number(double v) { return std::isfinite(v) ? Json(v) : Json(nullptr); }

Json json_run(const ScaledRun& r) {
  return {{"set", r.set},
          {"method", r.method},
          {"problem", r.problem},
          {"copies", r.family},
          {"copy", r.change},
          {"seed", r.seed},
          {"status", name(r.status)},
          {"success", r.success},
          {"solved", r.solved},
          {"other", r.other},
          {"as_given", r.as_given},
          {"false_success", r.false_success()},
          {"value", json_number(r.value)},
          {"optimum", r.optimum},
          {"violation", json_number(r.violation)},
          {"evaluations", r.evaluations}};
}

std::string json(const ScaledOutcome& outcome, bool each) {
  Json scores = Json::array(), exact = Json::array(), wrong = Json::array(), runs = Json::array();
  for (const ScaledScore& s : outcome.scores)
    scores.push_back({{"copies", s.family},
                      {"method", s.method},
                      {"runs", s.runs},
                      {"solved", s.solved},
                      {"other", s.other},
                      {"lost", s.lost},
                      {"false_successes", s.false_successes},
                      {"evaluations", json_number(s.evaluations)}});
  for (const ExactScore& s : outcome.exact)
    exact.push_back({{"change", s.change},
                     {"method", s.method},
                     {"problems", s.runs},
                     {"same_bits", s.identical},
                     {"different", s.different}});
  for (const ScaledRun& r : outcome.runs) {
    if (r.false_success()) wrong.push_back(json_run(r));
    if (each) runs.push_back(json_run(r));
  }
  Json document{{"arithmetic", outcome.arithmetic},
                {"notes", outcome.notes},
                {"scores", std::move(scores)},
                {"exact", std::move(exact)},
                {"false_successes", wrong}};
  if (each) document["runs"] = std::move(runs);
  return document.dump(2) + "\n";
}

/// What each false success went by, a line for each.
std::vector<std::string> reasons(const ScaledOutcome& outcome) {
  std::vector<std::string> out;
  for (const ScaledRun& r : outcome.runs)
    if (r.false_success()) out.push_back(cat(r.problem, ", ", r.method, ", ", r.change, ": ", r.said));
  return out;
}

std::string markdown(const ScaledOutcome& outcome, bool each, const std::string& command) {
  std::string out = cat("# The collection in other units\n\nMade by `", command, "`.\n\n",
                        report::markdown(scores_for_people(outcome)), "\n", totals_text(outcome), "\n\n",
                        report::markdown(exact_table(outcome)), "\n");
  for (const std::string& line : legend(outcome)) out += cat("- ", line, "\n");
  const Table wrong = false_successes(outcome);
  if (!wrong.rows.empty()) out += cat("\n## False successes\n\n", report::markdown(wrong), "\nWhat they went by:\n\n");
  for (const std::string& line : reasons(outcome)) out += cat("- ", line, "\n");
  if (each) out += cat("\n## Runs\n\n", report::markdown(every_run(outcome)));
  return out;
}

std::string latex(const ScaledOutcome& outcome, bool each, const std::string& command) {
  std::string out =
      cat("Made by \\texttt{", report::latex_escape(command), "}.\n\n", report::latex(scores_for_people(outcome)),
          "\n\\noindent ", totals_text(outcome), "\n\n", report::latex(exact_table(outcome)));
  for (const std::string& line : legend(outcome)) out += cat("\n\\noindent ", report::latex_escape(line), "\n");
  const Table wrong = false_successes(outcome);
  if (!wrong.rows.empty()) out += cat("\n\\section*{False successes}\n", report::latex(wrong));
  if (each) out += cat("\n\\section*{Runs}\n", report::latex(every_run(outcome)));
  return report::latex_document(out);
}

std::string table(const ScaledOutcome& outcome, bool each) {
  std::string out = cat(report::text(scores_for_people(outcome)), "\n", totals_text(outcome), "\n\n",
                        report::text(exact_table(outcome)), "\n");
  const Table wrong = false_successes(outcome);
  if (!wrong.rows.empty()) out += cat("False successes\n", report::text(wrong), "\n");
  for (const std::string& line : reasons(outcome)) out += cat(line, "\n");
  if (each) out += cat("Runs\n", report::text(every_run(outcome)), "\n");
  for (const std::string& line : legend(outcome)) out += cat(line, "\n");
  return out;
}

}  // namespace

std::string render(const ScaledOutcome& outcome, Format format, bool each, const std::string& command) {
  return written(format,
                 {.table = [&] { return table(outcome, each); },
                  .json = [&] { return json(outcome, each); },
                  .csv = [&] { return report::csv(each ? runs_for_programs(outcome) : scores_for_programs(outcome)); },
                  .markdown = [&] { return markdown(outcome, each, command); },
                  .latex = [&] { return latex(outcome, each, command); }});
}

}  // namespace talweg::present
