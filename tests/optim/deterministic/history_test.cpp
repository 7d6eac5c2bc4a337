#include "talweg/optim/deterministic/history.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "talweg/optim/deterministic/curvature.hpp"

namespace talweg {
namespace {

using Vec = std::vector<double>;
using Matrix = std::vector<Vec>;

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

Vec times(const Matrix& m, std::span<const double> v) {
  Vec out;
  for (const Vec& row : m) out.push_back(dot(row, v));
  return out;
}

/// ‖a − b‖ / ‖b‖
double distance(std::span<const double> a, std::span<const double> b) {
  Vec difference(a.begin(), a.end());
  for (std::size_t i = 0; i < a.size(); ++i) difference[i] -= b[i];
  return std::sqrt(dot(difference, difference) / dot(b, b));
}

/// Point number k of a walk on a convex quadratic with a mild twist, so that no two pairs are alike.
Point point(std::size_t n, int k) {
  Point p;
  p.x.resize(n), p.g.resize(n);
  p.f = 1.0 / (k + 1);
  for (std::size_t i = 0; i < n; ++i) {
    const double t = static_cast<double>(i % 97);
    p.x[i] = std::sin(0.3 * t + 1.1 * k) / (1 + k);
    p.g[i] = (1 + 0.5 * std::sin(t)) * p.x[i] + 0.01 * std::cos(t + k);
  }
  return p;
}

/// The textbook's dense matrices: H (inverse) and B, from the pairs oldest first.
struct Reference {
  Matrix h, b;

  Reference(const History& pairs, double h0) : h(pairs.n, Vec(pairs.n)), b(pairs.n, Vec(pairs.n)) {
    for (std::size_t i = 0; i < pairs.n; ++i) {
      h[i][i] = h0;
      b[i][i] = 1 / pairs.scale(0);
    }
    for (std::size_t age = pairs.size; age-- > 0;) {
      const std::size_t k = pairs.slot(age);
      const Vec s(pairs.s_at(k).begin(), pairs.s_at(k).end());
      Vec y(pairs.y_at(k).begin(), pairs.y_at(k).end());
      for (double& v : y) v *= pairs.weight[k];
      update(s, y);
    }
  }

