#include "talweg/report/plot/histogram.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/report/plot/draw.hpp"
#include "talweg/report/plot/frame.hpp"

namespace talweg::report::plot {

using text::cat;

Histogram histogram(std::span<const double> values, std::string title, std::string label, int bars) {
  Histogram h{.title = std::move(title), .label = std::move(label)};
  double low = INFINITY, high = -INFINITY, sum = 0, squares = 0;
  std::size_t finite = 0;
  for (const double v : values)
    if (std::isfinite(v)) low = std::min(low, v), high = std::max(high, v), sum += v, ++finite;
  if (finite == 0) {
    h.subtitle = cat("none of ", values.size(), " values is finite");
    return h;
  }
  const double mean = sum / static_cast<double>(finite);
  for (const double v : values)
    if (std::isfinite(v)) squares += (v - mean) * (v - mean);
  const double width = high > low ? (high - low) / bars : std::max(std::abs(low), 1.0) / bars;
  const double begin = high > low ? low : low - width * bars / 2;
  h.counts.assign(static_cast<std::size_t>(bars), 0);
  for (int k = 0; k <= bars; ++k) h.edges.push_back(begin + width * k);
  for (const double v : values)
    if (std::isfinite(v))
      ++h.counts[static_cast<std::size_t>(std::clamp(static_cast<int>((v - begin) / width), 0, bars - 1))];
  h.subtitle = cat(finite, finite == 1 ? " value" : " values", ", mean ", shown(mean, 3), ", deviation ",
                   shown(std::sqrt(squares / static_cast<double>(finite)), 3),
                   finite < values.size() ? cat(", ", values.size() - finite, " not finite") : "");
  return h;
}

void draw(Canvas& canvas, const Histogram& h, const Box& box, const std::string& id) {
  if (h.counts.empty()) {
    headed(canvas, box, h.title, h.subtitle);
    return;
  }
  const double most = static_cast<double>(*std::max_element(h.counts.begin(), h.counts.end()));
  const Frame f = open_frame(canvas, box,
                             {.title = h.title,
                              .subtitle = h.subtitle,
                              .x_label = h.label,
                              .y_label = "count",
                              .x = {h.edges.front(), h.edges.back()},
                              .y = {0, std::max(1.0, most) * 1.05},
                              .id = id});
  for (std::size_t k = 0; k < h.counts.size(); ++k) {
    const Spot top = f.spot(h.edges[k], static_cast<double>(h.counts[k])), base = f.spot(h.edges[k + 1], 0);
    if (h.counts[k] == 0) continue;
    canvas.rectangle({top[0], top[1], base[0] - top[0], base[1] - top[1]}, "t-bar",
                     cat(" data-index=\"", k, "\" data-low=\"", text::number(h.edges[k]), "\" data-high=\"",
                         text::number(h.edges[k + 1]), "\" data-count=\"", h.counts[k], "\""),
                     cat(h.counts[k], " from ", text::brief(h.edges[k], 5), " to ", text::brief(h.edges[k + 1], 5)));
  }
  canvas.rectangle(f.box, "t-frame");
  canvas.close();
}

}  // namespace talweg::report::plot
