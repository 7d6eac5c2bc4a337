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

}  // namespace
}  // namespace talweg
