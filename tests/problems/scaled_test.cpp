#include "talweg/problems/scaled.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "talweg/problems/catalog.hpp"

namespace talweg::problems {
namespace {

Units some_units(std::size_t n) {
  Units units{.a = 3, .b = -7, .d = std::vector<double>(n), .c = std::vector<double>(n), .s = 5};
  for (std::size_t i = 0; i < n; ++i) {
    units.d[i] = 0.5 + static_cast<double>(i % 7);
    units.c[i] = 1 - static_cast<double>(i % 3);
  }
  return units;
}

/// Both sides are rounded on their way through c: a few digits of the larger of x and c, magnified by slopes.
void expect_near(double value, double expected, double scale) {
  EXPECT_NEAR(value, expected, 1e-9 * std::max({1.0, std::abs(expected), scale}));
}

TEST(Scaled, FunctionsAndSlopesAreThoseOfTheOriginalPoint) {
  for (const Problem& p : all()) {
    SCOPED_TRACE(p.name);
    const Units units = some_units(p.n());
    const Problem copy = in_units(p, units);
    std::vector<double> g(p.n()), h(p.n());
    const auto compare = [&](const Function& scaled, const Function& original, double a, double b) {
      const std::vector<double> x = original_point(p, units, copy.start);
      const double value = original(x, g);
      EXPECT_EQ(scaled(copy.start, h), a * value + b);
      for (std::size_t i = 0; i < p.n(); ++i) EXPECT_EQ(h[i], a * g[i] / units.d[i]);
    };
    compare(copy.function, p.function, units.a, units.b);
    ASSERT_EQ(copy.constraints.size(), p.constraints.size());
    for (std::size_t k = 0; k < p.constraints.size(); ++k)
      compare(copy.constraints[k].function, p.constraints[k].function, units.s, 0);
  }
}

TEST(Scaled, StartsBoundsAndOptimaComeAlong) {
  for (const Problem& p : all()) {
    SCOPED_TRACE(p.name);
    const Units units = some_units(p.n());
    const Problem copy = in_units(p, units);
    for (std::size_t i = 0; i < p.n(); ++i) EXPECT_EQ(copy.start[i], units.d[i] * p.start[i] + units.c[i]);
    ASSERT_EQ(copy.bounds.empty(), p.bounds.empty());
    for (std::size_t i = 0; i < p.bounds.lower.size(); ++i) {
      EXPECT_EQ(copy.bounds.lower[i], units.d[i] * p.bounds.lower[i] + units.c[i]);
      EXPECT_EQ(copy.bounds.upper[i], units.d[i] * p.bounds.upper[i] + units.c[i]);
    }
    for (std::size_t k = 0; k < p.optima.size(); ++k) EXPECT_EQ(copy.optima[k], 3 * p.optima[k] - 7);
    expect_near(violation(p, original_point(p, units, copy.start)), violation(p, p.start), 0);
  }
}

TEST(Scaled, ABoundIsABound) {
  const Problem p = {"root",
                     0,
                     "",
                     {1},
                     {0},
                     [](std::span<const double> x, std::span<double> g) {
                       g[0] = 0.5 / std::sqrt(x[0]);
                       return std::sqrt(x[0]);
                     },
                     {std::vector<double>{1.0 / 3}, std::vector<double>{1.0}}};
  const Units units{.d = {0.1}, .c = {12.3}};
  const Problem copy = in_units(p, units);
  EXPECT_EQ(original_point(p, units, copy.bounds.lower), p.bounds.lower);
  EXPECT_EQ(original_point(p, units, copy.bounds.upper), p.bounds.upper);
  double z = copy.bounds.lower[0];
  for (int i = 0; i < 20; ++i, z = std::nextafter(z, 100.0))
    EXPECT_GE(original_point(p, units, std::vector<double>{z})[0], p.bounds.lower[0]);
  EXPECT_LT(original_point(p, units, std::vector<double>{12})[0], p.bounds.lower[0]) << "outside stays outside";
}

TEST(Scaled, PowersOfTwoChangeNoDigit) {
  for (const Problem& p : all()) {
    std::vector<double> g(p.n()), h(p.n());
    for (const Copy& copy : exact_copies(p)) {
      const Problem scaled = in_units(p, copy.units);
      const double value = p.function(p.start, g), d = copy.units.d.empty() ? 1 : copy.units.d[0];
      EXPECT_EQ(scaled.function(scaled.start, h), copy.units.a * value) << p.name << " " << copy.change;
      for (std::size_t i = 0; i < p.n(); ++i) EXPECT_EQ(h[i], g[i] * copy.units.a / d) << p.name << " " << copy.change;
    }
  }
}

TEST(Scaled, SolvedIsMeasuredInTheUnitOfTheCopy) {
  const Problem p = by_name("rosenbrock");
  const std::vector<double> x{1, 1};
  EXPECT_TRUE(solves(p, {}, x, 0.9e-5));
  EXPECT_FALSE(solves(p, {}, x, 1.1e-5));
  EXPECT_FALSE(solves(p, {.a = 1e-10}, x, 1.1e-15));
  EXPECT_TRUE(solves(p, {.a = 1e10}, x, 0.9e5));
  EXPECT_TRUE(solves(p, {.b = 1e6}, x, 1e6 + 0.9e-5));
  EXPECT_FALSE(solves(p, {.b = 1e6}, x, 1e6 + 1.1e-5));
  EXPECT_TRUE(solves(p, {.b = 1e12}, x, 1e12 + 0x1p-13)) << "f has no digit below";
  EXPECT_FALSE(solves(p, {}, x, std::nan("")));
}

TEST(Scaled, ConstraintsAreJudgedInTheUnitOfTheProblem) {
  const Problem p = {"line", 0, "", {1, 1}, {0}, [](std::span<const double>, std::span<double> g) {
                       std::fill(g.begin(), g.end(), 0.0);
                       return 0.0;
                     }};
  Problem q = p;
  q.constraints.push_back({Constraint::Kind::equality,
                           [](std::span<const double> x, std::span<double> g) {
                             g[0] = 1, g[1] = -1;
                             return x[0] - x[1];
                           },
                           "c[0]"});
  EXPECT_TRUE(solves(q, {.s = 1e10}, std::vector<double>{1, 1 + 1e-7}, 0));
  EXPECT_FALSE(solves(q, {.s = 1e-10}, std::vector<double>{1, 1 + 1e-5}, 0));
  EXPECT_FALSE(solves(q, {.d = {1e-5, 1e-5}}, std::vector<double>{1e-5, 1.1e-5}, 0));
}

TEST(Scaled, CopiesAreTheSameEveryTimeAndNoTwoAlike) {
  for (const char* name : {"rosenbrock", "hs1", "hs71"}) {
    const Problem p = by_name(name);
    const auto copies = scaled_copies(p, 10), again = scaled_copies(p, 10);
    ASSERT_EQ(copies.size(), again.size());
    EXPECT_EQ(copies[0].units, Units{});
    std::set<std::string> changes;
    for (std::size_t i = 0; i < copies.size(); ++i) {
      EXPECT_EQ(copies[i].units, again[i].units);
      EXPECT_TRUE(changes.insert(copies[i].change).second) << copies[i].change;
      for (std::size_t j = 0; j < i; ++j) EXPECT_NE(copies[i].units, copies[j].units);
    }
  }
  EXPECT_EQ(scaled_copies(by_name("rosenbrock"), 1).size(), 1u + 4 + 2 + 1 + 4 + 4 * 5);
  EXPECT_EQ(scaled_copies(by_name("hs71"), 1).size(), 1u + 10);
}

TEST(Scaled, OnlyAStartThatIsNotZeroHasAScale) {
  Problem p = by_name("rosenbrock");
  EXPECT_EQ(exact_copies(p).size(), 4u);
  p.start = {0, 0};
  EXPECT_EQ(exact_copies(p).size(), 2u);
}

}  // namespace
}  // namespace talweg::problems
