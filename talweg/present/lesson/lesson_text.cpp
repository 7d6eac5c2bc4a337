#include "talweg/base/columns.hpp"
#include "talweg/base/text.hpp"
#include "talweg/explain/graph.hpp"
#include "talweg/present/lesson/exhibit.hpp"
#include "talweg/present/lesson/lesson_report.hpp"
#include "talweg/present/lesson/printed.hpp"
#include "talweg/present/race/compare_report.hpp"
#include "talweg/report/pieces.hpp"
#include "talweg/report/wrapped.hpp"

namespace talweg::present::lesson {

using namespace api::lesson;
using text::cat;

namespace {

constexpr std::size_t prose_width = 88;  // a comfortable line, within what tables take

std::string joined(const std::vector<std::string>& cells) {
  std::string out;
  for (const std::string& cell : cells) out += cat(out.empty() ? "" : "  ", cell);
  out.erase(out.find_last_not_of(' ') + 1);
  return out + "\n";
}

/// Long lines are broken between words, further to the right than they began.
std::string fitted(std::string_view given, std::size_t width) {
  std::string out;
  std::string_view rest = given;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (text::columns(line) <= width) {
      out += cat(line, "\n");
      continue;
    }
    const auto indent = std::min(line.find_first_not_of(' '), line.size());
    const std::string first(indent, ' '), more(indent + 4, ' ');
    bool begins = true;
    for (const std::string& piece : report::lines_of(line.substr(indent), width - more.size()))
      out += cat(std::exchange(begins, false) ? first : more, piece, "\n");
  }
  return out;
}

std::string drawn(std::vector<report::plot::Panel> panels) {
  return report::plot::terminal({.panels = std::move(panels)}, {.colour = false});
}

std::string cards_text(const Cards& cards, std::size_t width) {
  std::vector<std::string> columns{"name", "what for", "strengths", "weaknesses"};
  columns.insert(columns.end(), cards.measured.begin(), cards.measured.end());
  std::vector<std::vector<std::string>> rows;
  for (const Cards::Row& row : cards.rows) {
    rows.push_back({row.name, std::string(row.guidance.use), std::string(row.guidance.strengths),
                    std::string(row.guidance.weaknesses)});
    rows.back().insert(rows.back().end(), row.measured.begin(), row.measured.end());
  }
  return report::wrapped(columns, rows, width);
}

struct TextOf {
  std::size_t width;

  std::string operator()(const File&) const { return ""; }
  std::string operator()(const Walk& walk) const {
    std::string out;
    for (const auto& row : cells(walk)) out += joined(row);
    return walk.picture ? cat(out, drawn(panels(walk))) : out;
  }
  std::string operator()(const GraphPicture& picture) const { return explain::tree(picture.graph); }
  std::string operator()(const RaceTable& race) const {
    std::string out = cat(fitted(verdict(race.run->outcome.race), width), "\n");
    for (const auto& row : cells(race)) out += joined(row);
    out += '\n';
    for (const std::string& note : race_notes(race.run->outcome)) out += fitted(note, width);
    return race.file.empty() ? out : cat(out, drawn(panels(race)));
  }
  std::string operator()(const LossCurves& curves) const {
    return cat(report::text(losses(curves)), drawn({chart(curves)}));
  }
  std::string operator()(const Cards& cards) const { return cards_text(cards, width); }
  template <class Shown> std::string operator()(const Shown& shown) const { return fitted(printed(shown), width); }
};

/// "$ talweg … \", ready to be copied.
std::string command_lines(const Exhibit& exhibit, std::size_t width) {
  std::string out;
  for (const shell::Pieces& pieces : commands(exhibit, Medium::terminal))
    out += cat("$ ", shell::lines(pieces, width - 2), "\n");
  return out;
}

std::string underlined(std::string_view title, char with) {
  return cat(title, "\n", std::string(text::columns(title), with), "\n");
}

}  // namespace

std::string text(const Exhibit& exhibit, std::size_t width) { return std::visit(TextOf{width}, exhibit); }

std::string page_text(const Made& made, std::size_t page) {
  const Page& p = made.pages[page];
  std::string out = page == 0 ? underlined(cat(made.lesson->title, ": ", made.lesson->what), '=') + "\n" : "";
  out += underlined(cat(page + 1, "/", made.pages.size(), "  ", p.title), '-');
  for (const std::string& paragraph : p.words) {
    out += '\n';
    for (const std::string& line : report::lines_of(paragraph, prose_width)) out += line + "\n";
  }
  for (const Exhibit& exhibit : p.exhibits) out += cat("\n", command_lines(exhibit, columns), text(exhibit, columns));
  return out;
}

std::string page_markdown(const Made& made, std::size_t page) {
  const Page& p = made.pages[page];
  std::string out = page == 0 ? cat("# ", made.lesson->title, "\n\n", made.lesson->what, "\n\n") : "";
  out += cat("## ", p.title, "\n");
  for (const std::string& paragraph : p.words) out += cat("\n", report::markdown_escape(paragraph), "\n");
  for (const Exhibit& exhibit : p.exhibits)
    out += cat("\n```console\n", command_lines(exhibit, columns), text(exhibit, columns), "```\n");
  return out;
}

}  // namespace talweg::present::lesson
