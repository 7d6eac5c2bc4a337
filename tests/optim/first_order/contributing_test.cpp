// The code block of CONTRIBUTING.md, cut out by tests/CMakeLists.txt: a rule outside the library.
#include <gtest/gtest.h>

#include "optim/first_order/problems.hpp"
#include "optim/first_order/properties.hpp"
#include "talweg/optim/first_order/adabelief.hpp"
#include "talweg/optim/first_order/run.hpp"
#include "talweg/optim/minimize.hpp"

namespace talweg {
namespace {

TEST(Contributing, TheRuleOfThePageHasTheProperties) { properties::check(AdaBelief{}); }

TEST(Contributing, TheRuleOfThePageMinimises) {
  const Result r = minimize(problems::of("0.5*(x^2+25*y^2)"), {1.0, 1.0}, AdaBelief{.learning_rate = 0.1},
                            {.max_iterations = 2000, .gradient_tolerance = 1e-6});
  EXPECT_TRUE(r.success()) << r.message;
  EXPECT_EQ(r.optimizer, "adabelief:paper,learning_rate=0.1,beta1=0.9,beta2=0.999,epsilon=1e-08");
}

TEST(Contributing, TheRuleOfThePageIsThePapersFormula) {
  // Two steps on f = x² from 10 by hand: g = 20, m = 2, s = .001·18² + ε; then at the new x.
  Optimizer<double> optimizer(AdaBelief{.learning_rate = 0.5}, 1);
  std::vector<double> x{10};
  double m = 0, s = 0, by_hand = 10;
  for (int t = 1; t <= 2; ++t) {
    const double g = 2 * by_hand;
    m = 0.9 * m + 0.1 * g;
    s = 0.999 * s + 0.001 * (g - m) * (g - m) + 1e-8;
    by_hand -= 0.5 * (m / (1 - std::pow(0.9, t))) / (std::sqrt(s / (1 - std::pow(0.999, t))) + 1e-8);
    optimizer.step(x, std::vector<double>{2 * x[0]});
    EXPECT_NEAR(x[0], by_hand, 1e-12 * std::abs(by_hand));  // a dozen roundings of 1e-16, c2 amplifies by 1e3
  }
}

}  // namespace
}  // namespace talweg
