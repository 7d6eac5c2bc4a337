#include "talweg/present/network_picture.hpp"

#include <algorithm>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/present/report_page.hpp"

namespace talweg::present {

namespace {

using report::plot::Layer;
using report::plot::Network;
using text::cat;

constexpr std::size_t most_drawn_weights = 40'000;  // of one layer

std::string counted(std::int64_t n, const char* what) { return cat(n, " ", what, n == 1 ? "" : "s"); }

}  // namespace

Network network_of(const std::vector<api::InspectedTensor>& tensors, const std::vector<std::string>& features,
                   const std::vector<std::string>& classes) {
  Network drawing;
  for (const auto& t : tensors) {
    if (!t.name.ends_with(".weight")) continue;
    if (t.columns == 0) return {};
    if (drawing.layers.empty()) {
      drawing.layers.push_back({.name = "inputs", .detail = counted(t.rows, "input"), .units = t.rows});
      if (static_cast<std::size_t>(t.rows) == features.size()) drawing.layers.back().labels = features;
    }
    if (drawing.layers.back().units != t.rows) return {};
    const std::string name = t.name.substr(0, t.name.size() - 7);
    Layer layer{.name = name, .detail = counted(t.columns, "unit"), .units = t.columns};
    std::int64_t parameters = t.rows * t.columns;
    if (t.values.size() <= most_drawn_weights) layer.weights = t.values;
    for (const auto& b : tensors)
      if (b.name == name + ".bias") layer.biases = b.values, parameters += b.rows;
    layer.note = counted(parameters, "parameter");
    drawing.layers.push_back(std::move(layer));
  }
  if (!drawing.layers.empty() && static_cast<std::size_t>(drawing.layers.back().units) == classes.size())
    drawing.layers.back().labels = classes;
  return drawing;
}

report::plot::Figure picture(const api::InspectReport& r, const PictureOptions& options) {
  check_axes(options, std::vector<std::string>());
  Network drawing = network_of(r.tensors, r.features, r.classes);
  if (drawing.layers.empty())
    throw Error("there is nothing to draw: a picture is one of dense layers in a row, linear models and networks");
  for (std::size_t k = 1; k + 1 < drawing.layers.size(); ++k) drawing.layers[k].detail += cat(", ", r.activation);
  std::int64_t parameters = 0;
  for (const auto& t : r.tensors) parameters += t.rows * std::max<std::int64_t>(1, t.columns);
  drawing.subtitle =
      cat(counted(drawing.layers.front().units, "input"), ", ", counted(drawing.layers.back().units, "output"), ", ",
          counted(parameters, "parameter"),
          drawing.layers.back().weights.empty() ? "" : "; thick lines: large weights; dashed: negative ones");
  std::int64_t most = 1;
  for (const Layer& layer : drawing.layers) most = std::max(most, layer.units);
  report::plot::Figure figure{.title = options.title_or(in_few_digits(r.model)), .columns = 1};
  figure.panel_height = 150 + 34 * static_cast<int>(std::clamp<std::int64_t>(most, 2, 8));
  figure.panel_width = std::max(560, 200 + 150 * static_cast<int>(std::min<std::size_t>(drawing.layers.size(), 20)));
  figure.panels.emplace_back(std::move(drawing));
  return figure;
}

}  // namespace talweg::present
