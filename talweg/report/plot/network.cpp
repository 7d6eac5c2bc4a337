#include "talweg/report/plot/network.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/report/plot/draw.hpp"
#include "talweg/report/plot/frame.hpp"

namespace talweg::report::plot {

namespace {

using text::cat;

constexpr std::int64_t most_units = 12;  // of a layer that are drawn; of a larger one the first and the last few

struct Unit {
  std::int64_t index;
  Spot at;
};

/// The units of a layer that are drawn, and where its dots stand when some are left out.
struct Column {
  std::vector<Unit> units;
  double dots = -1;
};

Column column(const Layer& layer, double x, const Box& box) {
  Column out;
  const std::int64_t drawn = std::min(layer.units, most_units);
  const bool cut = layer.units > most_units;
  const double places = static_cast<double>(drawn + (cut ? 1 : 0));
  const double gap = std::min(34.0, box.height / std::max(1.0, places));
  const double top = box.top + (box.height - gap * (places - 1)) / 2;
  for (std::int64_t k = 0; k < drawn; ++k) {
    const bool tail = cut && k >= drawn / 2;
    const double place = static_cast<double>(k + (tail ? 1 : 0));
    out.units.push_back({tail ? layer.units - (drawn - k) : k, {x, top + gap * place}});
  }
  if (cut) out.dots = top + gap * static_cast<double>(drawn / 2);
  return out;
}

void draw_edges(Canvas& canvas, const Layer& from, const Column& left, const Layer& to, const Column& right) {
  double largest = 0;
  for (const double w : to.weights)
    if (std::isfinite(w)) largest = std::max(largest, std::abs(w));
  for (const auto& a : left.units)
    for (const auto& b : right.units) {
      double width = 0.9, opacity = 0.5;
      std::string extra, title;
      if (!to.weights.empty() && largest > 0) {
        const double w = to.weights[static_cast<std::size_t>(a.index * to.units + b.index)];
        const double share = std::abs(w) / largest;
        width = 0.25 + 2.4 * share, opacity = 0.08 + 0.8 * share;
        extra = cat(w < 0 ? " stroke-dasharray=\"4 2.5\"" : "", " data-weight=\"", text::number(w), "\"");
        title = cat("weight from ", from.name, "[", a.index, "] to ", to.name, "[", b.index, "]: ", text::number(w));
      }
      canvas.raw(cat("<path class=\"t-edge\" d=\"M", pixel(a.at[0]), ",", pixel(a.at[1]), "L", pixel(b.at[0]), ",",
                     pixel(b.at[1]), "\" stroke-width=\"", pixel(width), "\" stroke-opacity=\"", pixel(opacity), "\"",
                     extra, title.empty() ? "/>\n" : cat("><title>", escaped(title), "</title></path>\n")));
    }
}

void draw_units(Canvas& canvas, const Layer& layer, const Column& column, bool first, bool last) {
  for (const auto& u : column.units) {
    const auto k = static_cast<std::size_t>(u.index);
    const std::string label = k < layer.labels.size() ? layer.labels[k] : "";
    const std::string bias = k < layer.biases.size() ? cat(", bias ", text::number(layer.biases[k])) : "";
    canvas.circle(u.at, 7, "t-unit", cat(layer.name, "[", u.index, "] ", label, bias));
    if (label.empty()) continue;
    if (first) canvas.text({u.at[0] - 13, u.at[1] + 4}, fitted(label, 12, 90), "t-ink", Anchor::end, label);
    if (last) canvas.text({u.at[0] + 13, u.at[1] + 4}, fitted(label, 12, 90), "t-ink", Anchor::start, label);
  }
  if (column.dots >= 0)
    for (const double down : {-6.0, 0.0, 6.0})
      canvas.circle({column.units.front().at[0], column.dots + down}, 1.4, "t-quiet");
}

}  // namespace

void draw(Canvas& canvas, const Network& network, const Box& box, const std::string&) {
  const Box rest = headed(canvas, box, network.title, network.subtitle);
  if (network.layers.empty()) return;
  const bool noted = std::ranges::any_of(network.layers, [](const Layer& l) { return !l.note.empty(); });
  const double foot = rest.bottom() - (noted ? 16 : 0);
  const Box field{rest.left + 100, rest.top + 14, rest.width - 200, foot - rest.top - 66};
  std::vector<Column> columns;
  const auto count = static_cast<double>(network.layers.size());
  for (std::size_t k = 0; k < network.layers.size(); ++k)
    columns.push_back(
        column(network.layers[k],
               field.left + (count > 1 ? field.width * static_cast<double>(k) / (count - 1) : field.width / 2), field));
  canvas.open("g");
  for (std::size_t k = 1; k < columns.size(); ++k)
    draw_edges(canvas, network.layers[k - 1], columns[k - 1], network.layers[k], columns[k]);
  const double room = field.width / std::max(1.0, count - 1) - 8;  // to the next layer's words
  for (std::size_t k = 0; k < columns.size(); ++k) {
    const Layer& layer = network.layers[k];
    draw_units(canvas, layer, columns[k], k == 0, k + 1 == columns.size());
    const double x = columns[k].units.empty() ? field.left : columns[k].units.front().at[0];
    canvas.text({x, foot - 24}, fitted(layer.name, 12, room), "t-ink t-name", Anchor::middle);
    canvas.text({x, foot - 8}, fitted(layer.detail, 12, room), "t-quiet", Anchor::middle);
    if (!layer.note.empty()) canvas.text({x, foot + 8}, fitted(layer.note, 12, room), "t-quiet", Anchor::middle);
  }
  canvas.close();
}

}  // namespace talweg::report::plot
