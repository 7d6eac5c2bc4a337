#include "talweg/present/race/compare_picture.hpp"
#include "talweg/present/race/compare_report.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/report/plot/thin.hpp"

namespace talweg::present {

using namespace api;

namespace {

using compare::Attempt;
using compare::Contestant;
using report::plot::Chart;
using report::plot::Path;
using report::plot::Plane;
using report::plot::Scale;
using report::plot::Series;
using text::cat;

constexpr int places = 160;               // on the axis of evaluations
constexpr std::size_t path_points = 200;  // of each path: the first steps all, then fewer and fewer

/// Where the curves are read: evenly on a logarithmic axis, or on a linear one from 0.
std::vector<std::int64_t> grid(std::int64_t budget, bool logarithmic) {
  std::vector<std::int64_t> out;
  for (int i = 0; i <= places; ++i) {
    const double share = double(i) / places;
    const auto at = std::int64_t(std::llround(logarithmic ? std::pow(double(budget), share) : double(budget) * share));
    if (out.empty() || at > out.back()) out.push_back(at);
  }
  return out;
}

/// The value after so many evaluations: infinity once a run has failed, NaN before its first value.
double value_at(const Attempt& a, std::int64_t evaluations) {
  if (a.failed && evaluations >= a.evaluations) return INFINITY;
  const auto next = std::upper_bound(a.curve.begin(), a.curve.end(), evaluations,
                                     [](std::int64_t e, const compare::CurvePoint& p) { return e < p.evaluations; });
  return next == a.curve.begin() ? NAN : std::prev(next)->value;
}

double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * double(sorted.size() - 1);
  const auto below = std::size_t(at);
  const double low = sorted[below], high = sorted[std::min(below + 1, sorted.size() - 1)];
  return low == high ? low : low + (at - double(below)) * (high - low);
}

Series curve(const Contestant& c, const std::vector<std::int64_t>& at, double less) {
  Series s{.name = c.tuned ? cat(c.entrant.given, " (", text::number(c.rate), ")") : c.entrant.given};
  for (const std::int64_t evaluations : at) {
    std::vector<double> values;
    for (const Attempt& a : c.attempts) values.push_back(value_at(a, evaluations) - less);
    if (std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); })) continue;
    std::sort(values.begin(), values.end());
    s.x.push_back(double(evaluations));
    s.y.push_back(quantile(values, 0.5));
    if (values.size() == 1) continue;
    s.low.push_back(quantile(values, 0.25));
    s.high.push_back(quantile(values, 0.75));
  }
  return s;
}

double lowest(const compare::Race& race) {
  double low = INFINITY;
  for (const auto& c : race.contestants)
    for (const Attempt& a : c.attempts)
      for (const auto& p : a.curve) low = std::min(low, p.value);
  return low;
}

/// Those of a plane, if there is one.
std::vector<std::string> plane_variables(const std::vector<std::string>& variables) {
  return variables.size() == 2 ? variables : std::vector<std::string>();
}
std::string x_name(const std::vector<std::string>& two) { return axis_name("evaluations", two); }
std::string y_name(bool data, const std::vector<std::string>& two) { return axis_name(data ? "loss" : "value", two); }

Chart race_panel(const CompareOutcome& outcome, const PictureOptions& options) {
  const compare::Race& race = outcome.race;
  const bool rows = outcome.subject.data || outcome.subject.batches;
  const bool logarithmic = !rows;
  const std::vector<std::string> two = plane_variables(outcome.subject.variables);
  const auto at = grid(race.budget, logarithmic);
  const double low = lowest(race);
  const std::string value = y_name(outcome.subject.data != nullptr, two);
  // Below 0 a logarithm has no place: the distance to the lowest value has. A range that is asked for is one of f.
  const double less = low < 0 && !options.range(value) ? low : 0;
  Chart chart{.title = outcome.subject.data ? "Loss over all rows"
                       : rows               ? "f over all rows"
                                            : "Lowest f so far",
              .subtitle = race.seeds > 1 ? cat("median and middle half of ", race.seeds, " runs") : "",
              .x = {.label = race.unit, .name = x_name(two), .scale = logarithmic ? Scale::log : Scale::linear},
              .y = {.label = outcome.subject.data ? "loss"
                             : less < 0           ? "f less its lowest value"
                                                  : "f",
                    .name = value}};
  for (const std::size_t i : race.by_rank()) chart.series.push_back(curve(race.contestants[i], at, less));
  chart.y.scale = less < 0 ? Scale::log : report::plot::suited_scale(chart.series);
  return shown(std::move(chart), options);
}

Plane race_paths(const CompareOutcome& outcome, const PictureOptions& options) {
  const auto& task = outcome.subject.function->task();
  Plane plane{.title = "The paths from the first start",
              .subtitle = "a point after each iteration; of long paths the early ones, and fewer later",
              .x_label = outcome.subject.variables[0],
              .y_label = outcome.subject.variables[1],
              .value = [f = task.function()](double x, double y) {
                const double at[] = {x, y};
                double gradient[2];
                return f(at, gradient);
              }};
  if (task.constraints)
    for (const Constraint& c : task.constraints())
      (c.kind == Constraint::Kind::equality ? plane.curves : plane.allowed)
          .push_back([f = c.function](double x, double y) {
            const double at[] = {x, y};
            double gradient[2];
            return f(at, gradient);
          });
  const compare::Race& race = outcome.race;
  for (const std::size_t i : race.by_rank()) {
    const Contestant& c = race.contestants[i];
    Path path{.name = c.entrant.given};
    if (c.attempts.front().failed) continue;  // a path to infinity would leave the others a dot
    const auto& points = c.attempts.front().path;
    for (const std::size_t k : report::plot::thin_steps(points.size(), path_points)) {
      path.x.push_back(points[k][0]);
      path.y.push_back(points[k][1]);
    }
    plane.paths.push_back(std::move(path));
  }
  const auto& best = race.contestants[race.by_rank().front()].attempts.front();
  if (!best.failed && !best.path.empty()) {
    plane.goal = {best.path.back()[0], best.path.back()[1]};
    plane.goal_name = "where the best ended";
  }
  return shown(std::move(plane), options);
}

}  // namespace

void check(const PictureOptions& options, const CompareRequest& request) {
  const SubjectRequest& s = request.subject;
  if (options.ranges.empty() || !s.rows.empty()) return;  // of rows it is known when they are read
  const bool function = !s.problem.empty() || !s.start.empty();
  std::vector<std::string> axes = function ? plane_variables(read_subject(s).variables) : std::vector<std::string>();
  for (const std::string& own : {x_name(axes), y_name(!function, axes)})
    if (!own.empty()) axes.push_back(own);
  check_axes(options, axes);
}

report::plot::Figure picture(const CompareOutcome& outcome, const PictureOptions& options) {
  report::plot::Figure figure{
      .title = options.title_or(outcome.subject.name),
      .subtitle = cat(verdict(outcome.race), "; ", outcome.race.budget, " ", outcome.race.unit, " for each run")};
  if (outcome.subject.data) figure.subtitle += cat("; ", outcome.subject.data->task().spec.text());
  figure.panels.push_back(race_panel(outcome, options));
  if (outcome.subject.variables.size() == 2) figure.panels.push_back(race_paths(outcome, options));
  check_axes(options, figure.panels);
  return figure;
}

}  // namespace talweg::present
