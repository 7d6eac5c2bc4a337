#include "talweg/present/list_picture.hpp"

#include "talweg/api/operation_curves.hpp"
#include "talweg/api/registry.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/present/list.hpp"

namespace talweg::present {

namespace {

using report::plot::Chart;
using report::plot::Figure;
using text::cat;

constexpr std::size_t points = 401;
constexpr int value_style = 0, slope_style = 1;

/// What all of a topic are shown over, so that they can be compared: far enough for what is flat far from 0.
struct Window {
  std::array<double, 2> x, value;
};
Window window_of(std::string_view topic) {
  return topic == "losses" ? Window{{-3, 3}, {-2, 4}} : Window{{-3, 3}, {-1.2, 1.8}};
}

Chart panel(std::string_view topic, std::string_view name, const PictureOptions& options) {
  const auto [low, high] = options.range("x").value_or(window_of(topic).x);
  const api::OperationCurve c = api::operation_curve(topic, name, low, high, points);
  const std::string input = topic == "losses" ? "output" : "x";
  return {.title = c.name,
          .subtitle = c.formula,
          .x = {.label = c.at.empty() ? input : cat(input, "; ", c.at), .name = "x", .low = low, .high = high},
          .y = {.name = "value"},
          .series = {{.name = "value", .x = c.x, .y = c.value, .style = value_style, .function = true},
                     {.name = "slope", .x = c.x, .y = c.slope, .style = slope_style, .function = true}}};
}

Figure all_of(const api::Topic& topic, const PictureOptions& options) {
  Figure figure{.title = options.title_or(cat("The ", topic.name, " and their slopes")),
                .legend = {{"value", value_style}, {"slope", slope_style}},
                .columns = 4,
                .panel_width = 236,
                .panel_height = 200};
  for (const ItemInfo& item : topic.items()) {
    Chart chart = panel(topic.name, item.card.name, options);
    chart.named = false;
    if (chart.x.label == "x") chart.x.label.clear();
    const auto [low, high] = window_of(topic.name).value;
    chart.y.low = low, chart.y.high = high;
    figure.panels.push_back(shown(std::move(chart), options));
  }
  return figure;
}

}  // namespace

Figure list_picture(std::string_view wanted, const PictureOptions& options) {
  Figure figure{.columns = 1, .panel_width = 560, .panel_height = 340};
  for (const api::Topic& topic : api::topics())
    if (topic.name == wanted && api::has_curves(topic.name)) figure = all_of(topic, options);
  if (figure.panels.empty()) {
    figure.title = options.title;
    for (const api::Found& found : api::find_items(wanted))
      for (const ItemInfo& item : found.items)
        if (api::has_curves(found.topic))
          figure.panels.push_back(shown(panel(found.topic, item.card.name, options), options));
  }
  if (figure.panels.empty()) {
    (void)list_text(wanted);  // throws for what is not there at all
    throw Error(
        cat("there is no picture of '", wanted, "': activations and losses have curves, all of them or one by name"));
  }
  check_axes(options, figure.panels);
  return figure;
}

}  // namespace talweg::present
