#include "talweg/report/plot/chart.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/report/plot/draw.hpp"
#include "talweg/report/plot/frame.hpp"
#include "talweg/report/plot/ranges.hpp"
#include "talweg/report/plot/thin.hpp"

namespace talweg::report::plot {

namespace {

using text::cat;

constexpr std::size_t buckets = 500;     // a line has at most four points in each
constexpr std::size_t all_marked = 120;  // up to so many points each has its marker
constexpr double marker_distance = 64;   // pixels between the markers of longer lines

void append(std::vector<double>& all, const std::vector<double>& some) {
  all.insert(all.end(), some.begin(), some.end());
}

std::string numbers(const std::vector<double>& values, const std::vector<std::size_t>& kept) {
  std::string out;
  for (const auto k : kept) out += cat(out.empty() ? "" : " ", text::number(values[k]));
  return out;
}

std::string title_of(const Series& s, std::size_t k, const Chart& chart) {
  if (k < s.titles.size()) return s.titles[k];
  std::string out =
      cat(s.name, s.name.empty() ? "" : ": ", chart.x.label.empty() ? "x" : chart.x.label, " ", text::number(s.x[k]),
          ", ", chart.y.label.empty() ? "y" : chart.y.label, " ", text::number(s.y[k]));
  if (!s.low.empty()) out += cat(" (", text::number(s.low[k]), " to ", text::number(s.high[k]), ")");
  return out;
}

/// Dashes tell several series apart.
bool is_alone(const Chart& chart) {
  return std::count_if(chart.series.begin(), chart.series.end(), [](const Series& s) { return !s.background; }) == 1;
}

void draw_band(Canvas& canvas, const Frame& f, const Series& s, int style, const std::vector<std::size_t>& kept) {
  std::vector<Spot> outline;
  const auto bounded = [&](double x, double y) {
    Spot spot = f.spot(x, y);
    if (!std::isfinite(spot[1])) spot[1] = f.box.bottom();  // 0 on a log axis lies below it
    return spot;
  };
  for (const auto k : kept) outline.push_back(bounded(s.x[k], s.high[k]));
  for (auto k = kept.rbegin(); k != kept.rend(); ++k) outline.push_back(bounded(s.x[*k], s.low[*k]));
  std::erase_if(outline, [](const Spot& p) { return !std::isfinite(p[0]); });
  canvas.outlines({outline}, cat("t-band b", style % styles));
}

void draw_markers(Canvas& canvas, const Frame& f, const Chart& chart, const Series& s, int style,
                  const std::vector<std::size_t>& kept) {
  const bool all = s.draw == Draw::points || (s.draw != Draw::line && kept.size() <= all_marked);
  // Series that lie on each other show their markers in turn.
  double last = f.box.left - marker_distance * (0.8 - std::fmod(0.37 * style, 0.8));
  for (const auto k : kept) {
    const Spot at = f.spot(s.x[k], s.y[k]);
    if (!std::isfinite(at[1]) || !f.holds(at)) continue;
    if (!all && at[0] - last < marker_distance) continue;
    last = at[0];
    canvas.marker(
        at, style, s.draw == Draw::line ? 3.2 : 3.6, title_of(s, k, chart),
        cat(" data-index=\"", k, "\" data-x=\"", text::number(s.x[k]), "\" data-y=\"", text::number(s.y[k]), "\""));
  }
}

/// Words beside their points, on the side that the line leaves free: below it where it rises to the right.
void draw_tags(Canvas& canvas, const Frame& f, const Series& s, int style) {
  std::vector<Spot> taken;
  for (const Tag& tag : s.tags) {
    if (tag.index >= s.x.size()) continue;
    const Spot at = f.spot(s.x[tag.index], s.y[tag.index]);
    if (!std::isfinite(at[1]) || !f.holds(at)) continue;
    const bool near = std::any_of(taken.begin(), taken.end(), [&](const Spot& o) {
      return std::abs(o[0] - at[0]) < 20 && std::abs(o[1] - at[1]) < 16;
    });
    if (near) continue;
    taken.push_back(at);
    const std::size_t other = tag.index + 1 < s.x.size() ? tag.index + 1 : tag.index - 1;
    const Spot to = other < s.x.size() ? f.spot(s.x[other], s.y[other]) : at;
    const bool rises = (to[0] - at[0]) * (to[1] - at[1]) < 0;
    canvas.text({at[0] + 9, at[1] + (rises ? 13 : -6)}, tag.text, cat("t-words ", word_class(style)));
  }
}

/// Nothing but its line, and a band where it has one: what a path, or points, are drawn on.
void draw_background(Canvas& canvas, const Frame& f, const Series& s, int style) {
  if (!s.low.empty()) draw_band(canvas, f, s, style, thin(s.y, buckets));
  std::vector<Spot> spots;
  for (std::size_t k = 0; k < s.x.size(); ++k) spots.push_back(f.spot(s.x[k], s.y[k]));
  canvas.path(cut_far(spots, f.box), "t-curve");
}

void draw_series(Canvas& canvas, const Frame& f, const Chart& chart, const Series& s, int style) {
  const auto kept = thin(s.y, buckets);
  if (!s.low.empty()) draw_band(canvas, f, s, style, kept);
  std::vector<Spot> spots;
  for (const auto k : kept) spots.push_back(f.spot(s.x[k], s.y[k]));
  if (s.draw != Draw::points)
    canvas.path(cut_far(spots, f.box),
                cat(s.draw == Draw::line || kept.size() > all_marked ? "t-line " : "t-thin ",
                    is_alone(chart) ? "t-solid " : "", line_class(style)),
                cat(" data-series=\"", escaped(s.name), "\" data-points=\"", s.x.size(), "\" data-x=\"",
                    numbers(s.x, kept), "\" data-y=\"", numbers(s.y, kept), "\""));
  draw_markers(canvas, f, chart, s, style, kept);
}

std::vector<EndLabel> end_labels(const Frame& f, const Chart& chart) {
  std::vector<EndLabel> labels;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const Series& s = chart.series[i];
    if (!chart.named || s.name.empty() || s.background) continue;
    for (std::size_t k = s.x.size(); k-- > 0;) {
      Spot at = f.spot(s.x[k], s.y[k]);
      if (!std::isfinite(at[1])) continue;
      at = {std::clamp(at[0], f.box.left, f.box.right()), std::clamp(at[1], f.box.top, f.box.bottom())};
      labels.push_back({at, s.name, s.style.value_or(static_cast<int>(i))});
      break;
    }
  }
  return labels;
}

/// What the names at the ends of the lines need; 0 when they would take too much and belong above the frame.
double label_room(const Chart& chart, double width) {
  double room = 0;
  for (const auto& s : chart.series)
    if (chart.named && !s.name.empty() && !s.background) room = std::max(room, text_width(s.name, 12 * bold) + 22);
  return room <= 0.27 * width ? std::max(room, 16.0) : 0;
}

std::vector<LegendEntry> names(const Chart& chart) {
  std::vector<LegendEntry> out;
  for (std::size_t i = 0; i < chart.series.size(); ++i)
    if (const Series& s = chart.series[i]; chart.named && !s.name.empty() && !s.background)
      out.push_back({s.name, s.style.value_or(static_cast<int>(i))});
  return out;
}

}  // namespace

