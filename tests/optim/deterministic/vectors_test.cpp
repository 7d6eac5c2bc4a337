#include "talweg/optim/deterministic/vectors.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace talweg {
namespace {

using Vec = std::vector<double>;

/// Sizes around the pack (4), the unrolled pack (16) and the block (2048).
const std::size_t sizes[] = {0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 100, 2047, 2048, 2049, 5000};

Vec wave(std::size_t n, double phase) {
  Vec v(n);
  for (std::size_t i = 0; i < n; ++i) v[i] = std::sin(phase + 1.7 * static_cast<double>(i));
  return v;
}

/// n terms of size <= 1 have partial sums <= n: each of the n additions errs by at most n eps / 2, in either order.
double order_error(std::size_t n) {
  const auto terms = static_cast<double>(n + 1);
  return terms * terms * std::numeric_limits<double>::epsilon();
}

double plain_dot(const Vec& a, const Vec& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

TEST(Vectors, SumsAgreeWithPlainLoopsAtEveryLength) {
  for (const std::size_t n : sizes) {
    const Vec a = wave(n, 0), b = wave(n, 1);
    EXPECT_NEAR(vectors::dot(a, b), plain_dot(a, b), order_error(n)) << n;
    EXPECT_NEAR(vectors::norm(a), std::sqrt(plain_dot(a, a)), order_error(n)) << n;
    double largest = 0;
    for (const double v : a) largest = std::max(largest, std::abs(v));
    EXPECT_EQ(vectors::max_norm(a), largest) << n;
  }
}

TEST(Vectors, NormsNeitherOverflowNorHideWhatIsNotFinite) {
  EXPECT_DOUBLE_EQ(vectors::norm(Vec{3e200, 4e200}), 5e200);
  EXPECT_DOUBLE_EQ(vectors::norm(Vec{3e-200, 4e-200}), 5e-200);
  EXPECT_EQ(vectors::norm(Vec{0, 0}), 0);
  for (const std::size_t n : {1u, 5u, 16u, 40u})
    for (std::size_t at = 0; at < n; ++at) {
      Vec v = wave(n, 0);
      v[at] = std::nan("");
      EXPECT_TRUE(std::isnan(vectors::max_norm(v))) << n << ' ' << at;
      EXPECT_FALSE(vectors::all_finite(v));
      v[at] = -HUGE_VAL;
      EXPECT_EQ(vectors::max_norm(v), HUGE_VAL) << n << ' ' << at;
      EXPECT_FALSE(vectors::all_finite(v));
      EXPECT_TRUE(vectors::all_finite(wave(n, 0)));
    }
}

TEST(Vectors, AdvanceSaysWhetherAnythingMoved) {
  for (const std::size_t n : sizes) {
    if (n == 0) continue;
    const Vec x(n, 1.0);
    Vec d(n, 0.0), out(n);
    d[n - 1] = 1;
    EXPECT_TRUE(vectors::advance(x, 0.5, d, out));
    EXPECT_EQ(out[n - 1], 1.5);
    EXPECT_FALSE(vectors::advance(x, 1e-17, d, out)) << "a step below the rounding of x";
    EXPECT_EQ(out, x);
  }
}

TEST(Vectors, MixAndCombineWriteTheDirectionAndItsSlope) {
  for (const std::size_t n : sizes)
    for (const std::size_t count : {0u, 1u, 3u, 4u, 6u, 9u}) {
      const Vec g = wave(n, 0.3);
      std::vector<Vec> columns;
      std::vector<const double*> pointers;
      Vec coefficients;
      for (std::size_t j = 0; j < count; ++j) {
        columns.push_back(wave(n, static_cast<double>(j)));
        coefficients.push_back(0.5 - static_cast<double>(j) / 7);
      }
      for (const Vec& c : columns) pointers.push_back(c.data());
      Vec d(n), expected(n);
      const double slope = vectors::combine(-2, g, pointers, coefficients, d);
      for (std::size_t i = 0; i < n; ++i) {
        expected[i] = -2 * g[i];
        for (std::size_t j = 0; j < count; ++j) expected[i] += coefficients[j] * columns[j][i];
        EXPECT_NEAR(d[i], expected[i], order_error(count));
      }
      EXPECT_NEAR(slope, plain_dot(d, g), 16 * order_error(n));

      Vec mixed = expected;
      const double mixed_slope = vectors::mix(3, g, -0.5, mixed, g);
      for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(mixed[i], 3 * g[i] + -0.5 * expected[i]);
      EXPECT_NEAR(mixed_slope, plain_dot(mixed, g), 16 * order_error(n));
    }
}

TEST(Vectors, OnePassMakesThePairAndAllItsProducts) {
  for (const std::size_t n : sizes)
    for (const std::size_t count : {0u, 2u, 4u, 6u, 8u}) {
      const Vec x = wave(n, 0), x_old = wave(n, 0.1), g = wave(n, 0.5), g_old = wave(n, 0.7);
      std::vector<Vec> columns;
      std::vector<const double*> pointers;
      for (std::size_t j = 0; j < count; ++j) columns.push_back(wave(n, 2 + static_cast<double>(j)));
      for (const Vec& c : columns) pointers.push_back(c.data());
      Vec s(n), y(n), with_y(count), with_g(count), products(count);
      const auto sums = vectors::make_pair(x, x_old, g, g_old, 1, s.data(), y.data(), pointers, with_y, with_g);
      for (std::size_t i = 0; i < n; ++i) {
        EXPECT_EQ(s[i], x[i] - x_old[i]);
        EXPECT_EQ(y[i], g[i] - g_old[i]);
      }
      EXPECT_NEAR(sums.sy, plain_dot(s, y), order_error(n));
      EXPECT_NEAR(sums.yy, plain_dot(y, y), order_error(n));
      EXPECT_NEAR(sums.sg, plain_dot(s, g), order_error(n));
      EXPECT_NEAR(sums.yg, plain_dot(y, g), order_error(n));
      vectors::dots(pointers, g, products);
      for (std::size_t j = 0; j < count; ++j) {
        EXPECT_NEAR(with_y[j], plain_dot(columns[j], y), order_error(n));
        EXPECT_NEAR(with_g[j], plain_dot(columns[j], g), order_error(n));
        EXPECT_NEAR(products[j], plain_dot(columns[j], g), order_error(n));
      }
    }
}

}  // namespace
}  // namespace talweg
