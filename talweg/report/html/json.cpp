#include "talweg/report/html/json.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "talweg/base/text.hpp"
#include "talweg/report/plot/thin.hpp"

namespace talweg::report::html {

namespace {

using text::cat;

/// In quotes, without what would end the script that it stands in.
std::string quoted(const std::string& words) {
  const std::string plain = nlohmann::json(words).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::string out;
  for (const char c : plain) out += c == '<' ? std::string("\\u003c") : std::string(1, c);
  return out;
}

std::string json_number(double v) { return std::isfinite(v) ? text::number(v) : "null"; }

std::string picked(const std::vector<double>& values, const std::vector<std::size_t>& kept) {
  std::string out = "[";
  for (const auto k : kept) out += cat(out.size() > 1 ? "," : "", json_number(values[k]));
  return out + "]";
}

std::string axis_json(const plot::Axis& axis) {
  const auto end = [](std::string_view name, const std::optional<double>& value) {
    return value ? cat(",\"", name, "\":", json_number(*value)) : "";
  };
  return cat("{\"label\":", quoted(axis.label), ",\"log\":", axis.scale == plot::Scale::log ? "true" : "false",
             end("low", axis.low), end("high", axis.high), "}");
}

/// The points of the path that a panel walks.
struct Walk {
  std::vector<double> x, y;
};
Walk walk_of(const plot::Panel& panel) {
  if (const auto* plane = std::get_if<plot::Plane>(&panel); plane && !plane->paths.empty())
    return {plane->paths[0].x, plane->paths[0].y};
  if (const auto* chart = std::get_if<plot::Chart>(&panel))
    for (const auto& s : chart->series)
      if (!s.background) return {s.x, s.y};
  return {};
}

}  // namespace

std::string curves_json(const plot::Chart& chart) {
  std::string series;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const plot::Series& s = chart.series[i];
    const auto kept = plot::thin(s.y, curve_buckets);
    series += cat(series.empty() ? "" : ",", "{\"name\":", quoted(s.name),
                  ",\"style\":", s.style.value_or(static_cast<int>(i)), ",\"points\":", s.x.size(),
                  ",\"x\":", picked(s.x, kept), ",\"y\":", picked(s.y, kept));
    if (!s.low.empty()) series += cat(",\"low\":", picked(s.low, kept), ",\"high\":", picked(s.high, kept));
    series += "}";
  }
  return cat("{\"title\":", quoted(chart.title), ",\"x\":", axis_json(chart.x), ",\"y\":", axis_json(chart.y),
             ",\"series\":[", series, "]}");
}

std::string steps_json(const Steps& steps, const std::vector<std::size_t>& kept) {
  std::string names, rows;
  for (const auto& name : steps.columns) names += cat(names.empty() ? "" : ",", quoted(name));
  for (const auto k : kept) {
    std::string row;
    for (const double v : steps.rows[k]) row += cat(row.empty() ? "" : ",", json_number(v));
    rows += cat(rows.empty() ? "" : ",\n", "[", row, "]");
  }
  const Walk walk = walk_of(steps.panel);
  return cat("{\"columns\":[", names, "],\"x\":", picked(walk.x, kept), ",\"y\":", picked(walk.y, kept), ",\"rows\":[",
             rows, "]}");
}

}  // namespace talweg::report::html
