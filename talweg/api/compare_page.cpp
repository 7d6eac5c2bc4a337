#include "talweg/api/compare_page.hpp"

#include <cmath>
#include <utility>

#include "talweg/api/compare_picture.hpp"
#include "talweg/base/text.hpp"

namespace talweg::api {

namespace {

using report::html::Curves;
using report::html::Page;
using report::html::Picture;
using report::html::Rows;
using text::cat;

report::Table pair_table(const compare::Race& race) {
  report::Table t{{"first", "second", "wins of the first", "losses", "ties", "p"}, {}};
  for (const auto& p : race.pairings)
    t.rows.push_back({race.contestants[p.first].entrant.given, race.contestants[p.second].entrant.given, p.wins,
                      p.losses, p.ties, race.random ? text::brief(p.p, 3) : std::string("-")});
  return t;
}

/// What ran, with every parameter.
report::html::Facts methods(const compare::Race& race) {
  report::html::Facts facts;
  for (const std::size_t i : race.by_rank())
    facts.facts.push_back({race.contestants[i].entrant.given, race.contestants[i].ran});
  return facts;
}

std::string paragraphs(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += cat(out.empty() ? "" : "\n", line, ".");
  return out;
}

}  // namespace

Page compare_page(const CompareOutcome& outcome, const Reproduction& reproduction) {
  const compare::Race& race = outcome.race;
  Page page{.title = outcome.subject.name,
            .subtitle = outcome.subject.data ? outcome.subject.data->task().spec.text() : "",
            .verdict = cat(verdict(race), "."),
            .tone = outcome.success() ? report::html::Tone::good : report::html::Tone::bad,
            .figures = {{"methods", cat(race.contestants.size())},
                        {"runs of each", cat(race.seeds)},
                        {"budget of a run", cat(race.budget)}}};
  auto chart = race_panel(outcome);
  const std::string words = std::exchange(chart.subtitle, "");
  page.sections.push_back(
      {.title = std::exchange(chart.title, ""), .words = words, .content = Curves{std::move(chart)}, .wide = true});
  page.sections.push_back({.title = "Result",
                           .content = Rows{race_table(outcome, false), "the same command with --format csv"},
                           .wide = true});
  if (outcome.subject.variables.size() == 2) {
    auto plane = race_paths(outcome);
    const std::string told = std::exchange(plane.subtitle, "");
    page.sections.push_back(
        {.title = std::exchange(plane.title, ""), .words = told, .content = Picture{{std::move(plane)}}, .wide = true});
  }
  page.sections.push_back({.title = "How it was run", .content = report::html::Prose{paragraphs(race_notes(outcome))}});
  if (race.contestants.size() > 1)
    page.sections.push_back(
        {.title = "Pair by pair",
         .words = race.random ? "exact sign test over the seeds, Holm's correction" : "nothing random",
         .content = Rows{pair_table(race), "the same command with --format json"}});
  page.sections.push_back({.title = "What ran", .content = methods(race), .wide = true});
  page.sections.push_back(reproduction_section(reproduction));
  page.footer = page_footer(reproduction);
  return page;
}

}  // namespace talweg::api
