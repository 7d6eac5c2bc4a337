#include "talweg/report/plot/figure.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/svg.hpp"
#include "talweg/report/plot/canvas.hpp"

namespace talweg::report::plot {
namespace {

using ::talweg::testing::elements_with;
using ::talweg::testing::numbers;
using ::talweg::testing::panels;

Chart race() {
  return {.title = "Race <&>",
          .x = {.label = "evaluations"},
          .y = {.label = "f", .scale = Scale::log},
          .series = {{.name = "adam", .x = {1, 2, 4}, .y = {100, 10, 0.1}, .low = {90, 8, 0.01}, .high = {110, 12, 1}},
                     {.name = "lbfgs", .x = {1, 2, 3}, .y = {100, 1, 1e-9}, .draw = Draw::line_and_points}}};
}

/// Every tag that is opened is closed, in order.
void expect_well_formed(const std::string& svg) {
  std::vector<std::string> open;
  for (std::size_t at = svg.find('<'); at != std::string::npos; at = svg.find('<', at + 1)) {
    const std::size_t end = svg.find('>', at);
    ASSERT_NE(end, std::string::npos);
    const std::string tag = svg.substr(at + 1, end - at - 1);
    if (tag.back() == '/') continue;
    if (tag[0] != '/') {
      open.push_back(tag.substr(0, tag.find(' ')));
      continue;
    }
    ASSERT_FALSE(open.empty());
    EXPECT_EQ(open.back(), tag.substr(1));
    open.pop_back();
  }
  EXPECT_TRUE(open.empty());
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf\""), std::string::npos);
}

TEST(Svg, CarriesTheExactNumbers) {
  const std::string svg = plot::svg({.panels = {race()}});
  expect_well_formed(svg);
  EXPECT_NE(svg.find("Race &lt;&amp;&gt;"), std::string::npos);
  const auto lines = elements_with(svg, "data-series");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[1].at("data-series"), "adam") << "the first is drawn last, on top of the others";
  EXPECT_EQ(numbers(lines[1].at("data-y")), (std::vector<double>{100, 10, 0.1}));
  EXPECT_EQ(numbers(lines[0].at("data-y")), (std::vector<double>{100, 1, 1e-9}));
  EXPECT_NE(svg.find("class=\"t-band b0\""), std::string::npos);
}

TEST(Svg, TellsSeriesApartWithoutColour) {
  Chart chart{.x = {.label = "x"}, .y = {.label = "y"}};
  for (int k = 0; k < styles; ++k) {
    Series s{.name = "series " + std::to_string(k), .draw = Draw::line_and_points};
    for (int i = 0; i < 10; ++i) s.x.push_back(i), s.y.push_back(i * k);
    chart.series.push_back(s);
  }
  const std::string svg = plot::svg({.panels = {chart}}), sheet = style_sheet();
  for (int k = 0; k < styles; ++k) {
    EXPECT_NE(svg.find("series " + std::to_string(k) + "</text>"), std::string::npos) << "its label";
    if (k == 0) continue;
    EXPECT_NE(sheet.find(".s" + std::to_string(k) + "{stroke-dasharray:"), std::string::npos) << "its dashes";
  }
  EXPECT_NE(sheet.find("prefers-color-scheme:dark"), std::string::npos);
}

TEST(Svg, LabelsOfLinesThatEndTogetherDoNotCoverEachOther) {
  Chart chart;
  for (int k = 0; k < 6; ++k)
    chart.series.push_back({.name = "m" + std::to_string(k), .x = {0, 1}, .y = {1, 2 + 1e-3 * k}});
  std::vector<double> heights;
  for (const auto& e : elements_with(plot::svg({.panels = {chart}}), "class"))
    if (e.at("class").starts_with("t-name w")) heights.push_back(numbers(e.at("y")).at(0));
  ASSERT_EQ(heights.size(), 6u);
  std::sort(heights.begin(), heights.end());
  for (std::size_t k = 1; k < heights.size(); ++k) EXPECT_GE(heights[k] - heights[k - 1], 14.9);
}

TEST(Svg, BreaksTheLineWhereThereIsNoNumber) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  const Chart chart{.series = {{.x = {0, 1, 2, 3, 4}, .y = {1, 2, nan, 3, inf}, .draw = Draw::line_and_points}}};
  const std::string svg = plot::svg({.panels = {chart}});
  const auto line = elements_with(svg, "data-series").at(0);
  const std::string d = line.at("d");
  EXPECT_EQ(std::count(d.begin(), d.end(), 'M'), 2) << d;
  EXPECT_EQ(elements_with(svg, "data-index").size(), 3u);
}

TEST(Svg, ACurveThatLeapsAwayDoesNotFlattenThePathOnIt) {
  Chart chart{.series = {{.background = true}, {.x = {2, 1.5, 1}, .y = {0.5, 2.0 / 3, 1}}}};
  for (int k = -50; k <= 50; ++k) {
    chart.series[0].x.push_back(k / 25.0);
    chart.series[0].y.push_back(25.0 / (k + 0.001));
  }
  const auto y = numbers(elements_with(plot::svg({.panels = {chart}}), "data-y-range").at(0).at("data-y-range"));
  EXPECT_LT(y[1], 2.0);
  EXPECT_GT(y[0], -0.5);
}

