#include "talweg/report/plot/ranges.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/svg.hpp"

namespace talweg::report::plot {
namespace {

using ::talweg::testing::elements_with;
using ::talweg::testing::numbers;

constexpr Box frame{100, 50, 200, 100};

Chart chart() {
  return {.x = {.label = "x", .name = "x"},
          .y = {.label = "f", .name = "value", .scale = Scale::log},
          .series = {{.x = {1, 2, 3}, .y = {100, 10, 1}, .draw = Draw::line_and_points}}};
}

TEST(Ranges, AreThoseOfTheAxesOfTheName) {
  Panel panel = chart();
  EXPECT_EQ(axis_names(panel), (std::vector<std::string>{"x", "value"}));
  EXPECT_TRUE(show_range(panel, "x", -2, 2.5));
  EXPECT_FALSE(show_range(panel, "f", 0, 1)) << "that is a label";
  const auto drawn = elements_with(svg({.panels = {panel}}), "data-x-range").at(0);
  EXPECT_EQ(drawn.at("data-x-range"), "-2 2.5");
  Panel plane = Plane{.x_label = "a", .y_label = "b", .paths = {{.x = {0, 1}, .y = {0, 1}}}};
  EXPECT_EQ(axis_names(plane), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(show_range(plane, "b", 3, 7));
  EXPECT_EQ(elements_with(svg({.panels = {plane}}), "data-y-range").at(0).at("data-y-range"), "3 7");
  Panel none = Histogram{.edges = {0, 1}, .counts = {1}};
  EXPECT_TRUE(axis_names(none).empty());
  EXPECT_FALSE(show_range(none, "", 0, 1));
}

TEST(Ranges, WithoutAPlaceForLowMakeALogarithmicAxisLinear) {
  Panel panel = chart();
  show_range(panel, "value", 0.5, 50);
  EXPECT_EQ(elements_with(svg({.panels = {panel}}), "data-y-scale").at(0).at("data-y-scale"), "log");
  show_range(panel, "value", -1, 50);
  EXPECT_EQ(elements_with(svg({.panels = {panel}}), "data-y-scale").at(0).at("data-y-scale"), "linear");
}

TEST(Ranges, OfXLeaveToYWhatIsSeen) {
  Panel panel =
      Chart{.x = {.name = "x"}, .series = {{.x = {0, 1, 2}, .y = {1000, 1, 2}, .draw = Draw::line_and_points}}};
  show_range(panel, "x", 0.5, 2.5);
  EXPECT_LT(numbers(elements_with(svg({.panels = {panel}}), "data-y-range").at(0).at("data-y-range")).at(1), 3);
}

TEST(Ranges, ThatHoldNoPointShowTheCurve) {
  Panel panel = Chart{.x = {.name = "x"},
                      .series = {{.x = {5, 6, 7}, .y = {25, 36, 49}, .background = true},
                                 {.x = {0, 1}, .y = {0, 1}, .draw = Draw::line_and_points}}};
  show_range(panel, "x", 5, 7);
  const auto y = numbers(elements_with(svg({.panels = {panel}}), "data-y-range").at(0).at("data-y-range"));
  EXPECT_LT(y.at(0), 25);
  EXPECT_GT(y.at(1), 49);
}

TEST(Outside, IsSaidInWords) {
  Panel panel = chart();
  EXPECT_EQ(outside_words(panel), "");
  EXPECT_EQ(caption("as it is", panel), "as it is");
  show_range(panel, "x", 1.5, 4);
  EXPECT_EQ(outside_words(panel), "1 of 3 points lies outside");
  show_range(panel, "value", 5, 50);
  EXPECT_EQ(outside_words(panel), "2 of 3 points lie outside");
  EXPECT_EQ(caption("f", panel), "2 of 3 points lie outside; f");
  EXPECT_NE(svg({.panels = {panel}}).find("2 of 3 points lie outside"), std::string::npos);
  EXPECT_NE(terminal({.panels = {panel}}, {.colour = false}).find("2 of 3 points lie outside"), std::string::npos);
}

TEST(Outside, CountsNoFunctionsAndNothingWithoutAPlace) {
  const Panel panel = Chart{.x = {.low = 0, .high = 1},
                            .series = {{.x = {0, 5}, .y = {1, 1}, .background = true},
                                       {.x = {0, 5}, .y = {1, 1}, .function = true},
                                       {.x = {0.5, NAN, 9}, .y = {1, 1, INFINITY}, .draw = Draw::points}}};
  EXPECT_EQ(outside_words(panel), "");
}

TEST(Outside, IsSaidOfLeapsThatAPlaneLeavesOut) {
  Plane plane{.paths = {{}}};
  for (int k = 0; k < 100; ++k) plane.paths[0].x.push_back(k == 40 ? 1e9 : k), plane.paths[0].y.push_back(k);
  EXPECT_EQ(outside_words(plane), "1 of 100 points lies outside");
}

TEST(Lines, ThatStayNearAreAsTheyWere) {
  const std::vector<Spot> line{{120, 60}, {900, -400}, {130, 70}};
  EXPECT_EQ(cut_far(line, frame), line);
}

TEST(Lines, ThatLeaveAreCutOnTheirWay) {
  // From the middle of the frame straight to a spot far away, at a slope of one half, and back.
  const auto cut = cut_far({{200, 100}, {1e12 + 200, 5e11 + 100}, {200, 100}}, frame);
  ASSERT_EQ(cut.size(), 6u);
  for (const std::size_t k : {1u, 4u}) {
    EXPECT_NEAR((cut[k][1] - 100) / (cut[k][0] - 200), 0.5, 1e-9);
    EXPECT_LE(cut[k][0], 2300 + 1e-9);
  }
  EXPECT_TRUE(std::isnan(cut[2][0]) && std::isnan(cut[3][0])) << "two pieces";
  EXPECT_EQ(cut.front(), cut.back());
}

TEST(Lines, ThatPassByKeepThePieceThatIsSeen) {
  const auto cut = cut_far({{-1e6, 100}, {1e6, 100}}, frame);
  std::vector<double> x;
  for (const auto& s : cut) {
    if (std::isnan(s[0])) continue;
    x.push_back(s[0]);
    EXPECT_EQ(s[1], 100);
  }
  EXPECT_EQ(x, (std::vector<double>{-1900, 2300}));
  EXPECT_TRUE(cut_far({{-1e6, 1e5}, {1e6, 1e5}}, frame).empty()) << "far below";
}

TEST(Segments, AreCutAtABox) {
  Spot from{0, 100}, to{400, 100};
  EXPECT_TRUE(cut_segment(from, to, frame));
  EXPECT_EQ(from, (Spot{100, 100}));
  EXPECT_EQ(to, (Spot{300, 100}));
  from = {0, 0}, to = {50, 500};
  EXPECT_FALSE(cut_segment(from, to, frame));
  from = to = {200, 100};
  EXPECT_TRUE(cut_segment(from, to, frame)) << "a point inside";
  from = to = {0, 0};
  EXPECT_FALSE(cut_segment(from, to, frame)) << "a point outside";
}

TEST(Terminal, DrawsALeapInItsDirection) {
  // From the lower left corner towards a point far above and to the right: the diagonal of what is shown.
  Panel panel = Chart{.x = {.low = 0, .high = 1},
                      .y = {.low = 0, .high = 1},
                      .series = {{.x = {0, 1e6}, .y = {0, 1e6}, .draw = Draw::line}}};
  const std::string far = terminal({.panels = {panel}}, {.colour = false});
  std::get<Chart>(panel).series[0] = {.x = {0, 1.5}, .y = {0, 1.5}, .draw = Draw::line};
  const std::string near = terminal({.panels = {panel}}, {.colour = false});
  EXPECT_EQ(far, near);
}

TEST(Titles, ThatAreLongAreCutVisiblyAndStandWhole) {
  const std::string title = std::string(100'000, 'w') + "<&>";
  const std::string drawn = svg({.title = title, .panels = {chart()}});
  EXPECT_NE(drawn.find("w…</text>"), std::string::npos);
  EXPECT_NE(drawn.find("w&lt;&amp;&gt;</title>"), std::string::npos);
  EXPECT_NE(terminal({.title = title, .panels = {chart()}}, {.colour = false}).find("w…\n"), std::string::npos);
  EXPECT_EQ(svg({.title = "ααα", .panels = {chart()}}).find("�"), std::string::npos);
}

}  // namespace
}  // namespace talweg::report::plot
