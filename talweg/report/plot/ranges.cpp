#include "talweg/report/plot/ranges.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/base/text.hpp"
#include "talweg/report/plot/draw.hpp"

namespace talweg::report::plot {

namespace {

using text::cat;

constexpr double far = 10;  // frames: what is kept of lines around one

/// Adds the points of a line: how many there are, and how many of them lie outside.
struct Count {
  std::size_t all = 0, outside = 0;

  void add(const Range& x_range, const Range& y_range, const std::vector<double>& x, const std::vector<double>& y) {
    // Of a point on the frame itself the last bit is not known.
    const auto hidden = [](double place) { return place < -1e-9 || place > 1 + 1e-9; };
    for (std::size_t k = 0; k < x.size(); ++k) {
      const double across = x_range.place(x[k]), up = y_range.place(y[k]);
      if (std::isnan(across) || std::isnan(up)) continue;
      ++all;
      outside += hidden(across) || hidden(up) ? 1 : 0;
    }
  }
};

Count counted(const Chart& chart) {
  const Range x = x_range(chart), y = y_range(chart);
  Count count;
  for (const Series& s : chart.series)
    if (!s.background && !s.function) count.add(x, y, s.x, s.y);
  return count;
}

Count counted(const Plane& plane) {
  const Range x = x_range(plane), y = y_range(plane);
  Count count;
  for (const Path& p : plane.paths) count.add(x, y, p.x, p.y);
  return count;
}

template <class P> Count counted(const P&) { return {}; }

void set(Axis& axis, double low, double high) {
  axis.low = low, axis.high = high;
  if (low <= 0) axis.scale = Scale::linear;
}

}  // namespace

std::vector<std::string> axis_names(const Panel& panel) {
  std::vector<std::string> names;
  if (const auto* chart = std::get_if<Chart>(&panel)) names = {chart->x.name, chart->y.name};
  if (const auto* plane = std::get_if<Plane>(&panel)) names = {plane->x_label, plane->y_label};
  std::erase(names, "");
  return names;
}

bool show_range(Panel& panel, std::string_view axis, double low, double high) {
  bool found = false;
  if (auto* chart = std::get_if<Chart>(&panel))
    for (Axis* a : {&chart->x, &chart->y})
      if (!a->name.empty() && a->name == axis) set(*a, low, high), found = true;
  if (auto* plane = std::get_if<Plane>(&panel)) {
    if (plane->x_label == axis) plane->x_range = {low, high}, found = true;
    if (plane->y_label == axis) plane->y_range = {low, high}, found = true;
  }
  return found;
}

std::string outside_words(const Panel& panel) {
  const Count count = std::visit([](const auto& p) { return counted(p); }, panel);
  if (count.outside == 0) return "";
  return cat(count.outside, " of ", count.all, count.all == 1 ? " point" : " points",
             count.outside == 1 ? " lies outside" : " lie outside");
}

std::string caption(const std::string& words, const Panel& panel) {
  const std::string outside = outside_words(panel);
  return cat(outside, words.empty() || outside.empty() ? "" : "; ", words);
}

bool cut_segment(Spot& from, Spot& to, const Box& box) {
  // Liang and Barsky 1984: the shares of the segment at which it crosses each side.
  const Spot by{to[0] - from[0], to[1] - from[1]};
  double enters = 0, leaves = 1;
  for (const auto& [towards, room] : {Spot{-by[0], from[0] - box.left},
                                      {by[0], box.right() - from[0]},
                                      {-by[1], from[1] - box.top},
                                      {by[1], box.bottom() - from[1]}}) {
    if (towards == 0 && room < 0) return false;
    if (towards < 0) enters = std::max(enters, room / towards);
    if (towards > 0) leaves = std::min(leaves, room / towards);
  }
  if (!(enters <= leaves)) return false;
  const Spot start = from;
  if (leaves < 1) to = {start[0] + leaves * by[0], start[1] + leaves * by[1]};
  if (enters > 0) from = {start[0] + enters * by[0], start[1] + enters * by[1]};
  return true;
}

std::vector<Spot> cut_far(const std::vector<Spot>& line, const Box& frame) {
  const Box near{frame.left - far * frame.width, frame.top - far * frame.height, (2 * far + 1) * frame.width,
                 (2 * far + 1) * frame.height};
  const auto holds = [&](const Spot& s) {
    return !(s[0] < near.left || s[0] > near.right() || s[1] < near.top || s[1] > near.bottom());  // NaN: a break
  };
  if (std::all_of(line.begin(), line.end(), holds)) return line;
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  std::vector<Spot> out;
  for (std::size_t k = 0; k < line.size(); ++k) {
    if (holds(line[k])) out.push_back(line[k]);
    if (k + 1 == line.size() || (holds(line[k]) && holds(line[k + 1]))) continue;
    Spot from = line[k], to = line[k + 1];
    if (!std::isfinite(from[0] + from[1] + to[0] + to[1])) continue;
    if (!cut_segment(from, to, near)) continue;
    if (!holds(line[k])) out.push_back({none, none}), out.push_back(from);
    if (!holds(line[k + 1])) out.push_back(to), out.push_back({none, none});
  }
  return out;
}

}  // namespace talweg::report::plot
