#include "talweg/present/fit/fit_picture.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "talweg/base/text.hpp"

namespace talweg::present {

using namespace api;

namespace {

using report::plot::Chart;
using report::plot::Draw;
using report::plot::Series;
using text::brief;
using text::cat;

constexpr std::size_t curve_points = 401, most_points = 300, largest_shown = 20;

double pull(const FitOutcome& o, std::size_t row) {
  const double w = o.weights.empty() ? 1 : o.weights[row];
  return std::sqrt(w) * std::abs(o.result.residuals[row]);
}

}  // namespace

std::vector<std::size_t> drawn_rows(const FitOutcome& o) {
  const std::size_t rows = o.rows->rows(), even = std::min(rows, most_points);
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < even; ++i) out.push_back(i * rows / even);
  if (even == rows) return out;
  std::vector<std::size_t> all(rows);
  std::iota(all.begin(), all.end(), std::size_t{0});
  const auto end = all.begin() + largest_shown;
  std::partial_sort(all.begin(), end, all.end(), [&](std::size_t a, std::size_t b) { return pull(o, a) > pull(o, b); });
  out.insert(out.end(), all.begin(), end);
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<double> picked(const std::vector<double>& values, const std::vector<std::size_t>& rows) {
  std::vector<double> out;
  for (const std::size_t row : rows) out.push_back(values[row]);
  return out;
}

std::string drawn_words(const FitOutcome& o) {
  if (o.rows->rows() <= most_points) return "";
  return cat(most_points, " of ", o.rows->rows(), " rows, evenly spread, and the ", largest_shown,
             " that lie farthest off");
}

namespace {

/// The curve over a range of the only column, and its band.
Series curve(const FitOutcome& o, const std::array<double, 2>& range) {
  const auto [low, high] = range;
  Series s{.draw = Draw::line, .style = 0, .background = true};
  bool band = true;
  for (std::size_t k = 0; k < curve_points; ++k) {
    const double part = double(k) / double(curve_points - 1), x = low + part * (high - low);
    const Prediction p = predict(o, std::span(&x, 1));
    s.x.push_back(x);
    s.y.push_back(p.value);
    s.low.push_back(p.value - p.half_width);
    s.high.push_back(p.value + p.half_width);
    band = band && std::isfinite(p.half_width);
  }
  if (!band) s.low.clear(), s.high.clear();
  return s;
}

std::string joined(const std::string& a, const std::string& b) { return cat(a, a.empty() || b.empty() ? "" : "; ", b); }

/// y = x, on which a perfect prediction lies.
Series diagonal(const std::vector<double>& predicted) {
  const auto [low, high] = std::ranges::minmax(predicted);
  return {.x = {low, high}, .y = {low, high}, .draw = Draw::line, .style = 0, .background = true};
}

}  // namespace

report::plot::Figure picture(const FitOutcome& o, const PictureOptions& options) {
  const FitRows& rows = *o.rows;
  const bool one = rows.inputs().size() == 1;
  std::vector<double> at =
      one ? std::vector<double>(rows.input(0).begin(), rows.input(0).end()) : rows.predictions(o.result.x);
  const std::vector<std::size_t> drawn = drawn_rows(o);
  const std::string over = one ? rows.inputs()[0] : "predicted";
  const std::string response(rows.left());
  const auto [low, high] = std::ranges::minmax(at);
  const auto range = options.range(over).value_or(std::array{low, high});
  Series model = one ? curve(o, range) : diagonal(at);
  const bool band = !model.low.empty();
  Chart fit{.title = one ? "Points and model" : "Response over what is predicted",
            .subtitle = joined(band ? cat("the band holds a new response with probability ", brief(o.level)) : "",
                               drawn_words(o)),
            .x = {.label = over, .name = over},
            .y = {.label = response, .name = response},
            .series = {{.x = picked(at, drawn), .y = picked(rows.response(), drawn), .draw = Draw::points, .style = 1},
                       std::move(model)}};
  Chart residuals{
      .title = "Residuals",
      .subtitle = "response less prediction",
      .x = {.label = over, .name = over},
      .y = {.label = "residual", .name = axis_name("residual", {over, response})},
      .series = {{.x = picked(at, drawn), .y = picked(o.result.residuals, drawn), .draw = Draw::points, .style = 1},
                 {.x = {range[0], range[1]}, .y = {0, 0}, .draw = Draw::line, .style = 0, .background = true}}};
  std::string parameters;
  for (std::size_t j = 0; j < std::min<std::size_t>(o.parameters.size(), 6); ++j)
    parameters += cat(j == 0 ? "" : ", ", o.parameters[j], " = ", brief(o.result.x[j], 5));
  if (o.parameters.size() > 6) parameters += ", …";
  report::plot::Figure figure{.title = options.title_or(o.formula),
                              .subtitle = parameters,
                              .columns = 1,
                              .panel_width = 640,
                              .panel_height = 300};
  figure.panels.push_back(shown(std::move(fit), options));
  figure.panels.push_back(shown(std::move(residuals), options));
  check_axes(options, figure.panels);
  return figure;
}

}  // namespace talweg::present
