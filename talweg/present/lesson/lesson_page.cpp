#include <array>

#include "talweg/base/text.hpp"
#include "talweg/explain/graph.hpp"
#include "talweg/present/lesson/exhibit.hpp"
#include "talweg/present/lesson/lesson_report.hpp"
#include "talweg/present/lesson/printed.hpp"
#include "talweg/present/race/compare_report.hpp"

namespace talweg::present::lesson {

using namespace api::lesson;
using report::html::Part;
using text::cat;

namespace {

report::html::Rows rows_of(const std::vector<std::vector<std::string>>& cells) {
  report::html::Rows out{.whole = true};
  for (const auto& line : cells) {
    std::vector<std::string> trimmed;
    for (const std::string& cell : line) trimmed.emplace_back(text::trim(cell));
    if (out.table.columns.empty())
      out.table.columns = std::move(trimmed);
    else
      out.table.rows.emplace_back(trimmed.begin(), trimmed.end());
  }
  return out;
}

/// The headings are those of the page.
std::vector<report::plot::Panel> untitled(std::vector<report::plot::Panel> panels) {
  if (panels.size() == 1) std::visit([](auto& panel) { panel.title.clear(); }, panels.front());
  return panels;
}

std::string lines_of(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

/// What stands on a page in place of the text of a terminal; the commands are added below.
struct PartsOf {
  using Parts = std::vector<Part>;

  Parts operator()(const File&) const { return {{.content = report::html::Prose{}, .wide = true}}; }
  Parts operator()(const Walk& walk) const {
    constexpr std::size_t most_columns = 5;  // that stand beside a picture
    const auto table = cells(walk);
    Parts out{{.content = rows_of(table), .wide = table.front().size() > most_columns}};
    if (walk.picture) out.push_back({.content = report::html::Picture{untitled(panels(walk))}});
    return out;
  }
  Parts operator()(const GraphPicture& picture) const {
    return {{.content = report::html::Drawing{explain::svg(picture.graph)}, .wide = true}};
  }
  Parts operator()(const RaceTable& race) const {
    const auto& outcome = race.run->outcome;
    Parts out{{.content = report::html::Prose{verdict(outcome.race)}, .wide = true},
              {.content = rows_of(cells(race)), .wide = true}};
    if (!race.file.empty()) out.push_back({.content = report::html::Picture{untitled(panels(race))}, .wide = true});
    out.push_back({.content = report::html::Prose{lines_of(race_notes(outcome))}, .wide = true});
    return out;
  }
  Parts operator()(const LossCurves& curves) const {
    return {{.content = rows_of(report::cells(report::LongTable(losses(curves))))},
            {.content = report::html::Picture{untitled({chart(curves)})}}};
  }
  Parts operator()(const Cards& cards) const {
    Parts out;
    for (const Cards::Row& row : cards.rows) {
      report::html::Facts facts{{{"what for", std::string(row.guidance.use)},
                                 {"strengths", std::string(row.guidance.strengths)},
                                 {"weaknesses", std::string(row.guidance.weaknesses)}}};
      for (std::size_t k = 0; k < row.measured.size(); ++k) facts.facts.push_back({cards.measured[k], row.measured[k]});
      out.push_back({.title = row.name, .content = std::move(facts)});
    }
    return out;
  }
  template <class Shown> Parts operator()(const Shown& shown) const {
    return {{.content = report::html::Output{printed(shown)}, .wide = true}};
  }
};

std::string paragraphs(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& paragraph : words) out += paragraph + "\n";
  return out;
}

}  // namespace

std::vector<Part> parts(const Exhibit& exhibit) {
  std::vector<Part> out = std::visit(PartsOf{}, exhibit);
  std::string typed;
  for (const shell::Pieces& pieces : commands(exhibit, Medium::page))
    typed += cat(typed.empty() ? "" : "\n", shell::line(pieces));
  out.push_back({.content = report::html::Code{typed}, .wide = true});
  return out;
}

report::html::Page lesson_page(const std::vector<Made>& lessons, std::string_view version) {
  const bool one = lessons.size() == 1;
  report::html::Page page{.title = one ? std::string(lessons[0].lesson->title) : "Lessons in going downhill",
                          .subtitle = one ? std::string(lessons[0].lesson->what)
                                          : "What gradient methods do, from one neuron to the choice of a method."};
  for (const Made& made : lessons)
    for (std::size_t k = 0; k < made.pages.size(); ++k) {
      const Page& p = made.pages[k];
      report::html::Parts content{{{.content = report::html::Prose{paragraphs(p.words)}, .wide = true}}};
      for (const Exhibit& exhibit : p.exhibits)
        for (Part& part : parts(exhibit)) content.parts.push_back(std::move(part));
      page.sections.push_back({.title = p.title,
                               .content = std::move(content),
                               .wide = true,
                               .chapter = k == 0 && !one ? std::string(made.lesson->title) : ""});
    }
  page.footer =
      cat("Made by talweg ", version,
          " from runs of its engine: the command below each table and picture computes it again. This file is "
          "complete: it fetches nothing and opens without a network.");
  return page;
}

}  // namespace talweg::present::lesson
