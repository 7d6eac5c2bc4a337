#include "talweg/present/minimize/minimize_picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numeric>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/formula/formula.hpp"
#include "talweg/report/plot/scale.hpp"

namespace talweg::present {

using namespace api;

namespace {

using report::plot::Axis;
using report::plot::Chart;
using report::plot::Draw;
using report::plot::Path;
using report::plot::Plane;
using report::plot::Scale;
using report::plot::Series;
using text::cat;

constexpr std::size_t curve_points = 401;
constexpr std::size_t most_rates = 8;  // lines that one chart of rates holds
constexpr std::array tagged{0, 1, 2, 3, 5, 10, 15, 20, 25, 50, 100};

const Observation* find(const TraceRow& row, std::string_view wanted) {
  const auto it = std::find_if(row.state.begin(), row.state.end(), [&](const auto& o) { return o.name == wanted; });
  return it == row.state.end() || it->values.empty() ? nullptr : &*it;
}

/// A value of a per-variable quantity that may be shared by all variables.
double entry(const Observation& o, std::size_t variable) {
  return o.values.size() == 1 ? o.values[0] : variable < o.values.size() ? o.values[variable] : NAN;
}

std::vector<double> column(const MinimizeOutcome& outcome, std::size_t variable) {
  std::vector<double> out;
  for (const auto& row : outcome.trace) out.push_back(row.x[variable]);
  return out;
}

std::string point_title(const MinimizeOutcome& outcome, const TraceRow& row) {
  std::string out = row.iteration == 0 ? "start" : cat("step ", row.iteration);
  constexpr std::size_t most = 6;
  for (std::size_t i = 0; i < std::min(row.x.size(), most); ++i)
    out += cat(i == 0 ? ": " : ", ", outcome.variables[i], " = ", text::number(row.x[i]));
  return cat(out, row.x.size() > most ? ", …" : "", ", f = ", text::number(row.value));
}

std::vector<std::string> titles(const MinimizeOutcome& outcome) {
  std::vector<std::string> out;
  for (const auto& row : outcome.trace) out.push_back(point_title(outcome, row));
  return out;
}

/// f as a picture shows it, which asks for it at thousands of points: of many rows, over some that are evenly spread.
class Shown {
 public:
  static constexpr std::size_t most_rows = 2000;

  explicit Shown(const Problem& problem) : problem_(problem) {
    const auto* f = problem.over_rows();
    if (!f || f->rows() <= most_rows) return;
    some_ = *f;
    for (std::size_t i = 0; i < most_rows; ++i) rows_.push_back(static_cast<std::uint32_t>(i * f->rows() / most_rows));
  }
  double operator()(std::span<const double> x) { return some_ ? some_->evaluate(x, rows_, {}) : problem_.evaluate(x); }
  /// What a reader should know of it; "" where it is f itself.
  static std::string words(const Problem& problem) {
    const auto* f = problem.over_rows();
    return f && f->rows() > most_rows ? cat("; f is drawn over ", most_rows, " of ", f->rows(), " rows") : "";
  }

 private:
  Problem problem_;
  std::optional<formula::DataFormula> some_;
  std::vector<std::uint32_t> rows_;
};

/// With a margin around the path, and what the bounds leave of it.
std::array<double, 2> curve_range(const MinimizeRequest& request, const std::vector<double>& path) {
  double low = INFINITY, high = -INFINITY;
  for (const double x : path)
    if (std::isfinite(x)) low = std::min(low, x), high = std::max(high, x);
  if (!(low <= high)) low = -1, high = 1;
  const double margin = high > low ? 0.08 * (high - low) : std::max(1.0, std::abs(low)) * 0.5;
  low -= margin, high += margin;
  // A valley is easier to read with both of its sides.
  if (!path.empty() && std::isfinite(path.front())) {
    const double middle = path.back(), reach = std::abs(path.front() - middle);
    if (std::isfinite(middle) && reach > 0)
      low = std::min(low, middle - 0.35 * reach), high = std::max(high, middle + 0.35 * reach);
  }
  for (const auto& b : request.bounds) low = std::max(low, b.lower), high = std::min(high, b.upper);
  return {low, high};
}

/// f over one variable.
Series curve(const MinimizeOutcome& outcome, const std::array<double, 2>& range) {
  const auto [low, high] = range;
  Shown f(*outcome.problem);
  Series s{.background = true};
  for (std::size_t k = 0; k < curve_points && high > low; ++k) {
    const double x = low + (high - low) * static_cast<double>(k) / static_cast<double>(curve_points - 1);
    s.x.push_back(x);
    s.y.push_back(f(std::span(&x, 1)));
  }
  return s;
}

Chart curve_panel(const MinimizeRequest& request, const MinimizeOutcome& outcome, const PictureOptions& options) {
  Series path{.x = column(outcome, 0), .draw = Draw::line_and_points, .style = 0, .titles = titles(outcome)};
  for (const auto& row : outcome.trace) path.y.push_back(row.value);
  for (const int k : tagged) path.tags.push_back({static_cast<std::size_t>(k), cat(k)});
  const std::string& name = outcome.variables[0];
  const auto range = options.range(name);
  return {.title = "The path on f",
          .subtitle = cat("each point is one step; the numbers count them", Shown::words(*outcome.problem)),
          .x = {.label = name, .name = name},
          .y = {.label = cat("f(", name, ")"), .name = axis_name("value", outcome.variables)},
          .series = {curve(outcome, range ? *range : curve_range(request, path.x)), std::move(path)}};
}

/// The two variables that moved furthest; those whose ranges are given come first.
std::array<std::size_t, 2> plane_variables(const MinimizeOutcome& outcome, const PictureOptions& options) {
  const std::size_t n = outcome.variables.size();
  std::vector<double> travel(n);
  for (std::size_t i = 0; i < n; ++i) {
    double low = INFINITY, high = -INFINITY;
    for (const auto& row : outcome.trace)
      if (std::isfinite(row.x[i])) low = std::min(low, row.x[i]), high = std::max(high, row.x[i]);
    travel[i] = options.range(outcome.variables[i]) ? INFINITY : high - low;
  }
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return travel[a] > travel[b]; });
  return {std::min(order[0], order[1]), std::max(order[0], order[1])};
}

