#include "talweg/report/plot/scale.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace talweg::report::plot {
namespace {

std::vector<std::string> labels(const Range& range, int count) {
  std::vector<std::string> out;
  for (const auto& t : ticks(range, count)) out.push_back(t.label);
  return out;
}

TEST(Range, PlacesNumbersBetweenItsEnds) {
  EXPECT_DOUBLE_EQ((Range{0, 10}.place(2.5)), 0.25);
  EXPECT_DOUBLE_EQ((Range{1, 1000, Scale::log}.place(10)), 1.0 / 3);
  EXPECT_TRUE(std::isnan((Range{1, 1000, Scale::log}.place(0))));
  EXPECT_TRUE(std::isnan((Range{0, 1}.place(std::numeric_limits<double>::infinity()))));
}

TEST(Range, ShowsAllFiniteValuesAndNothingElse) {
  const Range r = range_of({}, {3, std::nan(""), -1, std::numeric_limits<double>::infinity()}, 0);
  EXPECT_DOUBLE_EQ(r.low, -1);
  EXPECT_DOUBLE_EQ(r.high, 3);
  const Range log = range_of({.scale = Scale::log}, {0, -5, 1e-3, 10}, 0);
  EXPECT_DOUBLE_EQ(log.low, 1e-3);
  EXPECT_DOUBLE_EQ(log.high, 10);
}

TEST(Range, HasWidthEvenForOneValueForNoneAndForTheWholeLine) {
  constexpr double huge = std::numeric_limits<double>::max();
  for (const auto& values : {std::vector<double>{}, {0.0}, {7.0}, {-huge, huge}, {5e-324}})
    for (const Scale scale : {Scale::linear, Scale::log}) {
      const Range r = range_of({.scale = scale}, values, 0.05);
      EXPECT_LT(r.low, r.high);
      EXPECT_TRUE(std::isfinite(r.low) && std::isfinite(r.high));
      EXPECT_LE(ticks(r, 5).size(), 50u);
    }
}

TEST(Ticks, StandOnRoundNumbers) {
  EXPECT_EQ(labels({0, 10}, 5), (std::vector<std::string>{"0", "2", "4", "6", "8", "10"}));
  EXPECT_EQ(labels({-0.3, 0.31}, 4), (std::vector<std::string>{"−0.2", "0", "0.2"}));
  EXPECT_EQ(labels({1e-5, 10, Scale::log}, 8),
            (std::vector<std::string>{"10⁻⁵", "10⁻⁴", "10⁻³", "0.01", "0.1", "1", "10"}));
  EXPECT_EQ(labels({0.9, 30, Scale::log}, 8), (std::vector<std::string>{"1", "2", "5", "10", "20"}));
}

TEST(Shown, WritesPowersAsPeopleDo) {
  EXPECT_EQ(shown(-1.5), "−1.5");
  EXPECT_EQ(shown(1e10), "10¹⁰");
  EXPECT_EQ(shown(2.5e-7), "2.5·10⁻⁷");
}

}  // namespace
}  // namespace talweg::report::plot
