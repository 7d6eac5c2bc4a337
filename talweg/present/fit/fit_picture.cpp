#include "talweg/present/fit/fit_picture.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"

namespace talweg::present {

using namespace api;

namespace {

using report::plot::Chart;
using report::plot::Draw;
using report::plot::Series;
using text::brief;
using text::cat;

constexpr std::size_t curve_points = 401;

/// The curve over the range of the only column, and its band.
Series curve(const FitOutcome& o) {
  const FitRows& rows = *o.rows;
  const auto [low, high] = std::ranges::minmax(rows.input(0));
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

/// y = x, on which a perfect prediction lies.
Series diagonal(const std::vector<double>& predicted) {
  const auto [low, high] = std::ranges::minmax(predicted);
  return {.x = {low, high}, .y = {low, high}, .draw = Draw::line, .style = 0, .background = true};
}

}  // namespace

report::plot::Figure picture(const FitOutcome& o) {
  const FitRows& rows = *o.rows;
  const bool one = rows.inputs().size() == 1;
  std::vector<double> at =
      one ? std::vector<double>(rows.input(0).begin(), rows.input(0).end()) : rows.predictions(o.result.x);
  const std::string over = one ? rows.inputs()[0] : "predicted";
  const std::string response(rows.left());
  Series model = one ? curve(o) : diagonal(at);
  const bool band = !model.low.empty();
  Chart fit{.title = one ? "Points and model" : "Response over what is predicted",
            .subtitle = band ? cat("the band holds a new response with probability ", brief(o.level)) : "",
            .x = {.label = over},
            .y = {.label = response},
            .series = {{.x = at, .y = rows.response(), .draw = Draw::points, .style = 1}, std::move(model)}};
  const auto [low, high] = std::ranges::minmax(at);
  Chart residuals{.title = "Residuals",
                  .subtitle = "response less prediction",
                  .x = {.label = over},
                  .y = {.label = "residual"},
                  .series = {{.x = at, .y = o.result.residuals, .draw = Draw::points, .style = 1},
                             {.x = {low, high}, .y = {0, 0}, .draw = Draw::line, .style = 0, .background = true}}};
  std::string parameters;
  for (std::size_t j = 0; j < std::min<std::size_t>(o.parameters.size(), 6); ++j)
    parameters += cat(j == 0 ? "" : ", ", o.parameters[j], " = ", brief(o.result.x[j], 5));
  if (o.parameters.size() > 6) parameters += ", …";
  report::plot::Figure figure{
      .title = o.formula, .subtitle = parameters, .columns = 1, .panel_width = 640, .panel_height = 300};
  figure.panels.push_back(std::move(fit));
  figure.panels.push_back(std::move(residuals));
  return figure;
}

}  // namespace talweg::present