/// A formula as a function of two of its variables, the others held at `rest`.
std::function<double(double, double)> slice(const Problem& problem, std::vector<double> rest,
                                            std::array<std::size_t, 2> axes) {
  return [f = std::make_shared<Shown>(problem), x = std::move(rest), axes](double a, double b) mutable {
    x[axes[0]] = a;
    x[axes[1]] = b;
    return (*f)(x);
  };
}

/// The side of a constraint that is allowed, as a function that is not negative there.
void add_constraints(const MinimizeRequest& request, const MinimizeOutcome& outcome, const std::vector<double>& rest,
                     std::array<std::size_t, 2> axes, Plane& plane) {
  for (const auto& text : request.constraints) {
    const Constraint c = formula::as_constraint(formula::parse_constraint(text, outcome.variables));
    const auto value = [function = c.function, x = rest, g = std::vector<double>(rest.size()), axes](double a,
                                                                                                     double b) mutable {
      x[axes[0]] = a;
      x[axes[1]] = b;
      return function(x, g);
    };
    (c.kind == Constraint::Kind::equality ? plane.curves : plane.allowed).push_back(value);
  }
  for (const auto& b : request.bounds)
    for (std::size_t axis = 0; axis < 2; ++axis) {
      if (outcome.variables[axes[axis]] != b.name) continue;
      if (std::isfinite(b.lower))
        plane.allowed.push_back([axis, low = b.lower](double x, double y) { return (axis == 0 ? x : y) - low; });
      if (std::isfinite(b.upper))
        plane.allowed.push_back([axis, high = b.upper](double x, double y) { return high - (axis == 0 ? x : y); });
    }
}

/// A step goes against the velocity: x -= v.
void add_velocity(const MinimizeOutcome& outcome, std::array<std::size_t, 2> axes, Path& path) {
  const bool has =
      std::any_of(outcome.trace.begin(), outcome.trace.end(), [](const auto& row) { return find(row, "velocity"); });
  if (!has) return;
  for (const auto& row : outcome.trace) {
    const auto* v = find(row, "velocity");
    path.arrow_x.push_back(v ? -entry(*v, axes[0]) : 0);
    path.arrow_y.push_back(v ? -entry(*v, axes[1]) : 0);
  }
}

Plane contour_panel(const MinimizeRequest& request, const MinimizeOutcome& outcome, const PictureOptions& options) {
  const auto axes = plane_variables(outcome, options);
  const Result& r = outcome.result;
  const bool whole = outcome.variables.size() == 2;
  std::vector<double> rest = r.x;
  for (double& v : rest)
    if (!std::isfinite(v)) v = 0;
  const std::string a = outcome.variables[axes[0]], b = outcome.variables[axes[1]];
  Path path{.x = column(outcome, axes[0]), .y = column(outcome, axes[1]), .style = 1, .titles = titles(outcome)};
  add_velocity(outcome, axes, path);
  Plane plane{.title = whole ? "The path on the contours of f" : cat("The path in the plane of ", a, " and ", b),
              .subtitle = whole ? (path.arrow_x.empty() ? "one point a step" : "one point a step; arrows: the velocity")
                                : cat(options.range(a) || options.range(b) ? "" : "those that moved furthest; ",
                                      "contours: f, the other ", outcome.variables.size() - 2, " at their best"),
              .x_label = a,
              .y_label = b,
              .value = slice(*outcome.problem, rest, axes),
              .maximize = request.options.maximize};
  plane.subtitle += Shown::words(*outcome.problem);
  add_constraints(request, outcome, rest, axes, plane);
  if (std::isfinite(r.x[axes[0]] + r.x[axes[1]])) {
    plane.goal = {r.x[axes[0]], r.x[axes[1]]};
    const bool tested = r.success() && r.status != Status::completed;
    plane.goal_name = tested ? (request.options.maximize ? "maximum" : "minimum") : "best point";
  }
  plane.paths.push_back(std::move(path));
  return plane;
}

