#include "talweg/optim/certificate/hessian.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include <Eigen/Dense>

#include "talweg/base/random.hpp"
#include "talweg/optim/certificate/follows.hpp"
#include "talweg/optim/certificate/journey.hpp"
#include "talweg/optim/certificate/products.hpp"

namespace talweg::certificate {
namespace {

using In = std::span<const double>;
using Out = std::span<double>;

TEST(EigenTest, AgreesWithAnotherProgramAndOrdersItsValues) {
  Random random(7);
  for (const std::size_t n : {1u, 2u, 5u, 30u}) {
    std::vector<double> a(n * n);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j <= i; ++j) a[i * n + j] = a[j * n + i] = random.uniform(-1, 1);
    const auto size = static_cast<::Eigen::Index>(n);
    const ::Eigen::SelfAdjointEigenSolver<::Eigen::MatrixXd> other(
        ::Eigen::Map<const ::Eigen::MatrixXd>(a.data(), size, size));
    const Eigen mine = eigen(a, n);
    for (std::size_t k = 0; k < n; ++k) {
      EXPECT_NEAR(mine.values[k], other.eigenvalues()[static_cast<::Eigen::Index>(k)], 1e-13 * static_cast<double>(n));
      for (std::size_t i = 0; i < n; ++i) {  // a v = λ v
        double sum = 0;
        for (std::size_t j = 0; j < n; ++j) sum += a[i * n + j] * mine.vectors[k * n + j];
        EXPECT_NEAR(sum, mine.values[k] * mine.vectors[k * n + i], 1e-13 * static_cast<double>(n));
      }
    }
  }
}

/// ½ x'Ax for A = scale_i · B_ij · scale_j, with variables in units far apart.
struct Quadratic {
  std::vector<double> scale;
  double operator()(In x, Out g) const {
    const std::size_t n = x.size();
    double f = 0;
    for (std::size_t i = 0; i < n; ++i) {
      double row = 0;
      for (std::size_t j = 0; j < n; ++j) row += (i == j ? 2 : 0.5) * scale[j] * x[j];
      g[i] = scale[i] * row;
      f += 0.5 * x[i] * g[i];
    }
    return f;
  }
};

TEST(MeasureHessian, FindsItInUnitsFarApart) {
  const Function f = Quadratic{{1e-6, 1, 1e6}};
  const Options options;
  Evaluator evaluate(f, options);
  Point p{{1e6, 1, 1e-6}, 0, {}};
  evaluate.look(p);
  for (const Differences kind : {Differences::central, Differences::forward}) {
    const Hessian h = measure_hessian(evaluate, p, {0, 1, 2}, std::vector{1e6, 1.0, 1e-6}, kind);
    ASSERT_EQ(h.spectrum.values.size(), 3u);
    EXPECT_NEAR(h.least(), 0.75, 1e-6);  // of the matrix with a unit diagonal and 0.25 beside it
    EXPECT_NEAR(h.most(), 1.5, 1e-6);
    EXPECT_NEAR(h.decrement(p.g), p.f, 1e-6 * p.f);  // all that can fall
    std::vector<double> d(3);
    h.newton(p.g, d);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(d[i], -p.x[i], 1e-5 * p.x[i]);
    EXPECT_TRUE(h.suspects.empty());
  }
}

TEST(MeasureHessian, StaysInsideTheBox) {
  const Function f = [](In x, Out g) {
    EXPECT_GE(x[0], 0);
    EXPECT_LE(x[0], 1);
    g[0] = 3 * x[0] * x[0];
    return x[0] * x[0] * x[0];
  };
  const Options options{.bounds = {std::vector{0.0}, std::vector{1.0}}};
  Evaluator evaluate(f, options);
  for (const double x : {0.0, 1e-12, 1 - 1e-12, 1.0}) {
    Point p{{x}, 0, {}};
    evaluate.look(p);
    const Hessian h = measure_hessian(evaluate, p, {0}, std::vector{1.0}, Differences::central);
    EXPECT_NEAR(h.h[0], 6 * x, 1e-6) << x;
  }
}

TEST(MeasureHessian, SeesThatAQuarticHasNone) {
  const Function f = [](In x, Out g) { return g[0] = 4 * std::pow(x[0], 3), std::pow(x[0], 4); };
  const Options options;
  Evaluator evaluate(f, options);
  Point p{{0}, 0, {}};
  evaluate.look(p);
  EXPECT_TRUE(measure_hessian(evaluate, p, {0}, std::vector{1.0}, Differences::central).vanishing);
}

TEST(MeasureHessian, SeesThatFDoesNotFollowItsGradient) {
  const Function wrong[] = {[](In x, Out g) { return g[0] = 2 * (x[0] - 1) + 0.1, (x[0] - 1) * (x[0] - 1); },
                            [](In x, Out g) { return g[0] = -2 * (x[0] - 1), (x[0] - 1) * (x[0] - 1); }};
  const Function right[] = {[](In x, Out g) { return g[0] = 2 * (x[0] - 1), (x[0] - 1) * (x[0] - 1); },
                            [](In x, Out g) {
                              return g[0] = x[0] > 1 ? 1 : x[0] < 1 ? -1 : 0, std::abs(x[0] - 1);
                            },  // a kink
                            [](In x, Out g) {
                              return g[0] = 2 * (x[0] - 1),
                                     static_cast<double>(static_cast<float>((x[0] - 1) * (x[0] - 1) + 1000));
                            }};
  const Options options;
  const auto found = [&](const Function& f, double x) {
    Evaluator evaluate(f, options);
    Point p{{x}, 0, {}};
    evaluate.look(p);
    const Hessian h = measure_hessian(evaluate, p, {0}, std::vector{1.0}, Differences::central);
    return !h.suspects.empty() && certificate::contradicts(evaluate, p, 0, 1);
  };
  EXPECT_TRUE(found(wrong[0], 0.95));  // where that gradient is 0
  EXPECT_TRUE(found(wrong[1], 1));
  for (const Function& f : right)
    for (const double x : {1.0, 1 + 1e-9, 1.3}) EXPECT_FALSE(found(f, x)) << x;
}

TEST(MeasureProducts, SolveAndSeeNegativeCurvature) {
  const std::size_t n = 80;
  const Function f = [](In x, Out g) {
    double value = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double h = i == 7 ? -1 : 1 + static_cast<double>(i % 3);
      g[i] = h * x[i];
      value += 0.5 * h * x[i] * x[i];
    }
    return value;
  };
  const Options options;
  Evaluator evaluate(f, options);
  Point p{std::vector<double>(n, 1.0), 0, {}};
  p.x[7] = 0;  // the gradient does not see that direction
  evaluate.look(p);
  std::vector<std::size_t> all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});
  const Products found = measure_products(evaluate, p, all, std::vector<double>(n, 1.0), Differences::central, 40);
  EXPECT_LE(found.left, 1e-2);
  EXPECT_NEAR(found.decrement, p.f, 1e-3 * p.f);
  EXPECT_LT(found.least, -0.5);
  EXPECT_EQ(std::max_element(found.direction.begin(), found.direction.end(),
                             [](double a, double b) { return std::abs(a) < std::abs(b); }) -
                found.direction.begin(),
            7);
}

TEST(JourneyTest, TheRecentPartForgetsTheStartAndDetours) {
  Journey j;
  j.begin(std::vector{100.0}, 1e6);
  for (int k = 1; k <= 32; ++k) j.see(std::vector{1.0 / k}, k == 20 ? 1e9 : 1.0 / k);
  EXPECT_EQ(j.range(0), 100 - 1.0 / 32);
  EXPECT_LE(j.recent_range(0), 1.0 / 15);
  EXPECT_EQ(j.fall(0), 1e6);
  EXPECT_LE(j.recent_fall(0), 1.0 / 15);
}

}  // namespace
}  // namespace talweg::certificate
