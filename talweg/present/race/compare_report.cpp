#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "talweg/base/text.hpp"
#include "talweg/present/race/compare_report.hpp"
#include "talweg/report/table.hpp"

namespace talweg::present {

using namespace api;

namespace {

using compare::Contestant;
using compare::Race;
using report::Cell;
using text::brief;
using text::cat;
using Json = nlohmann::ordered_json;

Json number_or_null(double v) { return std::isfinite(v) ? Json(v) : Json(nullptr); }
Json count_or_null(double v) { return std::isfinite(v) ? Json(std::int64_t(v)) : Json(nullptr); }
Cell cell(double v) { return std::isfinite(v) ? Cell(v) : Cell(std::string("-")); }
Cell count_cell(double v) { return std::isfinite(v) ? Cell(std::int64_t(v)) : Cell(std::string("-")); }

std::string rate_source(const Contestant& c) {
  return c.entrant.rate_key.empty() ? "none" : c.tuned ? "tuned" : c.entrant.rate_given ? "given" : "default";
}

Json run_json(const Contestant& c, bool time) {
  Json run{{"optimizer", c.entrant.given},
           {"tuned", c.tuned},
           {"rate", rate_source(c)},
           {"learning_rate", number_or_null(c.rate)},
           {"ran", c.ran},
           {"median", number_or_null(c.value.median)},
           {"low", number_or_null(c.value.low)},
           {"high", number_or_null(c.value.high)},
           {"failures", c.failures},
           {"reached", c.reached},
           {"evaluations_to_target", count_or_null(c.evaluations_to_target)},
           {"rank", c.rank},
           {"group", c.group},
           {"tuning_evaluations", c.tuning_evaluations}};
  std::int64_t most = 0;
  for (const auto& a : c.attempts) most = std::max(most, a.evaluations);
  run["evaluations"] = most;
  if (time) run["seconds_to_target"] = number_or_null(c.seconds_to_target);
  return run;
}

std::string json(const CompareOutcome& o) {
  const Race& r = o.race;
  Json document{{"problem", o.subject.name},
                {"budget", r.budget},
                {"unit", r.unit},
                {"seeds", r.seeds},
                {"starts", r.starts},
                {"target", number_or_null(r.target)},
                {"target_rule", r.target_rule},
                {"tuning", {{"rates", r.tuning_rates}, {"seeds", r.tuning_seeds}}}};
  if (o.subject.data) {
    document["model"] = o.subject.data->task().spec.text();
    document["rows"] = o.subject.data->task().rows.rows;
    document["batch_size"] = o.subject.data->task().batch;
  }
  if (o.subject.batches) {
    document["rows"] = o.subject.batches->rows();
    document["batch_size"] = o.subject.batches->batch();
  }
  document["runs"] = Json::array();
  for (const Contestant& c : r.contestants) document["runs"].push_back(run_json(c, o.time));
  document["test"] = r.random ? "exact sign test over the seeds, two-sided, Holm's correction, 5 %" : "none";
  document["pairs"] = Json::array();
  for (const auto& p : r.pairings)
    document["pairs"].push_back({{"first", r.contestants[p.first].entrant.given},
                                 {"second", r.contestants[p.second].entrant.given},
                                 {"wins", p.wins},
                                 {"losses", p.losses},
                                 {"ties", p.ties},
                                 {"p", r.random ? Json(p.p) : Json(nullptr)}});
  document["verdict"] = verdict(r);
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string lines(const std::vector<std::string>& notes, const char* before) {
  std::string out;
  for (const auto& n : notes) out += cat(before, n, "\n");
  return out;
}

}  // namespace

report::Table race_table(const CompareOutcome& o, bool everything) {
  report::Table t;
  t.columns = {"rank", "optimizer", "rate", "", "median", "low", "high", "failures", "to target", "group"};
  if (everything)
    t.columns = {"rank", "optimizer", "learning_rate",         "rate", "median", "low",
                 "high", "failures",  "evaluations_to_target", "group"};
  if (o.time) t.columns.push_back(everything ? "seconds_to_target" : "seconds");
  for (const std::size_t i : o.race.by_rank()) {
    const Contestant& c = o.race.contestants[i];
    const bool rated = !c.entrant.rate_key.empty();
    std::vector<Cell> row{std::int64_t{c.rank}, c.entrant.given,
                          rated ? everything ? Cell(c.rate) : Cell(text::number(c.rate)) : Cell(std::string("-")),
                          rated ? rate_source(c) : std::string(everything ? "none" : "")};
    for (const double v : {c.value.median, c.value.low, c.value.high})
      row.push_back(everything ? cell(v) : Cell(std::isfinite(v) ? brief(v, 4) : std::string("failed")));
    row.push_back(c.failures);
    row.push_back(count_cell(c.evaluations_to_target));
    row.push_back(c.group);
    if (o.time)
      row.push_back(everything ? cell(c.seconds_to_target)
                               : Cell(std::isfinite(c.seconds_to_target) ? brief(c.seconds_to_target, 3) : "-"));
    t.rows.push_back(std::move(row));
  }
  return t;
}

std::vector<std::string> race_notes(const CompareOutcome& o) {
  const Race& r = o.race;
  std::vector<std::string> out;
  const auto& s = o.subject;
  if (s.data) {
    const auto& task = s.data->task();
    out.push_back(cat(s.name, ": ", task.spec.text(), " on ", task.rows.rows, " rows of ", task.rows.inputs,
                      " inputs, ", s.task, "; the value is the loss over all rows (", task.head.loss, ")"));
    out.push_back(cat("budget: ", r.budget, " ", r.unit, " for each run (",
                      brief(double(r.budget) / double(task.rows.rows), 3), " passes over the rows); mini-batches of ",
                      task.batch, " unless said otherwise"));
  } else if (s.batches) {
    out.push_back(cat(s.name, " on ", s.batches->rows(), " rows; the value is f over all rows"));
    out.push_back(cat("budget: ", r.budget, " ", r.unit, " for each run (",
                      brief(double(r.budget) / double(s.batches->rows()), 3), " passes over the rows); batches of ",
                      s.batches->batch(), " unless said otherwise"));
  } else {
    out.push_back(cat(s.name, ": the value is the lowest f within the budget"));
    out.push_back(cat("budget: ", r.budget, " ", r.unit, " for each run"));
  }
  out.push_back(cat(r.seeds, r.seeds == 1 ? " run: " : " runs of each method: ", r.starts));
  if (r.tuning_rates > 0)
    out.push_back(cat("tuned: the best of at most ", r.tuning_rates, " rates, each tried from ", r.tuning_seeds,
                      r.tuning_seeds == 1 ? " start" : " seeds of its own", " with the same budget"));
  if (std::isfinite(r.target))
    out.push_back(cat("to target: median ", r.unit, " until the value is at most ", brief(r.target, 6), " (",
                      r.target_rule, "); - where fewer than half of the runs got there"));
  if (r.random) {
    out.push_back(cat("low, high: ", r.seeds < 6 ? "the smallest and the largest (too few seeds for an interval)"
                                                 : "95 % confidence interval of the median"));
    out.push_back(
        "group: methods that share a letter do not differ significantly (exact sign test over the seeds, "
        "Holm's correction, 5 %)");
    if (r.seeds < 20)
      out.push_back(cat("only ", r.seeds, " seeds: real differences may go unnoticed; 20 or more serve"));
  }
  return out;
}

std::string verdict(const Race& race) {
  const auto order = race.by_rank();
  const Contestant& first = race.contestants[order[0]];
  if (first.failures == std::int64_t(first.attempts.size())) return "every run of every method failed";
  if (order.size() == 1) return cat(first.entrant.given, " ran alone");
  std::vector<std::string_view> peers;
  for (const auto& p : race.pairings) {
    if (p.first != order[0] && p.second != order[0]) continue;
    const auto& other = race.contestants[p.first == order[0] ? p.second : p.first];
    const bool level = race.random ? p.p > compare::significance : p.wins == p.losses;
    if (level) peers.push_back(other.entrant.given);
  }
  if (peers.empty())
    return cat(first.entrant.given, race.random ? " is best, significantly better than every other" : " is best");
  return cat(first.entrant.given, " is ahead, but not significantly better than ", text::list(peers));
}

std::string render(const CompareOutcome& outcome, Format format) {
  switch (format) {
    case Format::json:
      return json(outcome);
    case Format::csv:
      return report::csv(race_table(outcome, true));
    case Format::markdown:
      return cat(report::markdown(race_table(outcome, false)), "\n", lines(race_notes(outcome), "- "), "\n",
                 verdict(outcome.race), ".\n");
    case Format::latex: {
      std::string below;
      for (const auto& n : race_notes(outcome)) below += cat("\n\\noindent\n", report::latex_escape(n), "\n");
      return report::latex_document(cat(report::latex(race_table(outcome, false)), below, "\n\\noindent\n",
                                        report::latex_escape(verdict(outcome.race)), ".\n"));
    }
    case Format::table:
      break;
  }
  return cat(verdict(outcome.race), ".\n\n", report::text(race_table(outcome, false)), "\n",
             lines(race_notes(outcome), ""));
}

}  // namespace talweg::present
