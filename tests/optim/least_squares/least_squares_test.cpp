#include "talweg/optim/least_squares/least_squares.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>

#include "curves.hpp"
#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/talweg.hpp"

namespace talweg {
namespace {

using testing::contains;
using testing::Decay;
using testing::message_of;

constexpr double inf = std::numeric_limits<double>::infinity();

const std::vector<LevenbergMarquardt>& every_step() {
  static const std::vector<LevenbergMarquardt> all{{}, {.step = FitStep::plain}};
  return all;
}

/// A straight line, a parabola, … through fixed points, as residuals with a Jacobian of the user's own.
struct Polynomial {
  std::size_t n;
  Eigen::MatrixXd a;
  Eigen::VectorXd y;
  explicit Polynomial(std::size_t parameters) : n(parameters), a(15, Eigen::Index(parameters)), y(15) {
    for (Eigen::Index i = 0; i < 15; ++i) {
      const double t = 0.2 * double(i) - 1;
      for (Eigen::Index j = 0; j < a.cols(); ++j) a(i, j) = std::pow(t, double(j));
      y(i) = std::cos(3 * t) + 0.1 * std::sin(50.0 * double(i));
    }
  }
  Residuals residuals() const {
    return talweg::residuals(15, [this](std::span<const double> x, std::span<double> r, std::span<double> jacobian) {
      const Eigen::Map<const Eigen::VectorXd> p(x.data(), Eigen::Index(x.size()));
      Eigen::Map<Eigen::VectorXd>(r.data(), 15) = a * p - y;
      for (std::size_t i = 0; i < 15 && !jacobian.empty(); ++i)
        for (std::size_t j = 0; j < n; ++j) jacobian[i * n + j] = a(Eigen::Index(i), Eigen::Index(j));
    });
  }
};

TEST(LeastSquares, ALinearModelIsThatOfLinearAlgebra) {
  for (const auto& method : every_step())
    for (const std::size_t n : {1, 2, 4, 7}) {
      const Polynomial p(n);
      const LeastSquaresResult r = least_squares(p.residuals(), std::vector<double>(n, 3.0), method);
      ASSERT_TRUE(r.success()) << r.message;
      EXPECT_LE(r.iterations, 4) << n;
      const Eigen::VectorXd x = p.a.colPivHouseholderQr().solve(p.y);
      const double variance = (p.a * x - p.y).squaredNorm() / (15.0 - double(n));
      const Eigen::MatrixXd covariance = variance * (p.a.transpose() * p.a).inverse();
      for (std::size_t j = 0; j < n; ++j) {
        // The normal equations of the reference square a condition of at most 1e3: 1e-16·1e6.
        EXPECT_NEAR(r.x[j], x(Eigen::Index(j)), 1e-11 * x.norm());
        EXPECT_NEAR(r.standard_errors[j] / std::sqrt(covariance(Eigen::Index(j), Eigen::Index(j))), 1, 1e-9);
        for (std::size_t k = 0; k < n; ++k)
          EXPECT_NEAR(r.covariance[j * n + k], covariance(Eigen::Index(j), Eigen::Index(k)), 1e-9 * covariance.norm());
      }
      EXPECT_EQ(r.degrees_of_freedom, 15 - std::int64_t(n));
    }
}

TEST(LeastSquares, NoUnitChangesTheIterates) {
  const Decay d;
  const std::vector<double> x0{1, 1, 0};
  for (const auto& method : every_step()) {
    const auto path = [&](std::vector<double> unit, double size) {
      std::vector<std::vector<double>> points;
      LeastSquaresOptions o;
      o.on_iteration = [&](const FitIteration& i) {
        points.emplace_back(i.x.begin(), i.x.end());
        for (std::size_t j = 0; j < 3; ++j) points.back()[j] *= unit[j];
      };
      std::vector<double> start = x0;
      for (std::size_t j = 0; j < 3; ++j) start[j] /= unit[j];
      const auto f = [&](auto x, std::size_t i) {
        return size * (d.y[i] - (unit[0] * x[0] * exp(-(unit[1] * x[1]) * d.t[i]) + unit[2] * x[2]));
      };
      least_squares(residuals(d.y.size(), f), start, method, o);
      return points;
    };
    const auto plain = path({1, 1, 1}, 1);
    EXPECT_GT(plain.size(), 5u);
    EXPECT_EQ(path({0x1p40, 0x1p-30, 0x1p13}, 0x1p-50), plain);
    EXPECT_EQ(path({0x1p-7, 0x1p60, 1}, 0x1p90), plain);
  }
}

TEST(LeastSquares, TheJacobianOfGenericCodeIsThatOfHand) {
  const Decay d;
  const auto by_hand = residuals(d.y.size(), [&](std::span<const double> x, std::span<double> r, std::span<double> j) {
    for (std::size_t i = 0; i < r.size(); ++i) {
      const double e = std::exp(-x[1] * d.t[i]);
      r[i] = d.y[i] - (x[0] * e + x[2]);
      if (!j.empty()) j[3 * i] = -e, j[3 * i + 1] = x[0] * d.t[i] * e, j[3 * i + 2] = -1;
    }
  });
  const auto all = [&](auto x) {
    std::vector<Scalar> out;
    for (std::size_t i = 0; i < d.y.size(); ++i) out.push_back(d.rows()(x, i));
    return out;
  };
  const LeastSquaresResult hand = least_squares(by_hand, {1, 1, 0}), rows = least_squares(d.residuals(), {1, 1, 0}),
                           whole = least_squares(all, {1, 1, 0});
  ASSERT_TRUE(hand.success()) << hand.message;
  for (std::size_t j = 0; j < 3; ++j) {
    EXPECT_NEAR(rows.x[j], hand.x[j], 1e-14);
    EXPECT_NEAR(whole.x[j], hand.x[j], 1e-14);
  }
}

/// Runs and checks that no point outside was asked for.
LeastSquaresResult inside(const Residuals& f, std::vector<double> x0, const LevenbergMarquardt& method,
                          const LeastSquaresOptions& o) {
  const Residuals watched(
      f.size(),
      [&](std::span<const double> x, std::span<double> r, std::span<double> jacobian) {
        for (std::size_t j = 0; j < x.size(); ++j) {
          EXPECT_GE(x[j], o.bounds.lower[j]);
          EXPECT_LE(x[j], o.bounds.upper[j]);
        }
        f(x, r, jacobian);
      },
      f.exact());
  return least_squares(watched, std::move(x0), method, o);
}

TEST(LeastSquares, BoundsHoldEverywhereAndTheAnswerMeetsTheConditions) {
  const Decay d;
  const std::vector<Bounds> boxes{
      {std::vector<double>{0, 0, 0}, {10, 10, 10}},         {std::vector<double>{0, 0.9, 0}, {10, 10, 10}},
      {std::vector<double>{0, 0, 0.5}, {1, 10, 10}},        {std::vector<double>{-inf, -inf, -inf}, {1, 0.2, inf}},
      {std::vector<double>{0.5, 0.5, 0.5}, {0.5, 10, 10}},  {std::vector<double>{3, 3, 3}, {4, 4, 4}},
      {std::vector<double>{1.9, 0.7, 0.3}, {1.9, 0.7, 0.3}}};
  for (const auto& method : every_step())
    for (const Bounds& box : boxes)
      for (const std::vector<double>& x0 : {std::vector<double>{1, 1, 0}, {5, 5, 5}, {-1, 0.5, 1}}) {
        LeastSquaresOptions o;
        o.bounds = box;
        const LeastSquaresResult r = inside(d.residuals(), x0, method, o);
        ASSERT_TRUE(r.success()) << r.message;
        std::vector<double> residual(d.y.size()), jacobian(3 * d.y.size());
        d.residuals()(r.x, residual, jacobian);
        for (std::size_t j = 0; j < 3; ++j) {
          double slope = 0, length = 0, size = 0;
          for (std::size_t i = 0; i < residual.size(); ++i) {
            slope += jacobian[3 * i + j] * residual[i];
            length += jacobian[3 * i + j] * jacobian[3 * i + j];
            size += residual[i] * residual[i];
          }
          const double cosine = slope / std::sqrt(length * size);
          const bool low = r.x[j] == box.lower[j], high = r.x[j] == box.upper[j];
          if (!low && !high) {
            EXPECT_LE(std::abs(cosine), 1e-7) << j;
          }
          if (low && !high) {
            EXPECT_GE(cosine, -1e-7) << j;
          }
          if (high && !low) {
            EXPECT_LE(cosine, 1e-7) << j;
          }
          if (low || high) {
            EXPECT_EQ(std::isnan(r.standard_errors[j]), std::ranges::count(r.on_bound, j) == 1);
          }
        }
      }
}

TEST(LeastSquares, AWeightIsSoManyRows) {
  const Decay d;
  Decay twice;
  LeastSquaresOptions o;
  for (std::size_t i = 0; i < d.y.size(); ++i) {
    o.weights.push_back(double(i % 3));
    if (i % 3 == 2) twice.t.push_back(d.t[i]), twice.y.push_back(d.y[i]);
  }
  Decay rows;
  rows.t.clear(), rows.y.clear();
  for (std::size_t i = 0; i < d.y.size(); ++i)
    for (std::size_t k = 0; k < i % 3; ++k) rows.t.push_back(d.t[i]), rows.y.push_back(d.y[i]);
  const LeastSquaresResult weighted = least_squares(d.residuals(), {1, 1, 0}, {}, o),
                           repeated = least_squares(rows.residuals(), {1, 1, 0});
  ASSERT_TRUE(weighted.success() && repeated.success()) << weighted.message << repeated.message;
  EXPECT_NEAR(weighted.value, repeated.value, 1e-12);
  for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR(weighted.x[j], repeated.x[j], 1e-10);
  EXPECT_EQ(weighted.degrees_of_freedom, 13 - 3) << "rows of weight 0 are none";
  // A common factor of the weights changes no error, unless they are variances that are known.
  LeastSquaresOptions times = o;
  for (double& w : times.weights) w *= 16;
  const LeastSquaresResult sixteen = least_squares(d.residuals(), {1, 1, 0}, {}, times);
  for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR(sixteen.standard_errors[j] / weighted.standard_errors[j], 1, 1e-9);
  times.known_variances = o.known_variances = true;
  const LeastSquaresResult known = least_squares(d.residuals(), {1, 1, 0}, {}, o),
                           quarter = least_squares(d.residuals(), {1, 1, 0}, {}, times);
  for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR(quarter.standard_errors[j] * 4 / known.standard_errors[j], 1, 1e-9);
}

TEST(LeastSquares, ARobustLossIsMinimised) {
  Decay d;
  d.y[5] += 3, d.y[11] -= 2;
  const LeastSquaresResult pulled = least_squares(d.residuals(), {1, 1, 0});
  for (const auto& method : every_step())
    for (const char* text : {"huber=0.05", "cauchy=0.05", "soft_l1=0.05", "huber=1", "cauchy=1", "soft_l1=1"}) {
      LeastSquaresOptions o;
      o.loss = Loss::parse(text);
      const LeastSquaresResult r = least_squares(d.residuals(), {1, 1, 0}, method, o);
      ASSERT_TRUE(r.success()) << text << r.message;
      const auto sum = [&](std::span<const double> x) {
        double out = 0;
        for (std::size_t i = 0; i < d.y.size(); ++i)
          out += o.loss.value(d.y[i] - (x[0] * std::exp(-x[1] * d.t[i]) + x[2]));
        return out;
      };
      EXPECT_NEAR(r.value, sum(r.x), 1e-12 * r.value) << text;
      const Result other =
          minimize(differences(sum), r.x, Lbfgs{}, {.check_gradient = false, .check_curvature = false});
      EXPECT_GE(other.value, r.value * (1 - 1e-9)) << text << ": another method finds no lower value";
      EXPECT_LT(std::abs(r.x[1] - 0.7), std::abs(pulled.x[1] - 0.7)) << text;
    }
}

TEST(LeastSquares, ALossOfAWideScaleIsSquares) {
  const Decay d;
  const LeastSquaresResult squares = least_squares(d.residuals(), {1, 1, 0});
  for (const char* text : {"huber=1e6", "cauchy=1e6", "soft_l1=1e6"}) {
    LeastSquaresOptions o;
    o.loss = Loss::parse(text);
    const LeastSquaresResult r = least_squares(d.residuals(), {1, 1, 0}, {}, o);
    for (std::size_t j = 0; j < 3; ++j) {
      EXPECT_NEAR(r.x[j], squares.x[j], 1e-9) << text;
      EXPECT_NEAR(r.standard_errors[j] / squares.standard_errors[j], 1, 1e-8) << text;
    }
  }
}

TEST(LeastSquares, TheLimitsEndARun) {
  const Decay d;
  LeastSquaresOptions o;
  o.max_iterations = 2;
  EXPECT_EQ(least_squares(d.residuals(), {1, 1, 0}, {}, o).status, Status::iteration_limit);
  o.tolerance = 0;
  const LeastSquaresResult all = least_squares(d.residuals(), {1, 1, 0}, {}, o);
  EXPECT_EQ(all.status, Status::completed);
  EXPECT_EQ(all.iterations, 2);
  for (const std::int64_t most : {1, 2, 3, 7}) {
    LeastSquaresOptions few;
    few.max_evaluations = most;
    const LeastSquaresResult r = least_squares(d.residuals(), {1, 1, 0}, {}, few);
    EXPECT_EQ(r.status, Status::evaluation_limit);
    EXPECT_FALSE(r.success());
    EXPECT_LE(r.evaluations.function, most + 1) << "a step may hold two";
  }
  LeastSquaresOptions told;
  told.on_iteration = [](const FitIteration& i) { return i.iteration == 3; };
  const LeastSquaresResult stopped = least_squares(d.residuals(), {1, 1, 0}, {}, told);
  EXPECT_EQ(stopped.status, Status::stopped_by_caller);
  EXPECT_EQ(stopped.iterations, 3);
}

TEST(LeastSquares, ParametersThatCannotBeToldApartAreNamed) {
  const Decay d;
  LeastSquaresOptions o;
  o.names = {"a", "b", "c", "u"};
  const auto product = [&](auto x, std::size_t i) { return d.y[i] - x[0] * x[1] * exp(-x[2] * d.t[i]) + 0 * x[3]; };
  const LeastSquaresResult r = least_squares(residuals(d.y.size(), product), {1, 1, 1, 5}, {}, o);
  EXPECT_FALSE(r.success());
  EXPECT_EQ(r.status, Status::singular) << r.message;
  EXPECT_TRUE(contains(r.message, "a and b cannot be told apart"));
  EXPECT_TRUE(contains(r.message, "u has no effect on the residuals"));
  for (const std::size_t j : {0, 1, 3}) EXPECT_TRUE(std::isnan(r.standard_errors[j])) << j;
  o.bounds = {std::vector<double>{1, -inf, -inf, 0}, std::vector<double>{1, inf, inf, 0}};
  const LeastSquaresResult fixed = least_squares(residuals(d.y.size(), product), {1, 1, 1, 5}, {}, o);
  EXPECT_TRUE(fixed.success()) << "fixed by bounds";
  EXPECT_NEAR(r.standard_errors[2], fixed.standard_errors[2], 1e-9) << "what the rows determine has an error";
}

TEST(LeastSquares, WhatIsNoNumberIsNamedAndNeverReturned) {
  const Decay d;
  LeastSquaresOptions o;
  o.names = {"a", "b"};
  const auto logarithm = [&](auto x, std::size_t i) { return d.y[i] - x[0] * log(d.t[i] + x[1]); };
  const LeastSquaresResult start = least_squares(residuals(d.y.size(), logarithm), {1, -3}, {}, o);
  EXPECT_EQ(start.status, Status::not_finite);
  EXPECT_TRUE(contains(start.message, "residual 0 is")) << start.message;
  EXPECT_EQ(start.x, (std::vector<double>{1, -3}));
  // On the way: the first step leads to where the logarithm ends.
  for (const auto& method : every_step()) {
    const LeastSquaresResult r = least_squares(residuals(d.y.size(), logarithm), {-1, 0.01}, method, o);
    EXPECT_TRUE(std::isfinite(r.value)) << r.message;
    EXPECT_NE(r.status, Status::not_finite) << r.message;
  }
  const auto root = [&](auto x, std::size_t i) { return d.y[i] - x[0] * sqrt(x[1] + 0 * double(i)); };
  const LeastSquaresResult slope = least_squares(residuals(d.y.size(), root), {1, 0}, {}, o);
  EXPECT_EQ(slope.status, Status::not_finite);
  EXPECT_TRUE(contains(slope.message, "the derivative of residual 0 by b is not finite at the start")) << slope.message;
}

TEST(LeastSquares, AWrongJacobianIsNamed) {
  const Decay d;
  for (const auto& [by, said] : {std::pair{-1.0, "column of x[1] has the wrong sign"},
                                 {0.5, "column of x[1] is too small by the factor 2"},
                                 {0.0, "column of x[1] is 0 where the residuals change"}}) {
    const double factor = by;
    const auto wrong = residuals(d.y.size(), [&](std::span<const double> x, std::span<double> r, std::span<double> j) {
      d.residuals()(x, r, j);
      for (std::size_t i = 0; i < r.size() && !j.empty(); ++i) j[3 * i + 1] *= factor;
    });
    const LeastSquaresResult r = least_squares(wrong, {1, 1, 0.1});
    EXPECT_EQ(r.status, Status::wrong_gradient) << factor;
    EXPECT_TRUE(contains(r.message, said)) << r.message;
    LeastSquaresOptions o;
    o.check_jacobian = false;
    EXPECT_NE(least_squares(wrong, {1, 1, 0.1}, {}, o).status, Status::wrong_gradient);
  }
  // A float32 model has the right one as far as can be seen.
  const auto coarse = residuals(d.y.size(), [&](std::span<const double> x, std::span<double> r, std::span<double> j) {
    d.residuals()(x, r, j);
    for (double& e : r) e = double(float(e));
  });
  EXPECT_NE(least_squares(coarse, {1, 1, 0.1}).status, Status::wrong_gradient);
}

TEST(LeastSquares, ConvergenceIsClaimedOnlyWhereTheGradientTestHolds) {
  const Decay d;
  for (const auto& method : every_step())
    for (double a = -4; a <= 4; a += 2)
      for (double b = -2; b <= 6; b += 2)
        for (double c = -1; c <= 1; c += 1) {
          const LeastSquaresResult r = least_squares(d.residuals(), {a, b, c}, method);
          if (r.status == Status::converged) {
            EXPECT_LE(r.cosine, 1e-8) << r.message;
          }
          if (r.success()) {
            EXPECT_NEAR(r.x[1], 0.7, 0.05) << a << ' ' << b << ' ' << c << r.message;
          }
        }
}

TEST(LeastSquares, AnExactFitConverges) {
  const auto rosenbrock = [](auto x) { return std::vector{1 - x[0], 10 * (x[1] - x[0] * x[0])}; };
  for (const auto& method : every_step()) {
    const LeastSquaresResult r = least_squares(rosenbrock, {-1.2, 1}, method);
    EXPECT_TRUE(r.success()) << r.message;
    EXPECT_EQ(r.x, (std::vector<double>{1, 1}));
    EXPECT_EQ(r.degrees_of_freedom, 0);
    EXPECT_TRUE(std::isnan(r.standard_errors[0]));
  }
}

TEST(LeastSquares, AnExactFitEndsAtItsRounding) {
  // What is left of a line through its points is rounding, which falls by a sixth for ever.
  for (const auto& method : every_step())
    for (const double noise : {0.0, 1e-16, 1e-14, 1e-12, 1e-10, 1e-8}) {
      const double y[] = {0, 1 + noise, 2 - noise};
      const auto line = [&](auto x, std::size_t i) { return y[i] - (x[0] + x[1] * double(i)); };
      const LeastSquaresResult r = least_squares(residuals(3, line), {0, 0}, method);
      EXPECT_TRUE(r.success()) << noise << r.message;
      EXPECT_LE(r.iterations, 20) << noise;
      EXPECT_NEAR(r.x[0], noise / 2, 1e-14) << noise;
      EXPECT_NEAR(r.x[1], 1 - noise / 2, 1e-14) << noise;
    }
}

TEST(LeastSquares, ASaddleIsLeft) {
  for (const auto& method : every_step())
    for (const double start : {0.0, 1e-12, -1e-9}) {
      const auto valley = [](auto x) { return std::vector{0.1 * x[0], x[0] * x[0] - 1}; };
      const LeastSquaresResult r = least_squares(valley, {start}, method);
      EXPECT_TRUE(r.success()) << r.message;
      EXPECT_EQ(r.certificate.kind, Certificate::Kind::minimum);
      // 0.01·x + 2x(x² − 1) = 0
      EXPECT_NEAR(std::abs(r.x[0]), std::sqrt(0.995), 1e-12) << start;
    }
}

TEST(LeastSquares, LargeBentResidualsConvergeToo) {
  // A model so wrong that the linear model's own steps lead away from the answer.
  const Decay d;
  LeastSquaresOptions o;
  o.bounds = {std::vector<double>{0.5, -inf, -inf}, std::vector<double>{0.5, inf, inf}};
  for (const auto& method : every_step()) {
    const LeastSquaresResult r = least_squares(d.residuals(), {0.5, 0.5, 1}, method, o);
    EXPECT_EQ(r.status, Status::converged) << r.message;
    EXPECT_LE(r.cosine, 1e-8);
  }
}

}  // namespace
}  // namespace talweg
