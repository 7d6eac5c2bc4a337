#include "talweg/formula/functions.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "talweg/formula/formula.hpp"

namespace talweg::formula {
namespace {

double value(std::string_view text, double x) { return parse(text, {"x"}).evaluate(std::vector{x}); }
double slope(std::string_view text, double x) {
  std::vector<double> gradient(1);
  parse(text, {"x"}).evaluate(std::vector{x}, gradient);
  return gradient[0];
}

/// Each of the list, at points inside of its domain: what joins it is differentiated, and told its rounding.
TEST(Functions, EveryFunctionAgreesWithDifferencesAndKnowsItsRounding) {
  for (const FunctionName& function : all_functions()) {
    const std::string name(function.name);
    Formula f = parse(name + (function.arguments == 1 ? "(x*y)" : "(x*y, y+x)"), {"x", "y"});
    int checked = 0;
    for (const auto& [x, y] : {std::pair{0.3, 0.8}, {0.7, 0.6}, {-0.4, 0.9}, {-0.7, -0.3}, {2.5, 0.3}}) {
      std::vector<double> g(2), at{x, y};
      if (!std::isfinite(f.evaluate(at, g)) || !std::isfinite(g[0] + g[1])) continue;
      for (std::size_t i = 0; i < 2; ++i) {
        constexpr double h = 1e-5;
        std::vector<double> above = at, below = at;
        above[i] += h, below[i] -= h;
        const double difference = (f.evaluate(above) - f.evaluate(below)) / (above[i] - below[i]);
        // h²·f'''/6 with f''' of at most some hundreds, and the rounding of f over h.
        EXPECT_NEAR(g[i], difference, 1e-7) << f.text() << " at " << x << ", " << y;
      }
      const double rounding = f.rounding(at);
      EXPECT_TRUE(rounding >= 0 && rounding < 1e-14) << f.text() << ": " << rounding;
      ++checked;
    }
    EXPECT_GE(checked, 2) << name;
  }
}

/// Far out they are what is left of them, without NaN or infinity on the way.
TEST(Functions, SigmoidAndSoftplusHoldFarOut) {
  for (const double x : {-700.0, -40.0, -1.0, 0.0, 0.3, 5.0, 40.0, 700.0}) {
    const long double p = std::exp(-std::abs(static_cast<long double>(x))), d = 1 / (1 + p);
    const auto sigmoid = static_cast<double>(x >= 0 ? d : p * d), rest = static_cast<double>(x >= 0 ? p * d : d);
    const auto softplus = static_cast<double>(std::max(static_cast<long double>(x), 0.0L) + std::log1p(p));
    // Of exp one unit in the last place, and one rounding of each operation.
    constexpr double units = 4 * std::numeric_limits<double>::epsilon();
    EXPECT_NEAR(value("sigmoid(x)", x), sigmoid, units * sigmoid);
    EXPECT_NEAR(slope("sigmoid(x)", x), sigmoid * rest, units * sigmoid * rest);
    EXPECT_NEAR(value("softplus(x)", x), softplus, units * softplus);
    EXPECT_NEAR(slope("softplus(x)", x), sigmoid, units * sigmoid);
  }
  for (const char* text : {"relu(x)", "sigmoid(x)", "softplus(x)", "sign(x)", "erf(x)", "hypot(x, 1)", "atan2(x, 1)"})
    EXPECT_TRUE(std::isnan(value(text, NAN))) << text;
}

}  // namespace
}  // namespace talweg::formula
