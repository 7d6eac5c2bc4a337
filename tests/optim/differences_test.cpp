#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "talweg/problems/catalog.hpp"
#include "talweg/talweg.hpp"

/// A gradient by differences has an error: f has its least value beside the point at which it vanishes.
namespace talweg {
namespace {

double rosenbrock(std::span<const double> x) {
  const double a = x[1] - x[0] * x[0], b = 1 - x[0];
  return 100 * a * a + b * b;
}

TEST(Differences, RosenbrockIsSolvedByEveryMethodWithALineSearch) {
  for (const char* method : {"lbfgs", "lbfgsb", "cg", "cg:hz", "sqp", "auglag", "gd,line_search=armijo"}) {
    const Result r = minimize(differences(rosenbrock), {-1.2, 1}, method, {.max_iterations = 20000});
    EXPECT_TRUE(r.success()) << method << ": " << r.message;
    EXPECT_LT(r.value, 1e-12) << method;
  }
}

TEST(Differences, OfTheCollectionNoneFailsNearItsMinimum) {
  int solved = 0, failed = 0;
  for (const problems::Problem& p : problems::all()) {
    if (p.n() > 10 || !p.bounds.empty() || !p.constraints.empty()) continue;
    Function f = p.function;
    std::vector<double> gradient(p.start.size());
    const auto value = [f, gradient](std::span<const double> x) mutable { return f(x, gradient); };
    const Result r = minimize(differences(value), p.start, "lbfgs");
    if (!(r.value - p.optima[0] <= 1e-8 * std::max(1.0, std::abs(p.optima[0])))) continue;
    ++solved;
    failed += r.status == Status::line_search_failed;
  }
  EXPECT_GE(solved, 20);
  EXPECT_LE(failed, solved / 10);
}

TEST(Differences, StayWithinTheBounds) {
  const Bounds bounds{{1e-9, -3, 2}, {1, infinity, 2}};
  std::vector<double> lowest{1, 1, 9}, highest{0, -9, 0};
  const auto f = [&](std::span<const double> x) {
    for (std::size_t i = 0; i < x.size(); ++i)
      lowest[i] = std::min(lowest[i], x[i]), highest[i] = std::max(highest[i], x[i]);
    return x[0] - 0.1 * std::log(x[0]) + x[1] * x[1] + x[2];
  };
  const Result r = minimize(differences(f, bounds), {0.5, 2, 2}, "lbfgsb", {.bounds = bounds});
  EXPECT_TRUE(r.success()) << r.message;
  EXPECT_NEAR(r.x[0], 0.1, 1e-6);
  EXPECT_NEAR(r.x[1], 0, 1e-6);
  EXPECT_GE(lowest[0], 1e-9);
  EXPECT_LE(highest[0], 1);
  EXPECT_EQ(lowest[2], 2);
  EXPECT_EQ(highest[2], 2);
}

TEST(Differences, OnABoundAreOneSidedAndOfAFixedVariableZero) {
  auto d =
      differences([](std::span<const double> x) { return 3 * x[0] + x[1] * x[2]; }, Bounds{{0, 5, -1}, {10, 5, 1}});
  std::vector<double> gradient(3);
  EXPECT_EQ(d(std::vector<double>{0, 5, 1}, gradient), 5);
  EXPECT_NEAR(gradient[0], 3, 1e-9);
  EXPECT_EQ(gradient[1], 0);
  EXPECT_NEAR(gradient[2], 5, 1e-9);
}

TEST(Differences, OfAConstraintAreNotHeldToThemselves) {
  // sqrt at the edge of its domain: two differences of it contradict each other.
  const Bounds bounds{{0}, {infinity}};
  Constraint root{Constraint::Kind::inequality,
                  differences([](std::span<const double> x) { return 2 - std::sqrt(x[0]); }, bounds), "root"};
  Options options{.bounds = bounds};
  options.constraints = {root};
  const auto f = [](std::span<const double> x, std::span<double> g) { return g[0] = -1, -x[0]; };
  EXPECT_EQ(minimize(f, {0}, "sqp", options).status, Status::wrong_gradient);
  options.constraints[0].check_gradient = false;
  const Result r = minimize(f, {0}, "sqp", options);
  EXPECT_NEAR(r.x[0], 4, 1e-5) << r.message;
}

}  // namespace
}  // namespace talweg
