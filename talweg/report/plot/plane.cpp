#include "talweg/report/plot/plane.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/report/plot/contours.hpp"
#include "talweg/report/plot/draw.hpp"
#include "talweg/report/plot/frame.hpp"
#include "talweg/report/plot/ranges.hpp"
#include "talweg/report/plot/thin.hpp"

namespace talweg::report::plot {

namespace {

using text::cat;

constexpr int level_count = 12;
constexpr double cell = 3.2;               // pixels between samples of the function
constexpr std::size_t most_points = 2000;  // of a path that are drawn

/// The part of the axis where the path is: all of a short path, and of a long one without the few points that a leap
/// threw far away.
void add_extent(const std::vector<double>& values, std::vector<double>& all) {
  std::vector<double> sorted;
  for (const double v : values)
    if (std::isfinite(v)) sorted.push_back(v);
  if (sorted.empty()) return;
  const double first = sorted.front();
  std::sort(sorted.begin(), sorted.end());
  const auto quantile = [&](double q) {
    return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
  };
  const double low = quantile(0.02), high = quantile(0.98), reach = 2 * (high - low);
  const bool longer = sorted.size() > 50;
  all.push_back(longer ? std::max(sorted.front(), low - reach) : sorted.front());
  all.push_back(longer ? std::min(sorted.back(), high + reach) : sorted.back());
  all.push_back(first);
}

Range range_along(const Plane& plane, std::size_t axis) {
  const auto& fixed = axis == 0 ? plane.x_range : plane.y_range;
  if (fixed) return {(*fixed)[0], (*fixed)[1]};
  std::vector<double> all;
  for (const auto& p : plane.paths) add_extent(axis == 0 ? p.x : p.y, all);
  if (plane.goal) all.push_back((*plane.goal)[axis]);
  return range_of({}, all, 0.14);
}

std::vector<std::vector<Spot>> placed(const Frame& f, const std::vector<Outline>& outlines) {
  std::vector<std::vector<Spot>> out;
  for (const auto& outline : outlines) {
    std::vector<Spot> line;
    for (const auto& p : outline) line.push_back(f.spot(p[0], p[1]));
    out.push_back(simplified(line, 0.15));
  }
  return out;
}

Field sampled(const std::function<double(double, double)>& g, const Frame& f) {
  const auto cells = [](double pixels) { return static_cast<std::size_t>(std::max(8.0, pixels / cell)); };
  return sample(g, {f.x.low, f.x.high}, {f.y.low, f.y.high}, cells(f.box.width), cells(f.box.height));
}

void draw_contours(Canvas& canvas, const Frame& f, const Plane& plane) {
  Field field = sampled(plane.value, f);
  if (plane.maximize)
    for (double& v : field.values) v = -v;
  auto heights = levels(field, level_count);
  for (auto level = heights.rbegin(); level != heights.rend(); ++level)
    canvas.outlines(placed(f, region(field, *level)), "t-level",
                    cat("f = ", text::brief(plane.maximize ? -*level : *level, 4)));
}

void draw_forbidden(Canvas& canvas, const Frame& f, const Plane& plane, const std::string& id) {
  for (const auto& g : plane.curves)
    canvas.outlines(placed(f, region(sampled(g, f), 0)), "t-forbid", "an equality constraint");
  if (plane.allowed.empty()) return;
  canvas.raw(cat("<pattern id=\"", id,
                 "h\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path "
                 "class=\"t-forbid\" stroke-opacity=\".45\" d=\"M0,0V7\"/></pattern>\n"));
  for (const auto& g : plane.allowed) {
    const auto outlines = placed(f, region(sampled(g, f), 0));
    canvas.raw(cat("<g fill=\"url(#", id, "h)\" stroke-dasharray=\"none\">"));
    canvas.outlines(outlines, "t-outline", "not allowed by a constraint");
    canvas.raw("</g>\n");
    canvas.outlines(outlines, "t-forbid");
  }
}

std::string title_of(const Plane& plane, const Path& path, std::size_t k) {
  if (k < path.titles.size()) return path.titles[k];
  return cat(path.name, path.name.empty() ? "" : ", ", "step ", k, ": ", plane.x_label, " ", text::number(path.x[k]),
             ", ", plane.y_label, " ", text::number(path.y[k]));
}

/// Arrows as long as the longest may be, the others in proportion; where points are close, not all have one.
void draw_arrows(Canvas& canvas, const Frame& f, const Path& path, const std::vector<std::size_t>& kept, int style) {
  if (path.arrow_x.empty()) return;
  const auto offset = [&](std::size_t k) -> Spot {
    return {path.arrow_x[k] / (f.x.high - f.x.low) * f.box.width,
            -path.arrow_y[k] / (f.y.high - f.y.low) * f.box.height};
  };
  double longest = 0;
  for (const auto k : kept)
    if (const Spot o = offset(k); std::isfinite(o[0] + o[1])) longest = std::max(longest, std::hypot(o[0], o[1]));
  if (!(longest > 0)) return;
  const double scale = std::min(1.0, 46 / longest);
  Spot last{-1e9, -1e9};
  for (const auto k : kept) {
    const Spot at = f.spot(path.x[k], path.y[k]), o = offset(k);
    if (!f.holds(at) || !std::isfinite(o[0] + o[1]) || std::hypot(at[0] - last[0], at[1] - last[1]) < 12) continue;
    last = at;
    canvas.arrow(at, {at[0] + scale * o[0], at[1] + scale * o[1]}, cat("t-thin ", line_class(style)));
  }
}

void draw_path(Canvas& canvas, const Frame& f, const Plane& plane, const Path& path, int style) {
  assert(path.x.size() == path.y.size());
  const auto kept = thin_steps(path.x.size(), most_points);
  std::vector<Spot> line;
  std::string xs, ys;
  for (const auto k : kept) {
    line.push_back(f.spot(path.x[k], path.y[k]));
    xs += cat(xs.empty() ? "" : " ", text::number(path.x[k]));
    ys += cat(ys.empty() ? "" : " ", text::number(path.y[k]));
  }
  line = cut_far(line, f.box);
  canvas.path(line, "t-halo");
  const bool alone = plane.paths.size() == 1;  // dashes tell several apart
  canvas.path(line, cat("t-line ", alone ? "t-solid " : "", line_class(style)),
              cat(" data-series=\"", escaped(path.name), "\" data-points=\"", path.x.size(), "\" data-x=\"", xs,
                  "\" data-y=\"", ys, "\""));
  draw_arrows(canvas, f, path, kept, style);
  Spot last{-1e9, -1e9};
  for (const auto k : kept) {
    const Spot at = f.spot(path.x[k], path.y[k]);
    if (!std::isfinite(at[0] + at[1]) || !f.holds(at)) continue;
    if (k >= 60 && k + 1 != path.x.size() && std::hypot(at[0] - last[0], at[1] - last[1]) < 9) continue;
    last = at;
    canvas.marker(at, style, k + 1 == path.x.size() ? 5 : 2.8, title_of(plane, path, k),
                  cat(" data-index=\"", k, "\" data-x=\"", text::number(path.x[k]), "\" data-y=\"",
                      text::number(path.y[k]), "\""));
  }
}

void draw_words(Canvas& canvas, const Frame& f, const Plane& plane) {
  const auto beside = [&](const Spot& at, std::string_view words, const std::string& classes, double down) {
    const bool left = at[0] + 12 + text_width(words, 12) > f.box.right();
    canvas.text({at[0] + (left ? -10 : 10), at[1] + down}, words, cat("t-words ", classes),
                left ? Anchor::end : Anchor::start);
  };
  if (const Spot at = plane.goal ? f.spot((*plane.goal)[0], (*plane.goal)[1]) : Spot{}; plane.goal && f.holds(at)) {
    canvas.line({at[0] - 7, at[1]}, {at[0] + 7, at[1]}, "t-goal");
    canvas.line({at[0], at[1] - 7}, {at[0], at[1] + 7}, "t-goal");
    beside(at, plane.goal_name, "t-ink", 19);
  }
  bool start_named = false;
  for (const auto& path : plane.paths) {
    if (path.x.empty()) continue;
    const Spot at = f.spot(path.x.front(), path.y.front());
    if (!f.holds(at)) continue;
    canvas.circle(at, 4.5, "t-start", "start");
    if (!start_named) beside(at, "start", "t-ink", -8);
    start_named = true;
  }
}

/// At their ends, where all methods meet, the names of the paths would collide.
std::vector<LegendEntry> names(const Plane& plane) {
  std::vector<LegendEntry> out;
  for (std::size_t i = 0; i < plane.paths.size(); ++i)
    if (const Path& p = plane.paths[i]; !p.name.empty()) out.push_back({p.name, p.style.value_or(static_cast<int>(i))});
  return out;
}

}  // namespace

Range x_range(const Plane& plane) { return range_along(plane, 0); }
Range y_range(const Plane& plane) { return range_along(plane, 1); }

void draw(Canvas& canvas, const Plane& plane, const Box& box, const std::string& id) {
  const Box below = legend(canvas, headed(canvas, box, plane.title, caption(plane.subtitle, plane)), names(plane));
  const Frame f = open_frame(canvas, below,
                             {.x_label = plane.x_label,
                              .y_label = plane.y_label,
                              .x = x_range(plane),
                              .y = y_range(plane),
                              .grid = false,
                              .id = id});
  canvas.open(cat("g clip-path=\"url(#", id, ")\""));
  if (plane.value) draw_contours(canvas, f, plane);
  draw_forbidden(canvas, f, plane, id);
  for (std::size_t i = plane.paths.size(); i-- > 0;)  // the first on top: it is the one that matters most
    draw_path(canvas, f, plane, plane.paths[i], plane.paths[i].style.value_or(static_cast<int>(i)));
  draw_words(canvas, f, plane);
  canvas.close();
  canvas.rectangle(f.box, "t-frame");
  canvas.close();
}

}  // namespace talweg::report::plot
