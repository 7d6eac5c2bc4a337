#include "certificate.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "talweg/problems/catalog.hpp"

namespace talweg::problems {
namespace {

/// Every point whose value is listed as an optimum is a local minimum, but for the saddles, which are saddles. The
/// residuals of Meyer's fit are known to 1e-11 of 3e4, its slopes are 1e7: 3e-5 of f is what is left of its gradient.
TEST(Optima, AreMinimaToSecondOrder) {
  const auto golden = nlohmann::json::parse(std::ifstream(TALWEG_GOLDEN_DIR "/problems.json"));
  for (const Problem& p : all()) {
    if (p.n() > 100 || p.name == "hs13") continue;  // hs13 has no multipliers: see below
    for (const auto& minimum : golden.at(p.name)["minima"]) {
      const double value = minimum["value"];
      const Certificate c = certify(p, minimum["x"].get<std::vector<double>>());
      const bool saddle = std::any_of(p.saddles.begin(), p.saddles.end(),
                                      [&](double listed) { return std::abs(value - listed) <= 1e-8; });
      EXPECT_EQ(c.minimum(), !saddle) << p.name << " at f = " << value << ": residual " << c.residual << ", curvature "
                                      << c.curvature << ", " << c.strict << " of " << c.active << " strict";
      if (saddle) EXPECT_LT(c.residual, 1e-8) << p.name;
    }
  }
}

/// x_2 >= 0 and (1 - x_1)^3 >= x_2 leave x_1 <= 1, so that f = (x_1 - 2)^2 + x_2^2 >= 1, and 1 at (1, 0) only.
TEST(Optima, TheCuspOfHs13HasNoMultipliers) {
  const Certificate c = certify(by_name("hs13"), {1, 0});
  EXPECT_GT(c.residual, 0.1);
  std::vector<double> g(2);
  EXPECT_EQ(by_name("hs13").function(std::vector<double>{1, 0}, g), by_name("hs13").optima.front());
}

/// Where codes stop on HS33: with multipliers, and f falls along x_2 by second order.
TEST(Optima, TheFirstOrderPointOfHs33IsNone) {
  const Problem p = by_name("hs33");
  const Certificate c = certify(p, {0, 0, 2});
  EXPECT_LT(c.residual, 1e-12);
  EXPECT_EQ(c.strict, 2);
  EXPECT_EQ(c.active, 3);
  EXPECT_LT(c.curvature, -0.01);
  EXPECT_FALSE(c.minimum());
  EXPECT_FALSE(reaches_optimum(p, -4));
  std::vector<double> g(3);
  const std::vector<double> below{0, 0.1, std::sqrt(4 - 0.01)};
  EXPECT_LE(violation(p, below), 1e-15);
  EXPECT_LT(p.function(below, g), -4.0025 + 1e-5);
}

/// Both are corners with positive multipliers: strict local minima, 2 the lowest.
TEST(Optima, BothOfHs23AreCorners) {
  const double golden = (1 + std::sqrt(5.0)) / 2;
  for (const auto& x : {std::vector<double>{1, 1}, std::vector<double>{-golden, golden * golden}}) {
    const Certificate c = certify(by_name("hs23"), x);
    EXPECT_TRUE(c.minimum());
    EXPECT_LT(c.residual, 1e-12);
    EXPECT_GE(c.strict, 2);
  }
}

}  // namespace
}  // namespace talweg::problems
