#include "talweg/report/plot/contours.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace talweg::report::plot {
namespace {

/// The area inside a closed line.
double area(const Outline& line) {
  double twice = 0;
  for (std::size_t k = 0; k < line.size(); ++k) {
    const auto& a = line[k];
    const auto& b = line[(k + 1) % line.size()];
    twice += a[0] * b[1] - b[0] * a[1];
  }
  return std::abs(twice) / 2;
}

TEST(Contours, OfABowlAreCircles) {
  const Field field = sample([](double x, double y) { return x * x + y * y; }, {-2, 2}, {-2, 2}, 200, 200);
  for (const double radius : {0.5, 1.0, 1.9}) {
    const auto lines = region(field, radius * radius);
    ASSERT_EQ(lines.size(), 1u);
    // Linear interpolation of a quadratic over h = 0.02 misses the value by at most h²/4, the radius by h²/(8 radius).
    for (const auto& p : lines[0]) EXPECT_NEAR(std::hypot(p[0], p[1]), radius, 0.02 * 0.02 / (8 * radius) + 1e-12);
    EXPECT_NEAR(area(lines[0]), std::acos(-1.0) * radius * radius, 2e-3 * radius);
  }
}

TEST(Contours, OfARidgeHaveAHole) {
  const auto ring = [](double x, double y) { return std::abs(std::hypot(x, y) - 1); };
  const auto lines = region(sample(ring, {-2, 2}, {-2, 2}, 200, 200), 0.25);
  ASSERT_EQ(lines.size(), 2u);
  const double outer = std::max(area(lines[0]), area(lines[1])), inner = std::min(area(lines[0]), area(lines[1]));
  EXPECT_NEAR(outer, std::acos(-1.0) * 1.25 * 1.25, 0.01);
  EXPECT_NEAR(inner, std::acos(-1.0) * 0.75 * 0.75, 0.01);
}

TEST(Contours, CloseAtTheBorderAndBesideWhatIsNotDefined) {
  const auto cut = [](double x, double) { return x < 0 ? std::nan("") : x; };
  const auto lines = region(sample(cut, {-1, 1}, {-1, 1}, 40, 40), 0.5);
  ASSERT_EQ(lines.size(), 1u);
  for (const auto& p : lines[0]) {
    EXPECT_GE(p[0], -0.05);
    EXPECT_LE(p[0], 0.5 + 1e-12);
  }
  EXPECT_TRUE(region(sample(cut, {-1, -0.5}, {-1, 1}, 10, 10), 1).empty());
}

TEST(Contours, OfASaddleNeverCross) {
  const auto lines = region(sample([](double x, double y) { return x * y; }, {-1, 1}, {-1, 1}, 21, 21), 0);
  EXPECT_EQ(lines.size(), 2u);
}

TEST(Levels, RiseAndGrowAwayFromTheFloor) {
  const auto valley = [](double x, double y) { return 100 * std::pow(y - x * x, 2) + std::pow(1 - x, 2); };
  const auto heights = levels(sample(valley, {-1.5, 1.5}, {-0.5, 1.5}, 80, 80), 12);
  ASSERT_EQ(heights.size(), 12u);
  for (std::size_t k = 2; k < heights.size(); ++k)
    EXPECT_GT(heights[k] - heights[k - 1], heights[k - 1] - heights[k - 2]);
  EXPECT_TRUE(levels(sample([](double, double) { return 3.0; }, {0, 1}, {0, 1}, 9, 9), 12).empty());
}

TEST(Simplified, KeepsWhatShows) {
  Outline line;
  for (int k = 0; k <= 100; ++k) line.push_back({k * 1.0, k == 50 ? 3.0 : 0.01 * (k % 2)});
  const auto few = simplified(line, 0.1);
  EXPECT_LE(few.size(), 7u);
  EXPECT_TRUE(std::find(few.begin(), few.end(), std::array<double, 2>{50, 3}) != few.end());
}

}  // namespace
}  // namespace talweg::report::plot
