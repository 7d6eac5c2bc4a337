#include "talweg/present/race/compare_page.hpp"
#include "talweg/present/race/compare_report.hpp"

#include <algorithm>
#include <utility>

#include "talweg/base/text.hpp"
#include "talweg/present/race/compare_picture.hpp"
#include "talweg/report/plot/scale.hpp"

namespace talweg::present {

using namespace api;

namespace {

using report::html::Fact;
using report::html::Page;
using report::html::Tone;
using text::cat;

std::string upper_first(std::string sentence) {
  if (!sentence.empty() && sentence.compare(0, 6, "every ") == 0) sentence[0] = 'E';
  return sentence + ".";
}

/// Who won against whom, and how often, over the seeds.
report::Table pairs(const compare::Race& race) {
  report::Table table{{"first", "second", "first better", "second better", "level"}, {}};
  if (race.random) table.columns.emplace_back("p");
  for (const auto& p : race.pairings) {
    table.rows.push_back(
        {race.contestants[p.first].entrant.given, race.contestants[p.second].entrant.given, p.wins, p.losses, p.ties});
    if (race.random) table.rows.back().emplace_back(report::plot::shown(p.p, 3));
  }
  return table;
}

std::vector<Fact> ran(const compare::Race& race) {
  std::vector<Fact> facts;
  for (const auto& c : race.contestants) facts.push_back({c.entrant.given, cat(c.ran, c.tuned ? " (rate tuned)" : "")});
  return facts;
}

}  // namespace

Page compare_page(const CompareOutcome& outcome, const Reproduction& reproduction, const PictureOptions& options) {
  const compare::Race& race = outcome.race;
  Page page{
      .title = options.title_or(outcome.subject.name),
      .subtitle = cat(race.contestants.size(), race.contestants.size() == 1 ? " method, " : " methods, ", race.seeds,
                      race.seeds == 1 ? " run of " : " runs of each with ", race.budget, " ", race.unit),
      .verdict = upper_first(verdict(race)),
      .tone = outcome.success() ? Tone::good : Tone::bad};
  for (const std::size_t i : race.by_rank()) {
    const auto& c = race.contestants[i];
    if (page.figures.size() < 4)
      page.figures.push_back({cat(c.rank, ". ", c.entrant.given), report::plot::shown(c.value.median, 4)});
  }
  const report::plot::Figure drawn = picture(outcome, options);
  report::plot::Chart curves = std::get<report::plot::Chart>(drawn.panels.front());
  page.sections.push_back({.title = std::exchange(curves.title, ""),
                           .words = std::exchange(curves.subtitle, ""),
                           .content = report::html::Curves{std::move(curves)},
                           .wide = true});
  for (const auto& panel : drawn.panels)
    if (const auto* plane = std::get_if<report::plot::Plane>(&panel)) {
      report::plot::Plane paths = *plane;
      page.sections.push_back({.title = std::exchange(paths.title, ""),
                               .words = std::exchange(paths.subtitle, ""),
                               .content = report::html::Picture{{std::move(paths)}},
                               .wide = true});
    }
  page.sections.push_back(
      {.title = "Ranking", .content = report::html::Rows{race_table(outcome, false)}, .wide = true});
  if (!race.pairings.empty())
    page.sections.push_back({.title = "Each against each", .content = report::html::Rows{pairs(race)}, .wide = true});
  page.sections.push_back({.title = "What ran", .content = report::html::Facts{ran(race)}});
  std::string words;
  for (const auto& note : race_notes(outcome)) words += note + "\n";
  page.sections.push_back({.title = "How to read it", .content = report::html::Prose{words}});
  finish_page(page, reproduction);
  return page;
}

}  // namespace talweg::present