/// "from 100 to 0.0546"
std::string span_of(const MinimizeOutcome& outcome) {
  if (outcome.trace.empty()) return "";
  return cat("from ", report::plot::shown(outcome.trace.front().value, 4), " to ",
             report::plot::shown(outcome.trace.back().value, 4));
}

}  // namespace

std::vector<std::string> axes(const MinimizeRequest& request) {
  std::vector<std::string> names;
  for (const auto& entry : request.start) names.push_back(entry.name);
  const std::vector<std::string> variables = names;
  for (const char* own : {"value", "step", "rate"})
    if (const std::string name = axis_name(own, variables); !name.empty()) names.push_back(name);
  return names;
}

void check(const PictureOptions& options, const MinimizeRequest& request) {
  if (request.data.empty() && !request.start.empty()) check_axes(options, axes(request));
  const auto chosen =
      std::ranges::count_if(request.start, [&](const auto& v) { return options.range(v.name).has_value(); });
  if (chosen > 2)
    throw Error("plot_range", cat(text::option("plot_range"), " names ", chosen, " of the ", request.start.size(),
                                  " variables: a picture shows the plane of two"));
}

report::plot::Panel path_panel(const MinimizeRequest& request, const MinimizeOutcome& outcome,
                               const PictureOptions& options) {
  if (outcome.variables.size() == 1) return shown(curve_panel(request, outcome, options), options);
  return shown(contour_panel(request, outcome, options), options);
}

Chart value_panel(const MinimizeOutcome& outcome, const PictureOptions& options) {
  Series values{.draw = Draw::line_and_points, .style = 0, .titles = titles(outcome)};
  for (const auto& row : outcome.trace) {
    values.x.push_back(static_cast<double>(row.iteration));
    values.y.push_back(row.value);
  }
  const Scale scale = report::plot::suited_scale({values});
  Chart chart = shown(Chart{.title = "f at each step",
                            .x = {.label = "step", .name = axis_name("step", outcome.variables)},
                            .y = {.label = "f", .name = axis_name("value", outcome.variables), .scale = scale},
                            .series = {std::move(values)}},
                      options);
  chart.subtitle = cat(span_of(outcome), chart.y.scale == Scale::log ? "; logarithmic" : "");
  return chart;
}

Chart rate_panel(const MinimizeOutcome& outcome, const PictureOptions& options) {
  Chart chart{.title = "Effective rate of each variable",
              .x = {.label = "step", .name = axis_name("step", outcome.variables)},
              .y = {.label = "rate", .name = axis_name("rate", outcome.variables)}};
  const std::size_t n = outcome.variables.size();
  double low = INFINITY, high = -INFINITY;
  for (std::size_t i = 0; i < std::min(n, most_rates); ++i) {
    Series s{.name = n == 1 ? "" : outcome.variables[i], .draw = Draw::line_and_points};
    for (const auto& row : outcome.trace)
      if (const auto* rate = find(row, "learning_rate")) {
        s.x.push_back(static_cast<double>(row.iteration));
        s.y.push_back(entry(*rate, i));
        if (std::isfinite(s.y.back())) low = std::min(low, s.y.back()), high = std::max(high, s.y.back());
      }
    if (!s.x.empty()) chart.series.push_back(std::move(s));
  }
  if (!(high > low)) chart.series.clear();
  if (n > most_rates) chart.subtitle = cat("the first ", most_rates, " of ", n, " variables");
  chart.y.scale = report::plot::suited_scale(chart.series);
  return shown(std::move(chart), options);
}

report::plot::Figure picture(const MinimizeRequest& request, const MinimizeOutcome& outcome,
                             const PictureOptions& options) {
  std::string start;
  for (std::size_t i = 0; i < std::min<std::size_t>(request.start.size(), 4); ++i)
    start += cat(i == 0 ? "" : ", ", request.start[i].name, " = ", text::brief(request.start[i].value, 6));
  const auto steps = outcome.result.iterations;
  report::plot::Figure figure{
      .title = options.title_or(cat(request.options.maximize ? "maximise " : "", outcome.formula)),
      .subtitle = cat(outcome.result.optimizer, "; ", steps, steps == 1 ? " step" : " steps", " from ", start,
                      request.start.size() > 4 ? ", …" : "")};
  if (auto fit = fit_panel(outcome, options)) figure.panels.push_back(std::move(*fit));
  figure.panels.push_back(path_panel(request, outcome, options));
  figure.panels.push_back(value_panel(outcome, options));
  if (Chart rates = rate_panel(outcome, options); !rates.series.empty()) figure.panels.push_back(std::move(rates));
  check_axes(options, figure.panels);
  return figure;
}

}  // namespace talweg::present
