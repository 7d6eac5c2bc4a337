#include "talweg/present/lesson/lesson_report.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/explain/graph.hpp"
#include "talweg/present/lesson/exhibit.hpp"
#include "talweg/present/lesson/printed.hpp"

namespace talweg::present::lesson {

using namespace api::lesson;
using text::cat;
using Json = nlohmann::ordered_json;

namespace {

Json table_json(const report::Table& table) { return Json::parse(report::json(table)); }

Json exhibit_json(const Exhibit& exhibit) {
  Json out{{"kind", kind(exhibit)}, {"commands", Json::array()}};
  for (const shell::Pieces& pieces : commands(exhibit, Medium::page)) out["commands"].push_back(shell::line(pieces));
  if (const auto* walk = std::get_if<Walk>(&exhibit)) {
    out["columns"] = Json::array();
    out["rows"] = Json::array();
    for (const auto& row : cells(*walk)) {
      auto line = Json::array();
      for (const std::string& cell : row) line.push_back(text::trim(cell));
      (out["columns"].empty() ? out["columns"] : out["rows"].emplace_back()) = std::move(line);
    }
    if (walk->picture) out["svg"] = report::plot::svg({.panels = panels(*walk)});
  } else if (const auto* graph = std::get_if<GraphPicture>(&exhibit)) {
    out["svg"] = explain::svg(graph->graph);
  } else if (const auto* curves = std::get_if<LossCurves>(&exhibit)) {
    out["rows"] = table_json(losses(*curves));
    out["svg"] = report::plot::svg({.panels = {chart(*curves)}});
  } else {
    if (const auto* race = std::get_if<RaceTable>(&exhibit); race && !race->file.empty())
      out["svg"] = report::plot::svg({.panels = panels(*race)});
    out["text"] = text(exhibit, columns);
  }
  return out;
}

Json lesson_json(const Made& made) {
  Json out{{"name", made.lesson->name},
           {"title", made.lesson->title},
           {"what", made.lesson->what},
           {"pages", Json::array()}};
  for (const Page& page : made.pages) {
    Json one{{"title", page.title}, {"words", page.words}, {"exhibits", Json::array()}};
    for (const Exhibit& exhibit : page.exhibits) one["exhibits"].push_back(exhibit_json(exhibit));
    out["pages"].push_back(std::move(one));
  }
  return out;
}

std::string written(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

LessonFormat parse_lesson_format(std::string_view wanted) {
  static constexpr std::array<std::string_view, 3> names{"text", "markdown", "json"};
  const auto it = std::ranges::find(names, wanted);
  if (it != names.end()) return static_cast<LessonFormat>(it - names.begin());
  const std::string near = text::did_you_mean(wanted, names);
  throw Error(
      cat("unknown format '", wanted, "': the formats are ", text::list(names), near.empty() ? "" : cat("; ", near)));
}

Made make(const Lesson& lesson) { return {&lesson, lesson.pages()}; }

std::string render(const std::vector<Made>& lessons, LessonFormat format) {
  if (format == LessonFormat::json) {
    Json out{{"lessons", Json::array()}};
    for (const Made& made : lessons) out["lessons"].push_back(lesson_json(made));
    return written(out);
  }
  std::string out;
  for (const Made& made : lessons)
    for (std::size_t page = 0; page < made.pages.size(); ++page)
      out += cat(out.empty() ? "" : "\n",
                 format == LessonFormat::markdown ? page_markdown(made, page) : page_text(made, page));
  return out;
}

std::string list(LessonFormat format) {
  if (format == LessonFormat::json) {
    Json out{{"lessons", Json::array()}};
    for (const Lesson& lesson : lessons())
      out["lessons"].push_back({{"name", lesson.name}, {"title", lesson.title}, {"what", lesson.what}});
    return written(out);
  }
  std::size_t widest = 0;
  for (const Lesson& lesson : lessons()) widest = std::max(widest, lesson.name.size());
  std::string out;
  for (const Lesson& lesson : lessons())
    out += format == LessonFormat::markdown
               ? cat("- `", lesson.name, "` ", lesson.title, ": ", lesson.what, "\n")
               : cat("talweg lesson ", lesson.name, std::string(widest - lesson.name.size() + 2, ' '), lesson.title,
                     ": ", lesson.what, "\n");
  return cat(out, "\nThey follow each other in this order. All of them as one page: talweg lesson ",
             text::option("report", "lessons.html"), "\n");
}

}  // namespace talweg::present::lesson
