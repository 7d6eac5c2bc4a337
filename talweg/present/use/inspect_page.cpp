#include "talweg/present/use/inspect_page.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "talweg/base/listing.hpp"
#include "talweg/base/text.hpp"
#include "talweg/present/network_picture.hpp"
#include "talweg/present/use/inspect_report.hpp"
#include "talweg/report/plot/chart.hpp"

namespace talweg::present {

using namespace api;

namespace {

using report::html::Section;
using report::plot::Chart;
using report::plot::Draw;
using report::plot::Series;
using text::cat;

constexpr std::size_t most_whole = 40;      // rows of a table that does not scroll
constexpr std::size_t most_intervals = 30;  // in the picture
constexpr double names_share = 0.3;         // of the picture's width, for names behind the last points
constexpr double least_p = 1e-15;           // below it no p is worth telling apart

std::optional<double> number(const report::Table& table, const std::vector<report::Cell>& row,
                             std::string_view column) {
  const auto at = static_cast<std::size_t>(std::ranges::find(table.columns, column) - table.columns.begin());
  if (at == table.columns.size()) return std::nullopt;
  const auto* value = std::get_if<double>(&row[at]);
  return value ? std::optional(*value) : std::nullopt;
}

/// With few digits, and the intercepts behind.
report::Table in_words(const InspectReport& r) {
  report::Table table = with_intercepts(r);
  for (auto& row : table.rows)
    for (std::size_t c = 0; c < row.size(); ++c)
      if (const auto* v = std::get_if<double>(&row[c]))
        row[c] = table.columns[c] == "p" && *v < least_p ? cat("< ", text::brief(least_p)) : text::brief(*v, 5);
  for (std::string& column : table.columns) std::ranges::replace(column, '_', ' ');
  return table;
}

/// A line for each interval, for one standard deviation of the column where columns were scaled: only so can they be
/// compared.
Chart intervals(const InspectReport& r) {
  Series points{.draw = Draw::points, .style = 1}, nought{.draw = Draw::line, .style = 0, .background = true};
  Chart chart{.x = {.label = "coefficient, 95 % interval"}, .y = {.label = "from the smallest to the largest"}};
  for (const auto& row : r.table.rows) {
    const auto value = number(r.table, row, "value"), low = number(r.table, row, "low"),
               high = number(r.table, row, "high");
    if (points.x.size() == most_intervals) break;
    if (!value || !low || !high || *value == 0) continue;
    const auto scaled = number(r.table, row, "scaled");
    const double unit = scaled ? *scaled / *value : 1, y = -static_cast<double>(points.x.size() + 1);
    if (scaled) chart.x.label = "for one standard deviation of the column, 95 % interval";
    const std::string label = r.table.columns[1] == "class"
                                  ? cat(std::get<std::string>(row[0]), ", ", std::get<std::string>(row[1]))
                                  : std::get<std::string>(row[0]);
    points.tags.push_back({points.x.size(), label});
    points.titles.push_back(
        cat(label, ": ", text::brief(*value, 5), " (", text::brief(*low, 5), " to ", text::brief(*high, 5), ")"));
    points.x.push_back(*value * unit);
    points.y.push_back(y);
    chart.series.push_back(
        {.x = {*low * unit, *high * unit}, .y = {y, y}, .draw = Draw::line, .style = 1, .background = true});
  }
  if (points.x.empty()) return {};
  const double top = static_cast<double>(points.x.size()) + 1;  // the largest stands on top
  double left = 0, right = 0;
  for (Series& line : chart.series) {
    for (double& y : line.y) y += top;
    left = std::min(left, line.x[0]), right = std::max(right, line.x[1]);
  }
  for (double& y : points.y) y += top;
  nought.x = {0, 0}, nought.y = {0.5, top - 0.5};
  chart.x.high = right + names_share * (right - left);
  chart.series.push_back(std::move(nought));
  chart.series.push_back(std::move(points));
  return chart;
}

std::string words_of(const report::Cell& cell) {
  if (const auto* s = std::get_if<std::string>(&cell)) return *s;
  if (const auto* n = std::get_if<std::int64_t>(&cell)) return cat(*n);
  if (const auto* d = std::get_if<double>(&cell)) return text::brief(*d);
  return "";
}

std::string beside(const InspectReport& r) {
  std::string words = "in the units of the file";
  for (const auto& [name, value] : r.facts)
    if (name == "standard_errors") words += cat("; standard errors: ", words_of(value));
  if (!r.undetermined.empty()) {
    const std::vector<std::string_view> names(r.undetermined.begin(), r.undetermined.end());
    words += cat("; the rows do not determine ", text::list_some(names, 20));
  }
  if (r.left_out > 0) words += cat("; the largest, and ", r.left_out, " more in the model");
  return words;
}

}  // namespace

std::vector<Section> coefficient_sections(const InspectReport& r) {
  if (r.title != "coefficients") return {};
  report::Table table = in_words(r);
  const bool whole = table.rows.size() <= most_whole;
  std::vector<Section> sections{{.title = "Coefficients",
                                 .words = beside(r),
                                 .content = report::html::Rows{.table = std::move(table), .whole = whole},
                                 .wide = true}};
  if (Chart chart = intervals(r); !chart.series.empty())
    sections.push_back({.title = "Intervals",
                        .words = "an interval that does not reach 0 speaks for a coefficient that is none by chance",
                        .content = report::html::Picture{{std::move(chart)}},
                        .wide = true});
  return sections;
}

report::html::Page inspect_page(const InspectReport& r, const Reproduction& reproduction,
                                const PictureOptions& options) {
  report::html::Page page{.title = options.title_or(in_few_digits(r.model))};
  report::html::Facts facts;
  for (const auto& [name, value] : r.facts) {
    std::string words = name;
    std::ranges::replace(words, '_', ' ');
    facts.facts.push_back({words, words_of(value)});
    if (name == "loss" || name == "status") page.figures.push_back({words, words_of(value)});
  }
  page.sections = coefficient_sections(r);
  if (r.title != "coefficients")
    page.sections.push_back({.title = "Layers", .content = report::html::Rows{r.table}, .wide = true});
  if (auto drawing = network_of(r.tensors, r.features, r.classes); drawing.layers.size() > 1)
    page.sections.push_back({.title = "Network",
                             .words = "thick lines: large weights; dashed: negative ones",
                             .content = report::html::Picture{{std::move(drawing)}},
                             .wide = true});
  page.sections.push_back({.title = "Model", .content = std::move(facts)});
  finish_page(page, reproduction);
  return page;
}

}  // namespace talweg::present
