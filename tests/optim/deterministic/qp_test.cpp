#include "talweg/optim/deterministic/constrained/qp.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "talweg/base/random.hpp"

namespace talweg::constrained {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

/// A problem that owns its numbers.
struct Example {
  std::size_t n, m;
  std::vector<double> hessian, gradient, rows, c, lower, upper;
  std::vector<std::uint8_t> equality;
  QpProblem view() const { return {n, m, hessian, gradient, rows, c, equality, lower, upper}; }
};

Example plain(std::size_t n, std::size_t m) {
  Example e{n,
            m,
            std::vector<double>(n * n),
            std::vector<double>(n),
            std::vector<double>(m * n),
            std::vector<double>(m),
            std::vector<double>(n, -inf),
            std::vector<double>(n, inf),
            std::vector<std::uint8_t>(m)};
  for (std::size_t i = 0; i < n; ++i) e.hessian[i * n + i] = 1;
  return e;
}

/// Feasible, complementary, stationary: for a convex problem that is the solution.
void expect_solution(const Example& e, const Qp& qp, double tolerance) {
  const auto& d = qp.d();
  std::vector<double> stationarity(e.gradient);
  for (std::size_t i = 0; i < e.n; ++i) {
    for (std::size_t j = 0; j < e.n; ++j) stationarity[i] += e.hessian[i * e.n + j] * d[j];
    stationarity[i] -= qp.bound_multipliers()[i];
    EXPECT_GE(d[i], e.lower[i]);
    EXPECT_LE(d[i], e.upper[i]);
    const double u = qp.bound_multipliers()[i];
    EXPECT_TRUE(u <= tolerance || d[i] <= e.lower[i] + tolerance) << u;
    EXPECT_TRUE(u >= -tolerance || d[i] >= e.upper[i] - tolerance) << u;
  }
  for (std::size_t k = 0; k < e.m; ++k) {
    double c = e.c[k];
    const double u = qp.multipliers()[k];
    for (std::size_t i = 0; i < e.n; ++i) {
      c += e.rows[k * e.n + i] * d[i];
      stationarity[i] -= u * e.rows[k * e.n + i];
    }
    if (e.equality[k]) {
      EXPECT_NEAR(c, 0, tolerance);
    } else {
      EXPECT_GE(c, -tolerance);
      EXPECT_GE(u, 0);
      EXPECT_NEAR(u * c, 0, tolerance * std::max(1.0, u));
    }
  }
  for (const double v : stationarity) EXPECT_NEAR(v, 0, tolerance);
}

TEST(Qp, WithoutConstraintsIsALinearSystem) {
  Example e = plain(2, 0);
  e.hessian = {4, 1, 1, 3};
  e.gradient = {1, 2};
  Qp qp;
  ASSERT_EQ(qp.solve(e.view()), QpOutcome::solved);
  EXPECT_NEAR(qp.d()[0], -1.0 / 11, 1e-15);
  EXPECT_NEAR(qp.d()[1], -7.0 / 11, 1e-15);
}

TEST(Qp, TheExampleOfGoldfarbAndIdnani) {
  // minimise 6x1 + 2(x1² − x1x2 + x2²) with x >= 0, x1 + x2 >= 2: (½, 3/2), section 5 of the paper.
  Example e = plain(2, 1);
  e.hessian = {4, -2, -2, 4};
  e.gradient = {6, 0};
  e.rows = {1, 1};
  e.c = {-2};
  e.lower = {0, 0};
  Qp qp;
  ASSERT_EQ(qp.solve(e.view()), QpOutcome::solved);
  EXPECT_NEAR(qp.d()[0], 0.5, 1e-14);
  EXPECT_NEAR(qp.d()[1], 1.5, 1e-14);
  EXPECT_NEAR(qp.multipliers()[0], 5, 1e-13);
}

TEST(Qp, RandomProblemsMeetTheOptimalityConditions) {
  Random random(1);
  for (int round = 0; round < 300; ++round) {
    const std::size_t n = 1 + random.below(8), m = random.below(9);
    Example e = plain(n, m);
    std::vector<double> a(n * n), inside(n);
    for (double& v : a) v = random.normal();
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        e.hessian[i * n + j] = i == j ? 0.1 : 0;
        for (std::size_t k = 0; k < n; ++k) e.hessian[i * n + j] += a[i * n + k] * a[j * n + k];
      }
    for (std::size_t i = 0; i < n; ++i) {
      e.gradient[i] = 5 * random.normal();
      inside[i] = random.normal();
      if (random.below(3) == 0) e.lower[i] = inside[i] - random.uniform();
      if (random.below(3) == 0) e.upper[i] = inside[i] + random.uniform();
      if (random.below(10) == 0) e.lower[i] = e.upper[i] = inside[i];
    }
    std::size_t equalities = 0;
    for (std::size_t k = 0; k < m; ++k) {
      for (std::size_t i = 0; i < n; ++i) e.rows[k * n + i] = random.normal();
      e.equality[k] = equalities < n / 2 && random.below(3) == 0;
      equalities += e.equality[k];
      e.c[k] = e.equality[k] ? 0 : random.uniform();
      for (std::size_t i = 0; i < n; ++i) e.c[k] -= e.rows[k * n + i] * inside[i];
    }
    Qp qp;
    ASSERT_EQ(qp.solve(e.view()), QpOutcome::solved) << round;
    expect_solution(e, qp, 1e-8);  // Hessians have conditions up to 1e4, active normals angles down to 1e-3
  }
}

TEST(Qp, RepeatedRowsAreNoContradiction) {
  Example e = plain(3, 4);
  e.gradient = {1, -2, 3};
  e.rows = {1, 1, 1, 1, 1, 1, 2, 2, 2, 0, 1, 0};
  e.c = {-1, -1, -2, 0};
  e.equality = {1, 1, 1, 0};
  Qp qp;
  ASSERT_EQ(qp.solve(e.view()), QpOutcome::solved);
  expect_solution(e, qp, 1e-13);
}

TEST(Qp, ContradictionsAreFound) {
  Example e = plain(2, 2);
  e.rows = {1, 1, -1, -1};
  e.c = {-2, 1};  // x + y >= 2 and x + y <= 1
  Qp qp;
  EXPECT_EQ(qp.solve(e.view()), QpOutcome::inconsistent);
  e.equality = {1, 1};
  EXPECT_EQ(qp.solve(e.view()), QpOutcome::inconsistent);
  Example bounded = plain(1, 1);
  bounded.rows = {1};
  bounded.c = {-2};
  bounded.upper = {1};
  EXPECT_EQ(qp.solve(bounded.view()), QpOutcome::inconsistent);
}

TEST(Qp, NearlyParallelRowsKeepTheirAngle) {
  // 1e-12 x + y >= 1 and y <= 0 meet at x = 1e12.
  Example e = plain(2, 1);
  e.rows = {1e-12, 1};
  e.c = {-1};
  e.upper = {inf, 0};
  Qp qp;
  ASSERT_EQ(qp.solve(e.view()), QpOutcome::solved);
  EXPECT_NEAR(qp.d()[0], 1e12, 1e-3);
  EXPECT_EQ(qp.d()[1], 0);
}

TEST(Qp, AnIndefiniteHessianIsRefused) {
  Example e = plain(2, 0);
  e.hessian = {1, 2, 2, 1};
  Qp qp;
  EXPECT_EQ(qp.solve(e.view()), QpOutcome::indefinite);
}

}  // namespace
}  // namespace talweg::constrained