Scale suited_scale(const std::vector<Series>& series) {
  double low = INFINITY, high = 0;
  for (const auto& s : series)
    for (const double y : s.y) {
      if (!std::isfinite(y)) continue;
      if (y <= 0) return Scale::linear;
      low = std::min(low, y), high = std::max(high, y);
    }
  return high > 30 * low ? Scale::log : Scale::linear;
}

Range x_range(const Chart& chart) {
  std::vector<double> all;
  bool marked = false;
  for (const auto& s : chart.series) append(all, s.x), marked = marked || s.draw != Draw::line;
  return range_of(chart.x, all, marked ? 0.03 : 0);
}

Range y_range(const Chart& chart) {
  std::vector<double> all;
  // Where the range of x is chosen, what lies in it is what counts.
  const auto seen = [&](double x) {
    return (!chart.x.low || x >= *chart.x.low) && (!chart.x.high || x <= *chart.x.high);
  };
  for (const auto& s : chart.series)
    for (const auto* values : {&s.y, &s.low, &s.high})
      for (std::size_t k = 0; k < values->size() && !s.background; ++k)
        if (seen(s.x[k])) all.push_back((*values)[k]);
  // A background curve that leaps away, as 1/x does, does not make the path on it flat.
  const Range own = range_of(chart.y, all, 0);
  const double reach = own.high - own.low;
  const bool alone = all.empty();
  for (const auto& s : chart.series)
    for (const auto* values : {&s.y, &s.low, &s.high})
      for (const double y : s.background ? *values : std::vector<double>{})
        if (alone || (y >= own.low - reach && y <= own.high + reach)) all.push_back(y);
  return range_of(chart.y, all, 0.05);
}

void draw(Canvas& canvas, const Chart& chart, const Box& box, const std::string& id) {
  const double room = label_room(chart, box.width);
  Box below = headed(canvas, box, chart.title, caption(chart.subtitle, chart));
  if (room == 0) below = legend(canvas, below, names(chart));
  const Frame f = open_frame(canvas, below,
                             {.x_label = chart.x.label,
                              .y_label = chart.y.label,
                              .x = x_range(chart),
                              .y = y_range(chart),
                              .right_margin = std::max(room, 16.0),
                              .id = id});
  canvas.open(cat("g clip-path=\"url(#", id, ")\""));
  for (const auto& s : chart.series)
    if (s.background) draw_background(canvas, f, s, s.style.value_or(0));
  for (std::size_t i = chart.series.size(); i-- > 0;) {
    const Series& s = chart.series[i];
    assert(s.x.size() == s.y.size() && s.low.size() == s.high.size());
    if (!s.background) draw_series(canvas, f, chart, s, s.style.value_or(static_cast<int>(i)));
  }
  canvas.close();
  canvas.rectangle(f.box, "t-frame");
  for (std::size_t i = 0; i < chart.series.size(); ++i)
    draw_tags(canvas, f, chart.series[i], chart.series[i].style.value_or(static_cast<int>(i)));
  if (room > 0) write_end_labels(canvas, f, end_labels(f, chart), room);
  canvas.close();
}

}  // namespace talweg::report::plot