 private:
  /// H⁺ = H − (Hy s' + s y'H)/s'y + (1 + y'Hy/s'y) ss'/s'y;  B⁺ = B − Bs s'B/s'Bs + yy'/s'y
  void update(const Vec& s, const Vec& y) {
    const Vec hy = times(h, y), bs = times(b, s);
    const double sy = dot(s, y), yhy = dot(y, hy), sbs = dot(s, bs);
    for (std::size_t i = 0; i < s.size(); ++i)
      for (std::size_t j = 0; j < s.size(); ++j) {
        h[i][j] += -(hy[i] * s[j] + s[i] * hy[j]) / sy + (1 + yhy / sy) * s[i] * s[j] / sy;
        b[i][j] += -bs[i] * bs[j] / sbs + y[i] * y[j] / sy;
      }
  }
};

History walk(std::size_t n, std::size_t capacity, int steps, bool weighed) {
  History pairs(n, capacity);
  for (int k = 1; k <= steps; ++k) {
    const Point at = point(n, k), old = point(n, k - 1);
    if (pairs.add(at, old) && weighed) pairs.weight[pairs.newest] = k % 2 ? 0.5 : 2;
  }
  return pairs;
}

TEST(History, TwoLoopsMultiplyByTheDenseBfgsMatrix) {
  for (const std::size_t n : {1u, 2u, 5u, 12u})
    for (const int steps : {1, 2, 3, 7}) {
      const History pairs = walk(n, 4, steps, true);
      const Point at = point(n, steps);
      std::vector<double> d(n);
      const double slope = pairs.direction(0.7, at.g, d);
      Vec expected = times(Reference(pairs, 0.7).h, at.g);
      for (double& v : expected) v = -v;
      // Conditioning of these pairs is below 1e4: ten digits survive.
      EXPECT_LT(distance(d, expected), 1e-10) << n << ' ' << steps;
      EXPECT_NEAR(slope, dot(at.g, expected), 1e-10 * std::abs(slope));
    }
}

TEST(History, TheCompactFormIsTheTwoLoopRecursion) {
  const std::size_t n = 5001;
  for (const bool weighed : {false, true})
    for (const int steps : {1, 2, 4, 5, 9, 14}) {
      const History compact = walk(n, 4, steps, weighed);
      ASSERT_TRUE(compact.compact_form);
      History recursion = compact;
      recursion.compact_form = false;
      const Point at = point(n, steps);
      std::vector<double> a(n), b(n);
      const double slope = compact.direction(0.7, at.g, a);
      recursion.direction(0.7, at.g, b);
      EXPECT_LT(distance(a, b), 1e-10) << steps;
      EXPECT_NEAR(slope, dot(a, at.g), 1e-12 * std::abs(slope));
    }
}

TEST(History, APairWithoutCurvatureIsSkippedAndLeavesTheMatrixAsItWas) {
  for (const std::size_t n : {6u, 5001u})
    for (const int steps : {2, 3, 8}) {
      History pairs = walk(n, 3, steps, false);
      Point bent = point(n, steps + 1);
      const Point old = point(n, steps);
      for (std::size_t i = 0; i < n; ++i) bent.g[i] = old.g[i] - (bent.x[i] - old.x[i]);  // s'y = -s's
      EXPECT_FALSE(pairs.add(bent, old));
      EXPECT_EQ(pairs.skipped, 1);
      std::vector<double> d(n), expected(n);
      History recursion = pairs;
      recursion.compact_form = false;
      pairs.direction(1, bent.g, d);
      recursion.direction(1, bent.g, expected);
      EXPECT_LT(distance(d, expected), 1e-10) << n << ' ' << steps;
    }
}

TEST(History, TheWeightOfAPairIsOneOnAQuadraticAndClippedElsewhere) {
  const Point old = point(4, 0), at = point(4, 1);
  History pairs(4, 2);
  ASSERT_TRUE(pairs.add(at, old));
  const double sy = pairs.last.sy, sg = pairs.last.sg;
  const double f = 3, f_quadratic = f + sg - sy / 2;  // along a parabola f⁺ − f = s'(g + g⁺)/2
  pairs.weigh_newest(f_quadratic, f);
  EXPECT_NEAR(pairs.weight[pairs.newest], 1, 1e-12);
  pairs.weigh_newest(f_quadratic - 10 * sy, f);
  EXPECT_EQ(pairs.weight[pairs.newest], 2);
  pairs.weigh_newest(f_quadratic + 10 * sy, f);
  EXPECT_EQ(pairs.weight[pairs.newest], 0.5);
  pairs.weight[pairs.newest] = 1;
  pairs.weigh_newest(f, f * (1 + 1e-10));
  EXPECT_EQ(pairs.weight[pairs.newest], 1) << "a change within rounding says nothing";
}

TEST(Curvature, AlongADirectionIsThatOfTheDenseBfgsMatrix) {
  for (const std::size_t n : {2u, 5u, 12u}) {
    History pairs(n, Curvature::most_pairs, false);
    Curvature model(pairs);
    for (int k = 1; k <= 7; ++k) {
      const Point at = point(n, k), old = point(n, k - 1);
      const double step = 0.25;  // the direction is the step in other units
      std::vector<double> d(n);
      for (std::size_t i = 0; i < n; ++i) d[i] = (at.x[i] - old.x[i]) / step;
      model.aim(pairs, d);
      if (pairs.size > 0) {
        const double expected = dot(d, times(Reference(pairs, 1).b, d));
        EXPECT_NEAR(model.along(pairs), expected, 1e-9 * expected) << n << ' ' << k;
      }
      ASSERT_TRUE(pairs.add(at, old));
      model.add(pairs, step);
    }
  }
}

}  // namespace
}  // namespace talweg
