#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/formula/prediction.hpp"
#include "talweg/present/minimize/minimize_picture.hpp"

namespace talweg::present {

using namespace api;

namespace {

using report::plot::Chart;
using report::plot::Draw;
using report::plot::Series;
using text::cat;

constexpr std::size_t curve_points = 201, most_points = 2000;

/// Evenly spread over the rows where there are too many to draw.
Series points(std::span<const double> x, std::span<const double> y) {
  Series s{.draw = Draw::points};
  const std::size_t count = std::min(x.size(), most_points);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t row = i * x.size() / count;
    s.x.push_back(x[row]);
    s.y.push_back(y[row]);
  }
  return s;
}

Series curve(const char* name, formula::Prediction p, std::span<const double> at, const std::array<double, 2>& range) {
  const auto [low, high] = range;
  Series s{.name = name, .function = true};
  for (std::size_t k = 0; k < curve_points; ++k) {
    const double x = low + (high - low) * static_cast<double>(k) / static_cast<double>(curve_points - 1);
    s.x.push_back(x);
    s.y.push_back(p(at, std::span(&x, 1)));
  }
  return s;
}

}  // namespace

std::optional<Chart> fit_panel(const MinimizeOutcome& outcome, const PictureOptions& options) {
  const formula::DataFormula* f = outcome.problem->over_rows();
  if (!f) return std::nullopt;
  const auto prediction = formula::Prediction::of(*f);
  if (!prediction || prediction->over().size() != 1) return std::nullopt;
  const formula::Columns& columns = f->columns();
  const auto x = columns.values[prediction->over()[0]], y = columns.values[prediction->target()];
  const std::string& over = columns.names[prediction->over()[0]];
  const std::string& target = columns.names[prediction->target()];
  const auto ends = std::ranges::minmax(x);
  const std::array<double, 2> range = options.range(over).value_or(std::array{ends.min, ends.max});
  Chart chart{.title = "The rows and their curve",
              .subtitle = x.size() > most_points ? cat(most_points, " of ", x.size(), " rows; ") : "",
              .x = {.label = over, .name = over},
              .y = {.label = target, .name = target},
              .series = {points(x, y), curve("first", *prediction, outcome.problem->start(), range)}};
  chart.subtitle += "the curve at the start and at the end";
  if (std::ranges::all_of(outcome.result.x, [](double v) { return std::isfinite(v); }))
    chart.series.push_back(curve("last", *prediction, outcome.result.x, range));
  return shown(std::move(chart), options);
}

}  // namespace talweg::present