TEST(Svg, ACurveUnderPointsKeepsItsBand) {
  const Chart fit{
      .series = {{.x = {0, 1, 2}, .y = {1, 2, 3}, .draw = Draw::points},
                 {.x = {0, 1, 2}, .y = {1, 2, 3}, .low = {0, 1, 2}, .high = {2, 3, 4}, .background = true}}};
  const std::string drawn = plot::svg({.panels = {fit}});
  EXPECT_NE(drawn.find("class=\"t-band"), std::string::npos);
  const auto y = numbers(elements_with(drawn, "data-y-range").at(0).at("data-y-range"));
  EXPECT_LE(y[0], 0);
  EXPECT_GE(y[1], 4);
}

TEST(Svg, LongSeriesAreThinnedAndSayHowLongTheyAre) {
  Series s{.name = "f"};
  for (int k = 0; k < 100'000; ++k) s.x.push_back(k), s.y.push_back(k == 31'415 ? 1e6 : 1 + k % 7);
  const std::string svg = plot::svg({.panels = {Chart{.series = {s}}}});
  EXPECT_LT(svg.size(), 200'000u);
  const auto line = elements_with(svg, "data-series").at(0);
  EXPECT_EQ(line.at("data-points"), "100000");
  const auto x = numbers(line.at("data-x"));
  EXPECT_TRUE(std::find(x.begin(), x.end(), 31'415) != x.end());
}

TEST(Svg, APlaneHasItsPathOnItsContours) {
  const Plane plane{
      .title = "bowl",
      .value = [](double x, double y) { return x * x + 4 * y * y; },
      .allowed = {[](double x, double) { return x - 0.2; }},
      .curves = {[](double x, double y) { return x - y; }},
      .paths = {{.name = "a", .x = {2, 1, 0.5}, .y = {1, 0.5, 0}, .arrow_x = {0, -1, -0.5}, .arrow_y = {0, -0.5, -0.5}},
                {.name = "b", .x = {2, 0}, .y = {1, 0}}},
      .goal = {{0, 0}},
      .goal_name = "minimum"};
  const std::string svg = plot::svg({.panels = {plane, plane}});
  expect_well_formed(svg);
  const auto parts = panels(svg);
  ASSERT_EQ(parts.size(), 2u);
  const auto frame = elements_with(parts[0], "data-frame").at(0);
  const auto box = numbers(frame.at("data-frame")), x = numbers(frame.at("data-x-range"));
  const auto points = elements_with(parts[0], "data-index");
  ASSERT_EQ(points.size(), 5u);
  // Path b with its two points comes first: path a is drawn last, on top of it.
  EXPECT_EQ(numbers(points[3].at("data-x")).at(0), 1);
  EXPECT_NEAR(numbers(points[3].at("cx")).at(0), box[0] + (1 - x[0]) / (x[1] - x[0]) * box[2], 0.02);
  EXPECT_NE(parts[0].find("t-level"), std::string::npos);
  EXPECT_NE(parts[0].find("not allowed by a constraint"), std::string::npos);
  EXPECT_NE(svg.find("id=\"t0\""), std::string::npos);
  EXPECT_NE(svg.find("id=\"t1\""), std::string::npos) << "two panels share no names";
}

TEST(Svg, HistogramsCountEveryValue) {
  std::vector<double> values;
  for (int k = 0; k < 1000; ++k) values.push_back(std::sin(k));
  values.push_back(std::nan(""));
  const Histogram h = histogram(values, "weights", "w", 20);
  EXPECT_NE(h.subtitle.find("1 not finite"), std::string::npos) << h.subtitle;
  std::int64_t sum = 0;
  for (const auto& bar : elements_with(plot::svg({.panels = {h}}), "data-count"))
    sum += static_cast<std::int64_t>(numbers(bar.at("data-count")).at(0));
  EXPECT_EQ(sum, 1000);
  for (const auto& same : {std::vector<double>{}, {0.0}, {5.0, 5.0}})
    expect_well_formed(plot::svg({.panels = {histogram(same, "t", "l")}}));
}

TEST(Svg, ANetworkShowsItsWeights) {
  const Network network{
      .layers = {{.name = "inputs", .units = 2, .labels = {"a", "b"}},
                 {.name = "dense1", .units = 30},
                 {.name = "output", .units = 1, .weights = std::vector<double>(30, -0.5), .biases = {0.25}}}};
  const std::string svg = plot::svg({.panels = {network}});
  expect_well_formed(svg);
  EXPECT_EQ(elements_with(svg, "data-weight").size(), 12u) << "as many as a large layer shows units";
  EXPECT_NE(svg.find("output[0] , bias 0.25"), std::string::npos);
  expect_well_formed(plot::svg({.panels = {Network{}}}));
}

TEST(Svg, SameFigureSameBytes) { EXPECT_EQ(plot::svg({.panels = {race()}}), plot::svg({.panels = {race()}})); }

TEST(Terminal, FitsItsColumnsAndNamesItsSeries) {
  const std::string text = terminal({.title = "x^2",
                                     .panels = {race(), Plane{.value = [](double x, double y) { return x * x + y * y; },
                                                              .paths = {{.x = {1, 0}, .y = {1, 0}}}}}},
                                    {.columns = 60, .rows = 12, .colour = false});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("a adam"), std::string::npos);
  EXPECT_NE(text.find("○"), std::string::npos);
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const auto characters = std::count_if(text.begin() + std::ptrdiff_t(begin), text.begin() + std::ptrdiff_t(end),
                                          [](unsigned char c) { return (c & 0xC0) != 0x80; });
    EXPECT_LE(characters, 68) << text.substr(begin, end - begin);  // the name of the axis may stand out by 8
  }
  EXPECT_NE(terminal({.panels = {race()}}).find("\x1b["), std::string::npos) << "colours when asked for";
}

}  // namespace
}  // namespace talweg::report::plot
