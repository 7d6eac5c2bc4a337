#include "talweg/present/fit/fit_page.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "talweg/base/text.hpp"
#include "talweg/optim/least_squares/student.hpp"
#include "talweg/present/fit/fit_picture.hpp"
#include "talweg/present/fit/fit_report.hpp"
#include "talweg/report/plot/scale.hpp"

namespace talweg::present {

using namespace api;

namespace {

using report::Cell;
using report::Table;
using report::html::Fact;
using report::html::Facts;
using report::html::Page;
using report::html::Picture;
using report::html::Rows;
using report::html::Section;
using report::html::Tone;
using report::plot::Chart;
using report::plot::Draw;
using report::plot::Series;
using text::brief;
using text::cat;

constexpr std::size_t most_in_figures = 3;   // parameters in large type
constexpr std::size_t most_correlated = 20;  // parameters in the table of correlations
constexpr std::size_t most_quantiles = 400;  // points of the normal quantiles
constexpr std::size_t tail = 50;             // of them at each end, where the eye looks

/// Below it no p is worth telling apart.
constexpr double least_p = 1e-15;

Cell shown(double value, int digits) { return std::isfinite(value) ? Cell(brief(value, digits)) : Cell(); }

double entry(const std::vector<double>& values, std::size_t j) { return j < values.size() ? values[j] : NAN; }

/// Each parameter with its error, the test of whether it is 0, and its interval.
Table parameters(const FitOutcome& o) {
  const LeastSquaresResult& r = o.result;
  Table table{{"parameter", "value", "std. error", "t", "p", cat(brief(100 * o.level), " % interval")}, {}};
  for (std::size_t j = 0; j < o.parameters.size(); ++j) {
    const double error = entry(r.standard_errors, j), t = r.x[j] / error;
    const double p = std::isfinite(t) && r.degrees_of_freedom > 0
                         ? student_two_tails(std::abs(t), double(r.degrees_of_freedom))
                         : NAN;
    const double low = entry(r.low, j), high = entry(r.high, j);
    const bool bounded = std::isfinite(low) && std::isfinite(high);
    table.rows.push_back({o.parameters[j], brief(r.x[j], 7), shown(error, 4), shown(t, 4),
                          p < least_p ? Cell(cat("< ", brief(least_p))) : shown(p, 3),
                          bounded ? Cell(cat(brief(low, 5), " to ", brief(high, 5))) : Cell()});
  }
  return table;
}

/// √weight·residual/s in the order of their sizes, over what normal numbers would be.
Chart quantiles(const FitOutcome& o) {
  const LeastSquaresResult& r = o.result;
  std::vector<double> sizes;
  for (std::size_t i = 0; i < r.residuals.size(); ++i) {
    const double w = o.weights.empty() ? 1 : o.weights[i];
    if (w > 0) sizes.push_back(std::sqrt(w) * r.residuals[i] / r.residual_standard_deviation);
  }
  std::ranges::sort(sizes);
  const std::size_t n = sizes.size();
  std::vector<std::size_t> places;
  if (n <= most_quantiles) {
    places.resize(n);
    std::iota(places.begin(), places.end(), std::size_t{0});
  } else {
    const std::size_t middle = most_quantiles - 2 * tail;
    for (std::size_t i = 0; i < tail; ++i) places.push_back(i);
    for (std::size_t i = 0; i < middle; ++i) places.push_back(tail + i * (n - 2 * tail) / middle);
    for (std::size_t i = n - tail; i < n; ++i) places.push_back(i);
  }
  Series points{.draw = Draw::points, .style = 1}, line{.draw = Draw::line, .style = 0, .background = true};
  for (const std::size_t i : places) {
    const double part = (double(i) + 0.5) / double(n), level = std::abs(2 * part - 1);
    const double z = level > 0 ? student_quantile(level, INFINITY) : 0;
    points.x.push_back(part < 0.5 ? -z : z);
    points.y.push_back(sizes[i]);
  }
  line.x = line.y = {points.x.front(), points.x.back()};
  return {.x = {.label = "normal quantile"},
          .y = {.label = "residual / s"},
          .series = {std::move(points), std::move(line)}};
}

Chart over_fitted(const FitOutcome& o) {
  const std::vector<double> fitted = o.rows->predictions(o.result.x);
  const std::vector<std::size_t> drawn = drawn_rows(o);
  const auto [low, high] = std::ranges::minmax(fitted);
  return {
      .x = {.label = "fitted"},
      .y = {.label = "residual"},
      .series = {{.x = picked(fitted, drawn), .y = picked(o.result.residuals, drawn), .draw = Draw::points, .style = 1},
                 {.x = {low, high}, .y = {0, 0}, .draw = Draw::line, .style = 0, .background = true}}};
}

/// What is drawn, in sections; nothing where the model is no number.
void add_charts(const FitOutcome& o, const PictureOptions& options, Page& page) {
  for (auto& panel : picture(o, options).panels) {
    Chart chart = std::get<Chart>(std::move(panel));
    const std::string title = std::exchange(chart.title, ""), words = std::exchange(chart.subtitle, "");
    page.sections.push_back({.title = title, .words = words, .content = Picture{{std::move(chart)}}});
  }
  if (o.rows->inputs().size() == 1)  // otherwise it stands there already
    page.sections.push_back({.title = "Residuals over fitted values",
                             .words = "a funnel says that the scatter grows, a bow that the model bends otherwise",
                             .content = Picture{{over_fitted(o)}}});
  if (o.result.residual_standard_deviation > 0)
    page.sections.push_back(
        {.title = "Normal quantiles",
         .words = "on the line where residuals are normal; ends that leave it are outliers or heavy tails",
         .content = Picture{{quantiles(o)}}});
}

std::string list(const std::vector<NamedValue>& values) {
  std::string out;
  for (const auto& v : values) out += cat(out.empty() ? "" : ", ", v.name, " = ", text::number(v.value));
  return out;
}

Facts settings(const FitRequest& request, const FitOutcome& o) {
  std::vector<Fact> facts{{"formula", o.formula},
                          {"data", cat(o.rows->source(), ", ", o.rows->rows(), o.rows->rows() == 1 ? " row" : " rows")},
                          {"start", list(request.start)}};
  for (const auto& b : request.bounds)
    facts.push_back({cat("bounds of ", b.name), cat(text::number(b.lower), " to ", text::number(b.upper))});
  if (!request.weights.empty()) facts.push_back({"weights", request.weights});
  facts.push_back({"loss", o.loss});
  facts.push_back({"method", o.result.optimizer});
  facts.push_back({"tolerance", text::number(request.options.tolerance)});
  facts.push_back({"steps at most", cat(request.options.max_iterations)});
  facts.push_back({"level", text::number(o.level)});
  return {std::move(facts)};
}

Facts whole(const FitOutcome& o) {
  const LeastSquaresResult& r = o.result;
  std::vector<Fact> facts;
  const auto number = [&](const char* what, double v) {
    if (std::isfinite(v)) facts.push_back({what, brief(v, 8)});
  };
  number(o.loss == "squares" ? "sum of squares" : "sum of losses", r.value);
  number("residual standard deviation s", r.residual_standard_deviation);
  if (!r.standard_errors.empty()) facts.push_back({"degrees of freedom", cat(r.degrees_of_freedom)});
  number("R²", o.r2);
  number("AIC", o.aic);
  number("BIC", o.bic);
  return {std::move(facts)};
}

Facts ending(const FitOutcome& o) {
  const LeastSquaresResult& r = o.result;
  std::vector<Fact> facts{{"status", std::string(name(r.status))}};
  if (std::isfinite(r.cosine)) facts.push_back({"cosine of the test", brief(r.cosine, 3)});
  facts.push_back(
      {"certificate",
       cat(talweg::name(r.certificate.kind),
           r.certificate.checked > 0 ? cat(", smallest curvature ", brief(r.certificate.smallest_curvature, 3)) : "")});
  facts.push_back({"steps", cat(r.iterations)});
  facts.push_back({"evaluations", cat(r.evaluations.function, " of the residuals, ", r.evaluations.gradient,
                                      " of their Jacobian, ", r.evaluations.check, " by checks")});
  return {std::move(facts)};
}

Tone tone_of(const LeastSquaresResult& r) {
  if (r.success()) return Tone::good;
  const bool limit = r.status == Status::iteration_limit || r.status == Status::evaluation_limit ||
                     r.status == Status::time_limit || r.status == Status::stopped_by_caller;
  return limit ? Tone::neutral : Tone::bad;
}

}  // namespace

Page fit_page(const FitRequest& request, const FitOutcome& o, const Reproduction& reproduction,
              const PictureOptions& options) {
  const LeastSquaresResult& r = o.result;
  const auto figure = [](double v) { return report::plot::shown(v, 5); };
  Page page{.title = options.title_or(o.formula),
            .subtitle = o.rows->source(),
            .verdict = fit_sentence(o),
            .tone = tone_of(r)};
  if (o.parameters.size() <= most_in_figures)
    for (std::size_t j = 0; j < o.parameters.size(); ++j) page.figures.push_back({o.parameters[j], figure(r.x[j])});
  if (std::isfinite(r.residual_standard_deviation))
    page.figures.push_back({"s", report::plot::shown(r.residual_standard_deviation, 4)});
  if (std::isfinite(o.r2)) page.figures.push_back({"R²", report::plot::shown(o.r2, 4)});
  page.sections.push_back(
      {.title = "Parameters",
       .words = "t is value / standard error; p is how often chance alone makes |t| as large where the parameter is 0",
       .content = Rows{parameters(o)},
       .wide = true});
  if (r.status != Status::not_finite) add_charts(o, options, page);
  if (o.parameters.size() > 1 && o.parameters.size() <= most_correlated && !r.correlation.empty() &&
      r.confounded.empty())
    page.sections.push_back({.title = "Correlation",
                             .words = "of the estimates: near 1 or −1, the rows hardly tell the two apart",
                             .content = Rows{correlation_table(o)}});
  page.sections.push_back({.title = "The fit as a whole", .content = whole(o)});
  page.sections.push_back({.title = "How it ended", .content = ending(o)});
  page.sections.push_back({.title = "Settings", .content = settings(request, o)});
  finish_page(page, reproduction);
  return page;
}

}  // namespace talweg::present
