#include "talweg/models/semidefinite.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "talweg/base/random.hpp"

namespace talweg::models {
namespace {

constexpr double least = 1e-11;

/// AᵀA of a random A (rows, n), and its columns combined where `dependent` says so.
struct Case {
  std::size_t n;
  std::vector<double> h;
  Case(std::size_t rows, std::size_t size, std::uint64_t seed) : n(size), h(size * size) {
    Random random(seed);
    std::vector<double> a(rows * n);
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = random.normal() * std::pow(10.0, static_cast<double>(i % n % 5));
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) h[i * n + j] += a[r * n + i] * a[r * n + j];
  }
  /// H with parameter `to` replaced by the sum of two others.
  void depend(std::size_t to, std::size_t first, std::size_t second) {
    for (std::size_t j = 0; j < n; ++j) h[to * n + j] = h[first * n + j] + h[second * n + j];
    for (std::size_t j = 0; j < n; ++j) h[j * n + to] = h[j * n + first] + h[j * n + second];
  }
};

TEST(Semidefinite, VariancesSolveTheEquations) {
  for (const std::size_t n : {1, 2, 47, 48, 49, 130}) {  // around the width of a panel
    const Case c(2 * n + 3, n, n);
    const Semidefinite s(c.h, least);
    EXPECT_EQ(s.rank(), n);
    Random random(9);
    // f = H·x, so that fᵀH⁻¹f = xᵀHx.
    std::vector<double> x(n), f(n);
    for (double& v : x) v = random.normal();
    double expected = 0;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) f[i] += c.h[i * n + j] * x[j];
      expected += f[i] * x[i];
    }
    EXPECT_NEAR(s.variances(f)[0], expected, 1e-9 * expected) << n;
  }
}

TEST(Semidefinite, DeterminesWhatDoesNotDependOnTheNullSpace) {
  Case c(80, 6, 4);
  c.depend(4, 1, 2);
  const Semidefinite s(c.h, least);
  EXPECT_EQ(s.rank(), 5u);
  std::vector<double> unit(36);
  for (std::size_t i = 0; i < 6; ++i) unit[i * 6 + i] = 1;
  const std::vector<double> v = s.variances(unit);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(v[i] < 0, i == 1 || i == 2 || i == 4) << i;
  // w1 + w4 and w2 + w4 are determined: the null vector is (1, 1, −1) there.
  EXPECT_GT(s.variances(std::vector<double>{0, 1, 0, 0, 1, 0})[0], 0);
  EXPECT_EQ(s.variances(std::vector<double>{0, 1, 0, 0, -1, 0})[0], -1);
}

TEST(Semidefinite, OfAParameterWithoutCurvatureNothingIsKnown) {
  const Semidefinite s({4, 0, 0, 0}, least);
  EXPECT_EQ(s.rank(), 1u);
  EXPECT_EQ(s.variances(std::vector<double>{1, 0, 0, 1}), (std::vector<double>{0.25, -1}));
}

}  // namespace
}  // namespace talweg::models
