#include "talweg/report/plot/frame.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"

namespace talweg::report::plot {

namespace {

using text::cat;

constexpr double tick_size = 12;  // of the letters

double widest(const std::vector<Tick>& ticks) {
  double width = 0;
  for (const auto& t : ticks) width = std::max(width, text_width(t.label, tick_size));
  return width;
}

std::string data(const char* name, const Range& r) {
  return cat(" data-", name, "-range=\"", text::brief(r.low, 12), " ", text::brief(r.high, 12), "\" data-", name,
             "-scale=\"", r.scale == Scale::log ? "log" : "linear", "\"");
}

void draw_ticks(Canvas& canvas, const Frame& f, const std::vector<Tick>& x, const std::vector<Tick>& y, bool grid) {
  for (const auto& t : y) {
    const double at = f.spot(f.x.low, t.value)[1];
    if (at < f.box.top - 0.5 || at > f.box.bottom() + 0.5) continue;
    if (grid) canvas.line({f.box.left, at}, {f.box.right(), at}, "t-grid");
    canvas.text({f.box.left - 7, at + 4}, t.label, "t-quiet", Anchor::end);
  }
  double free_from = -1e9;
  for (const auto& t : x) {
    const double at = f.spot(t.value, f.y.low)[0], half = text_width(t.label, tick_size) / 2;
    if (at < f.box.left - 0.5 || at > f.box.right() + 0.5) continue;
    if (grid) canvas.line({at, f.box.top}, {at, f.box.bottom()}, "t-grid");
    canvas.line({at, f.box.bottom()}, {at, f.box.bottom() + 4}, "t-tick");
    if (at - half < free_from) continue;
    canvas.text({at, f.box.bottom() + 17}, t.label, "t-quiet", Anchor::middle);
    free_from = at + half + 6;
  }
}

}  // namespace

Box headed(Canvas& canvas, const Box& panel, const std::string& title, const std::string& subtitle) {
  double top = panel.top;
  if (!title.empty())
    canvas.text({panel.left, top + 15}, fitted(title, bold * 15, panel.width), "t-ink t-title"), top += 20;
  if (!subtitle.empty())
    canvas.text({panel.left, top + 13}, fitted(subtitle, 12.5, panel.width), "t-quiet t-sub"), top += 18;
  return {panel.left, top, panel.width, panel.bottom() - top};
}

Frame open_frame(Canvas& canvas, const Box& panel, const FrameRequest& r) {
  Frame f;
  f.x = r.x;
  f.y = r.y;
  f.clip = r.id;
  const Box rest = headed(canvas, panel, r.title, r.subtitle);
  const double top = rest.top + 12, bottom = rest.bottom() - (r.x_label.empty() ? 24 : 42);
  const auto y_ticks = ticks(r.y, std::clamp(static_cast<int>((bottom - top) / 38), 3, 9));
  const double left = panel.left + widest(y_ticks) + 8 + (r.y_label.empty() ? 0 : 20);
  f.box = {left, top, std::max(40.0, panel.right() - r.right_margin - left), std::max(40.0, bottom - top)};
  const auto x_ticks = ticks(r.x, std::clamp(static_cast<int>(f.box.width / 70), 3, 10));

  canvas.open(cat("g class=\"t-panel\" data-frame=\"", pixel(f.box.left), " ", pixel(f.box.top), " ",
                  pixel(f.box.width), " ", pixel(f.box.height), "\"", data("x", r.x), data("y", r.y)));
  canvas.raw(cat("<clipPath id=\"", f.clip, "\">"));
  canvas.rectangle(f.box, "t-plot");
  canvas.raw("</clipPath>\n");
  if (r.grid) canvas.rectangle(f.box, "t-plot");
  draw_ticks(canvas, f, x_ticks, y_ticks, r.grid);
  const double middle = f.box.left + f.box.width / 2;
  if (!r.x_label.empty())
    canvas.text({middle, f.box.bottom() + 36}, fitted(r.x_label, tick_size, panel.width), "t-ink", Anchor::middle);
  if (!r.y_label.empty())
    canvas.text_upwards({panel.left + 12, f.box.top + f.box.height / 2}, fitted(r.y_label, tick_size, f.box.height),
                        "t-ink");
  return f;
}

Box legend(Canvas& canvas, const Box& box, const std::vector<LegendEntry>& entries) {
  if (entries.empty()) return box;
  double left = box.left, top = box.top + 12;
  for (const auto& e : entries) {
    const std::string name = fitted(e.name, bold * tick_size, box.width - 45);
    const double width = 37 + text_width(name, bold * tick_size) + 18;
    if (left + width > box.right() + 18 && left > box.left) left = box.left, top += 18;
    canvas.line({left, top}, {left + 30, top}, cat("t-line ", line_class(e.style)));
    canvas.marker({left + 15, top}, e.style, 3.4, e.name);
    canvas.text({left + 37, top + 4}, name, cat("t-name ", word_class(e.style)));
    left += width;
  }
  return {box.left, top + 8, box.width, box.bottom() - top - 8};
}

void write_end_labels(Canvas& canvas, const Frame& frame, std::vector<EndLabel> labels, double room) {
  constexpr double height = 15;
  std::stable_sort(labels.begin(), labels.end(), [](const auto& a, const auto& b) { return a.at[1] < b.at[1]; });
  std::vector<double> y;
  for (const auto& l : labels) y.push_back(std::max(l.at[1], y.empty() ? frame.box.top : y.back() + height));
  double below = frame.box.bottom() + height / 2;
  for (std::size_t k = y.size(); k-- > 0;) below = y[k] = std::min(y[k], below - (k + 1 < y.size() ? height : 0));
  for (std::size_t k = 0; k < labels.size(); ++k) {
    const EndLabel& l = labels[k];
    const double left = frame.box.right() + 10;
    if (std::abs(y[k] - l.at[1]) > 4 || frame.box.right() - l.at[0] > 6)
      canvas.line({l.at[0] + 5, l.at[1]}, {left - 2, y[k]}, cat("t-leader ", line_class(l.style)));
    const std::string cut = fitted(l.name, bold * 12, room - 12);
    canvas.text({left, y[k] + 4}, cut, cat("t-name ", word_class(l.style)), Anchor::start, cut == l.name ? "" : l.name);
  }
}

}  // namespace talweg::report::plot
