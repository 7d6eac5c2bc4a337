#include "talweg/present/lesson/exhibit.hpp"

#include <algorithm>
#include <array>

#include "talweg/api/command_of.hpp"
#include "talweg/base/text.hpp"
#include "talweg/present/minimize/minimize_report.hpp"
#include "talweg/present/picture_options.hpp"
#include "talweg/present/race/compare_report.hpp"

namespace talweg::present::lesson {

using namespace api::lesson;
using text::cat;

namespace {

/// Options of documents, which are no part of a request.
std::string document_option(std::string_view name, std::string_view value) { return shell::flag(name, value); }

template <class... Fs> struct Visitor : Fs... { using Fs::operator()...; };
template <class... Fs> Visitor(Fs...) -> Visitor<Fs...>;

std::string plotted(const std::string& file, Medium medium) {
  return document_option("plot", medium == Medium::terminal ? "-" : shell::quoted(file));
}

shell::Pieces command_of_walk(const Walk& walk, Medium medium) {
  shell::Pieces out = api::command_of(walk.run->request);
  if (!walk.picture) return out;
  out.push_back(plotted(walk.picture->file, medium));
  PictureOptions asked{.ranges = walk.picture->ranges};
  std::vector<BoundOption> described;
  add_options(described, asked, PictureOptions::options());
  for (std::string& piece : shell::pieces(described)) out.push_back(std::move(piece));
  return out;
}

shell::Pieces command_of_race(const RaceTable& race, Medium medium) {
  shell::Pieces out = api::command_of(race.run->request);
  if (!race.file.empty()) out.push_back(plotted(race.file, medium));
  return out;
}

shell::Pieces command_of_graph(const GraphPicture& graph, Medium medium) {
  shell::Pieces out = api::command_of(graph.run->request);
  out.push_back(document_option("format", medium == Medium::terminal ? "tree" : "svg"));
  if (medium == Medium::page) out.push_back(document_option("output", "neuron.svg"));
  return out;
}

/// Whether a column of a walk is shown.
bool shows(const Walk& walk, const std::string& column, std::size_t place) {
  const auto& variables = walk.run->outcome.variables;
  const bool in_batches = !walk.run->request.batch_size.empty();
  if (place <= variables.size() + 1) return true;  // iteration, the point, f
  if (column == "terms" || column == "rows") return in_batches && column == "rows";
  return walk.beside == Walk::Columns::state ||
         (walk.beside == Walk::Columns::gradient && column.starts_with("gradient"));
}

}  // namespace

std::vector<shell::Pieces> commands(const Exhibit& exhibit, Medium medium) {
  using All = std::vector<shell::Pieces>;
  const auto of_run = [](const auto& shown) { return All{api::command_of(shown.run->request)}; };
  return std::visit(Visitor{[](const File& file) { return All{{file.command()}}; },
                            [&](const Walk& walk) { return All{command_of_walk(walk, medium)}; },
                            [&](const RaceTable& race) { return All{command_of_race(race, medium)}; },
                            [&](const GraphPicture& graph) { return All{command_of_graph(graph, medium)}; },
                            [](const LossCurves& curves) {
                              All out;
                              for (const TrainRun& run : curves.runs) out.push_back(api::command_of(run->request));
                              return out;
                            },
                            [](const Cards& cards) {
                              All out{api::command_of(cards.request)};
                              for (const RaceRun& race : cards.races) out.push_back(api::command_of(race->request));
                              return out;
                            },
                            of_run},
                    exhibit);
}

std::string_view kind(const Exhibit& exhibit) {
  static constexpr std::array<std::string_view, std::variant_size_v<Exhibit>> names{
      "file", "walk", "summary", "arithmetic", "graph", "race", "epochs", "losses", "cards", "advice"};
  return names[exhibit.index()];
}

std::vector<std::vector<std::string>> cells(const Walk& walk) {
  const report::LongTable table = lecture_table(walk.run->outcome);
  const auto all = report::cells(table);
  std::vector<std::size_t> columns;
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (shows(walk, table.columns[c], c)) columns.push_back(c);
  std::vector<std::vector<std::string>> out;
  const auto take = [&](const std::vector<std::string>& row) {
    out.emplace_back();
    for (const std::size_t c : columns) out.back().push_back(row[c]);
  };
  const std::size_t head = 1, shown = head + 1 + static_cast<std::size_t>(walk.first);  // the header, the start, steps
  for (std::size_t r = 0; r < std::min(shown, all.size()); ++r) take(all[r]);
  if (all.size() > shown + 1) {
    out.emplace_back(columns.size());
    out.back().front() = cat(std::string(all[0][0].size() - 1, ' '), "…");
  }
  if (all.size() > shown) take(all.back());
  return out;
}

std::vector<std::vector<std::string>> cells(const RaceTable& race) {
  static constexpr std::array<std::string_view, 5> wanted{"rank", "optimizer", "rate", "median", "to target"};
  const report::LongTable table(race_table(race.run->outcome, false));
  auto out = report::cells(table);
  for (auto& row : out) {
    std::vector<std::string> kept;
    for (std::size_t c = 0; c < row.size(); ++c)
      if (std::ranges::find(wanted, table.columns[c]) != wanted.end()) kept.push_back(std::move(row[c]));
    row = std::move(kept);
  }
  return out;
}

report::Table losses(const LossCurves& curves) {
  report::Table table{{"epoch"}, {}};
  table.columns.insert(table.columns.end(), curves.names.begin(), curves.names.end());
  for (const auto& e : curves.runs.front()->outcome.epochs) {
    if (e.epoch % curves.every != 0) continue;
    std::vector<report::Cell> row{e.epoch};
    for (const TrainRun& run : curves.runs)
      row.emplace_back(text::brief(run->outcome.epochs[static_cast<std::size_t>(e.epoch - 1)].loss, 4));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace talweg::present::lesson
