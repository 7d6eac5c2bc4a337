// The deterministic method of CONTRIBUTING.md, cut out by tests/CMakeLists.txt.
#include "talweg/optim/deterministic/barzilai_borwein.cpp"

#include <gtest/gtest.h>

#include <tuple>

#include "support/files.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/optim/minimizer.hpp"

namespace talweg {
namespace {

double rosenbrock(std::span<const double> x, std::span<double> g) {
  const double a = x[1] - x[0] * x[0], b = 1 - x[0];
  g[0] = -400 * x[0] * a - 2 * b;
  g[1] = 200 * a;
  return 100 * a * a + b * b;
}

TEST(ContributingMethod, MinimisesAndNeverRises) {
  double last = HUGE_VAL;
  Options options{.max_iterations = 200'000};
  options.on_iteration = [&](const Iteration& now) {
    EXPECT_LE(now.value, last + 1e-10 * std::abs(last));
    last = now.value;
  };
  const Result r = minimize(rosenbrock, {-1.2, 1.0}, BarzilaiBorwein{}, options);
  EXPECT_TRUE(r.success()) << r.message;
  EXPECT_NEAR(r.x[0], 1, 1e-6);
  EXPECT_EQ(r.optimizer, "bb,decrease=1e-04,curvature=0.9");
}

TEST(ContributingMethod, ItsSettingsHaveRanges) {
  EXPECT_TRUE(testing::contains(testing::message_of<Error>([] {
                                  minimize(rosenbrock, {0.0, 0.0}, BarzilaiBorwein{.curvature = 2});
                                }),
                                "curvature"));
}

TEST(ContributingMethod, ResumesToTheLastBit) {
  const Options options{.max_iterations = 40, .tolerance = 0};
  Minimizer whole(rosenbrock, {-1.2, 1.0}, BarzilaiBorwein{}, options);
  Archive saved;
  for (int k = 0; k < 30; ++k) {
    whole.step();
    if (k == 10) whole.save(saved);
  }
  Minimizer again(rosenbrock, {-1.2, 1.0}, BarzilaiBorwein{}, options);
  again.load(saved);
  while (again.iteration().iteration < whole.iteration().iteration) again.step();
  EXPECT_EQ(again.iteration().value, whole.iteration().value);
}

}  // namespace
}  // namespace talweg
