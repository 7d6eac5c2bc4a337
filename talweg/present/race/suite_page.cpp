#include "talweg/present/race/suite_page.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/present/race/suite_report.hpp"

namespace talweg::present {

using namespace api;

namespace {

using report::html::Page;
using report::html::Tone;
using report::plot::Chart;
using report::plot::Series;
using text::cat;

template <class Field> std::vector<std::string> distinct(const SuiteOutcome& outcome, Field field) {
  std::vector<std::string> out;
  for (const SuiteScore& s : outcome.scores)
    if (std::find(out.begin(), out.end(), s.*field) == out.end()) out.push_back(s.*field);
  return out;
}

/// τ of each problem for each method: its evaluations over the fewest of any method; infinite where it was not solved.
std::map<std::string, std::vector<double>> factors(const SuiteOutcome& outcome, const std::string& set) {
  std::map<std::string, std::int64_t> fewest;
  for (const SuiteRun& r : outcome.runs)
    if (r.set == set && r.solved) {
      const auto [it, is_new] = fewest.emplace(cat(r.problem, " ", r.n), r.evaluations);
      if (!is_new) it->second = std::min(it->second, r.evaluations);
    }
  std::map<std::string, std::vector<double>> out;
  for (const SuiteRun& r : outcome.runs)
    if (r.set == set)
      out[r.method].push_back(r.solved ? double(r.evaluations) / double(fewest.at(cat(r.problem, " ", r.n)))
                                       : INFINITY);
  for (auto& [method, values] : out) std::sort(values.begin(), values.end());
  return out;
}

report::Table all_runs(const SuiteOutcome& outcome) {
  report::Table table{
      {"set", "problem", "n", "method", "status", "solved", "value", "optimum", "iterations", "evaluations"}, {}};
  for (const SuiteRun& r : outcome.runs)
    table.rows.push_back({r.set, r.problem, r.n, r.method, std::string(name(r.status)),
                          std::string(r.false_success() ? "no, though it claims success"
                                      : r.saddle        ? "saddle"
                                      : r.local         ? "local"
                                      : r.solved        ? "yes"
                                                        : "no"),
                          r.value, r.optimum, r.iterations, r.evaluations});
  return table;
}

}  // namespace

Chart performance_profile(const SuiteOutcome& outcome, const std::string& set) {
  Chart chart{.title = set,
              .x = {.label = "evaluations, times those of the best", .scale = report::plot::Scale::log},
              .y = {.label = "share solved", .low = 0, .high = 1.02}};
  const auto taus = factors(outcome, set);
  if (taus.size() < 2) return chart;
  double last = 2;
  for (const auto& [method, values] : taus)
    for (const double v : values)
      if (std::isfinite(v)) last = std::max(last, v * 1.1);
  for (const std::string& method : distinct(outcome, &SuiteScore::method)) {
    const auto found = taus.find(method);
    if (found == taus.end()) continue;
    Series s{.name = method};
    const auto add = [&](double x, double y) { s.x.push_back(x), s.y.push_back(y); };
    double solved = 0;
    const double each = 1 / double(found->second.size());
    for (const double tau : found->second) {
      if (!std::isfinite(tau)) break;
      add(tau, solved);
      add(tau, solved += each);
    }
    if (s.x.empty()) add(1, 0);
    add(last, solved);
    chart.series.push_back(std::move(s));
  }
  return chart;
}

Page suite_page(const SuiteOutcome& outcome, const Reproduction& reproduction) {
  std::int64_t instances = 0, solved = 0, false_successes = 0;
  for (const SuiteScore& s : outcome.scores)
    instances += s.instances, solved += s.solved, false_successes += s.false_successes;
  Page page{.title = "The scored collection",
            .subtitle = "every problem from its standard start, at the defaults",
            .verdict = cat(solved, " of ", instances, " runs end at a known minimum; ",
                           false_successes == 0 ? "none" : cat(false_successes),
                           false_successes == 1 ? " claims" : " claim", " success wrongly."),
            .tone = false_successes == 0 ? Tone::good : Tone::neutral,
            .figures = {{"runs", cat(instances)}, {"solved", cat(solved)}, {"false successes", cat(false_successes)}}};
  for (const std::string& set : distinct(outcome, &SuiteScore::set))
    if (Chart profile = performance_profile(outcome, set); !profile.series.empty())
      page.sections.push_back({.title = cat("Profile of ", set),
                               .words = "share solved with at most so many times the evaluations of the best method",
                               .content = report::html::Picture{{[&] {
                                 profile.title.clear();
                                 return profile;
                               }()}}});
  page.sections.push_back({.title = "Scores", .content = report::html::Rows{suite_scores(outcome)}, .wide = true});
  page.sections.push_back(
      {.title = "Runs",
       .content = report::html::Rows{all_runs(outcome), cat("the same command with ", text::option("each"), " ",
                                                            text::option("format", "csv"))},
       .wide = true});
  std::string notes = cat("Arithmetic ", outcome.arithmetic, ": where it is the same, so are the evaluations.\n");
  for (const auto& note : outcome.notes) notes += note + "\n";
  page.sections.push_back({.title = "Notes", .content = report::html::Prose{notes}, .wide = true});
  finish_page(page, reproduction);
  return page;
}

}  // namespace talweg::present
