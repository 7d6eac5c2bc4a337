#include "talweg/advise/measure.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "talweg/advise/kinks.hpp"
#include "talweg/base/random.hpp"
#include "talweg/optim/certificate/eigen.hpp"

namespace talweg::advise {
namespace {

TEST(Eigenvalues, AreThoseOfAKnownMatrix) {
  // The second difference matrix of size n: 2 − 2·cos(kπ/(n + 1)).
  const std::size_t n = 9;
  std::vector<double> a(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    a[i * n + i] = 2;
    if (i + 1 < n) a[i * n + i + 1] = a[(i + 1) * n + i] = -1;
  }
  const auto values = certificate::eigen(a, n).values;
  for (std::size_t k = 1; k <= n; ++k)
    EXPECT_NEAR(values[k - 1], 2 - 2 * std::cos(double(k) * std::acos(-1.0) / double(n + 1)), 1e-13);
}

TEST(Lanczos, FindsTheWholeSpectrumOfASmallMatrixAndTheEndsOfALargeOne) {
  const auto diagonal = [](const std::vector<double>& d) {
    return [&d](std::span<const double> v, std::span<double> out) {
      for (std::size_t i = 0; i < d.size(); ++i) out[i] = d[i] * v[i];
    };
  };
  const std::vector<double> small{-3, 1, 5, 100};
  const Spectrum s = lanczos(diagonal(small), 4, 20, 1);
  EXPECT_TRUE(s.complete);
  EXPECT_NEAR(s.largest, 100, 1e-9);
  EXPECT_NEAR(s.smallest, -3, 1e-9);
  EXPECT_NEAR(s.condition(), 100, 1e-7);
  EXPECT_TRUE(s.has_negative());

  std::vector<double> large(500);
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = 1 + double(i);
  large.back() = 5000;  // apart from the others: found in few products
  const Spectrum t = lanczos(diagonal(large), large.size(), 24, 1);
  EXPECT_FALSE(t.complete);
  EXPECT_NEAR(t.largest, 5000, 1e-6);
  EXPECT_GE(t.smallest_positive, 1);  // Ritz values lie inside the spectrum
  EXPECT_FALSE(t.has_negative());
}

TEST(Lanczos, ANullMatrixAndNaNGiveNothing) {
  const Product zero = [](std::span<const double>, std::span<double> out) { std::fill(out.begin(), out.end(), 0.0); };
  EXPECT_EQ(lanczos(zero, 5, 10, 1).largest, 0);
  EXPECT_TRUE(std::isnan(lanczos(zero, 5, 10, 1).condition()));
  const Product nan = [](std::span<const double>, std::span<double> out) { std::fill(out.begin(), out.end(), NAN); };
  EXPECT_EQ(lanczos(nan, 5, 10, 1).largest, 0);
}

TEST(Kinks, AJumpOfTheSlopeIsToldFromSteepnessAndFromRounding) {
  EXPECT_TRUE(shape_of_line([](double t) { return t < 0.37 ? -1.0 : 1.0; }).kink);
  EXPECT_TRUE(shape_of_line([](double t) { return t + (t < 0.6 ? 0.0 : 0.01); }).kink);
  EXPECT_FALSE(shape_of_line([](double t) { return std::tanh(1000 * (t - 0.4)); }).kink);  // steep, but smooth
  EXPECT_FALSE(shape_of_line([](double t) { return 1e8 * t * t * t; }).kink);
  EXPECT_FALSE(shape_of_line([](double t) { return 5 + 1e-15 * std::sin(1e9 * t); }).kink);  // rounding of a constant
  EXPECT_FALSE(shape_of_line([](double) { return 2.0; }).kink);
}

TEST(Kinks, MinimaOnALineAreCounted) {
  EXPECT_EQ(shape_of_line([](double t) { return t - 0.5; }).minima, 1);
  EXPECT_EQ(shape_of_line([](double t) { return -std::cos(6 * std::acos(-1.0) * t); }).minima, 3);
  EXPECT_EQ(shape_of_line([](double) { return -1.0; }).minima, 0);
  EXPECT_FALSE(shape_of_line([](double t) { return t > 0.9 ? NAN : 1.0; }).defined);
}

compare::FunctionTask task(Function f, std::vector<double> start) {
  compare::FunctionTask t;
  t.function = [f = std::move(f)] { return f; };
  t.start = std::move(start);
  return t;
}

TEST(FunctionFacts, AQuadraticIsKnownWithItsCondition) {
  const FunctionFacts f = measure(task(
      [](std::span<const double> x, std::span<double> g) {
        g[0] = 2 * x[0], g[1] = 200 * x[1], g[2] = 20 * x[2];
        return x[0] * x[0] + 100 * x[1] * x[1] + 10 * x[2] * x[2];
      },
      {3, 1, -2}));
  EXPECT_TRUE(f.quadratic);
  EXPECT_NEAR(f.curvature.largest, 200, 1e-4);
  EXPECT_NEAR(f.curvature.condition(), 100, 1e-3);
  EXPECT_EQ(f.kinked, 0);
}

TEST(FunctionFacts, RosenbrockIsSmoothAndNotQuadratic) {
  const FunctionFacts f = measure(task(
      [](std::span<const double> x, std::span<double> g) {
        const double a = x[1] - x[0] * x[0], b = 1 - x[0];
        g[0] = -400 * a * x[0] - 2 * b, g[1] = 200 * a;
        return 100 * a * a + b * b;
      },
      {-1.2, 1}));
  EXPECT_FALSE(f.quadratic);
  EXPECT_EQ(f.kinked, 0);
  EXPECT_GT(f.lines, 0);
  // The Hessian at (−1.2, 1) is (1330, 480; 480, 200): eigenvalues 1506.6 and 23.6.
  EXPECT_NEAR(f.curvature.largest, 1506.6, 0.5);
  EXPECT_NEAR(f.curvature.smallest, 23.6, 0.5);
}

TEST(FunctionFacts, KinksAndBoundsAreSeen) {
  const Function sum = [](std::span<const double> x, std::span<double> g) {
    double f = 0;
    for (std::size_t i = 0; i < x.size(); ++i) f += std::abs(x[i]), g[i] = x[i] < 0 ? -1 : 1;
    return f;
  };
  EXPECT_GT(measure(task(sum, {1, -2, 3})).kinked, 0);
  compare::FunctionTask boxed = task(sum, {1, -2, 3});
  boxed.bounds = Bounds(std::vector<double>{0, -INFINITY, -INFINITY}, std::vector<double>{INFINITY, INFINITY, 5});
  const FunctionFacts f = measure(boxed);
  EXPECT_EQ(f.bounds, 2u);
  EXPECT_EQ(f.lines, 0);
}

compare::DataTask rows(const std::string& model, std::size_t count, double noise, double share = 1) {
  Random random(4);
  compare::DataTask t;
  t.spec = models::ModelSpec::parse(model);
  t.rows.rows = count;
  t.rows.inputs = 5;
  for (std::size_t r = 0; r < count; ++r) {
    double y = noise * random.normal();
    for (int c = 0; c < 5; ++c) {
      t.rows.x.push_back(random.uniform() < share ? random.normal() : 0);
      y += t.rows.x.back();
    }
    t.rows.truth.push_back(y);
  }
  t.head = models::Head::fit(data::Task::regression, "mean_squared_error", 0, t.rows.truth);
  t.rows.targets = models::encode_targets<double>(t.head, t.rows.truth);
  return t;
}

TEST(DataFacts, CountsAndCurvatureOfLeastSquares) {
  const DataFacts f = measure(rows("linear", 1000, 0.1, 0.25), 20'000);
  EXPECT_EQ(f.rows, 1000u);
  EXPECT_EQ(f.parameters, 6);
  EXPECT_NEAR(f.nonzeros, 0.25, 0.03);  // 5,000 draws: five standard errors of 0.006
  EXPECT_TRUE(f.convex && f.quadratic);
  EXPECT_EQ(f.passes, 20);
  EXPECT_EQ(f.steps_per_pass, 32);  // 1000 / 32, the last one short
  // The Hessian of the mean squared error is 2·XᵀX/m: 2 for the bias, about 2·0.25 for the inputs.
  EXPECT_NEAR(f.curvature.largest, 2, 0.1);
  EXPECT_NEAR(f.curvature.condition(), 4, 1);
  EXPECT_EQ(f.kinked, 0);
}

TEST(DataFacts, NoiseOfTheTargetIsNoiseOfTheGradient) {
  const DataFacts clean = measure(rows("linear", 1000, 0.01), 20'000),
                  noisy = measure(rows("linear", 1000, 10), 20'000);
  EXPECT_LT(clean.noise, 50);
  EXPECT_GT(noisy.noise, 2 * clean.noise);
}

TEST(DataFacts, TheKinksOfReluAreFoundAndTanhHasNone) {
  EXPECT_GT(measure(rows("mlp:8", 300, 0.1), 6000).kinked, 0);
  EXPECT_EQ(measure(rows("mlp:8,activation=tanh", 300, 0.1), 6000).kinked, 0);
}

TEST(Facts, AreTheSameAtEachMeasuring) {
  const auto t = rows("mlp:4", 200, 0.1);
  const DataFacts a = measure(t, 4000), b = measure(t, 4000);
  EXPECT_EQ(a.noise, b.noise);
  EXPECT_EQ(a.noise_later, b.noise_later);
  EXPECT_EQ(a.curvature.largest, b.curvature.largest);
  EXPECT_EQ(a.batch_curvature, b.batch_curvature);
}

}  // namespace
}  // namespace talweg::advise
