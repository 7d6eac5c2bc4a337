#include "talweg/nn/ops/losses.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "talweg/base/error.hpp"

namespace talweg::nn {
namespace {

const Tensor<double> p({2, 2}, {1, -2, 0.5, 3}), t({2, 2}, {0, -2, 1, 1});

double value(std::string_view name, const Tensor<double>& prediction, const Tensor<double>& target) {
  Pool pool(1);
  return loss(name).value<double>(pool, prediction, {.values = target});
}

// By hand; residuals are 1, 0, −0.5, 2.
TEST(Losses, AgreeWithTheirFormulas) {
  EXPECT_DOUBLE_EQ(value("mean_squared_error", p, t), (1 + 0 + 0.25 + 4) / 4);
  EXPECT_DOUBLE_EQ(value("half_mean_squared_error", p, t), (1 + 0 + 0.25 + 4) / (2 * 2));
  EXPECT_DOUBLE_EQ(value("mean_absolute_error", p, t), (1 + 0 + 0.5 + 2) / 4);
  EXPECT_DOUBLE_EQ(value("huber", p, t), (0.5 + 0 + 0.125 + 1.5) / 4);
  const Tensor<double> binary({2, 2}, {0, 1, 1, 0}), signs({2, 2}, {-1, 1, 1, -1});
  const auto log_sigmoid = [](double x) { return -std::log1p(std::exp(-x)); };
  EXPECT_NEAR(value("binary_cross_entropy", p, binary),
              -(log_sigmoid(-1) + log_sigmoid(-2) + log_sigmoid(0.5) + log_sigmoid(-3)) / 4, 1e-15);
  EXPECT_DOUBLE_EQ(value("hinge", p, signs), (2 + 3 + 0.5 + 4) / 4);
  EXPECT_NEAR(value("poisson", p, t),
              (std::exp(1) + (std::exp(-2) - 4) + (std::exp(0.5) - 0.5) + (std::exp(3) - 3)) / 4, 1e-14);
}

TEST(Losses, SoftmaxCrossEntropyIsTheMeanLogProbabilityOfTheClass) {
  Pool pool(1);
  const std::vector<std::int32_t> classes{0, 1};
  const double expected = (std::log1p(std::exp(-3.0)) + std::log1p(std::exp(-2.5))) / 2;
  EXPECT_NEAR(loss("softmax_cross_entropy").value<double>(pool, p, {.classes = classes}), expected, 1e-15);
}

TEST(Losses, StayFiniteForHugeLogits) {
  Pool pool(1);
  const Tensor<float> logits({2, 2}, {5000, -5000, -5000, 5000}), target({2, 2}, {0, 1, 1, 1});
  EXPECT_FLOAT_EQ(loss("bce").value<float>(pool, logits, {.values = target}), 15000.0f / 4);
  const std::vector<std::int32_t> classes{1, 1};
  EXPECT_FLOAT_EQ(loss("cross_entropy").value<float>(pool, logits, {.classes = classes}), 5000);
}

TEST(Losses, RefuseShapesAndClassesThatDoNotFit) {
  Pool pool(1);
  EXPECT_THROW(value("mse", p, Tensor<double>({2, 1})), Error);
  for (const std::int32_t bad : {-1, 2}) {
    const std::vector<std::int32_t> classes{0, bad};
    EXPECT_THROW(loss("cross_entropy").value<double>(pool, p, {.classes = classes}), Error);
  }
  const std::vector<std::int32_t> one{0};
  EXPECT_THROW(loss("cross_entropy").value<double>(pool, p, {.classes = one}), Error);
}

TEST(Losses, EachIsFoundByItsNameAndSomeByAShortOne) {
  for (const auto& card : losses()) {
    EXPECT_EQ(name(loss(card.name)), card.name);
    for (const std::string_view other : loss(card.name).traits().short_names)
      if (!other.empty()) {
        EXPECT_EQ(name(loss(other)), card.name);
      }
  }
  EXPECT_EQ(name(loss("mae")), "mean_absolute_error");
  try {
    loss("hubber");
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("did you mean 'huber'"), std::string::npos) << e.what();
  }
}

TEST(Losses, OnTheTapeAndOffItGiveTheSameNumber) {
  Pool pool(1);
  Tensor<double> gradient(p.shape());
  const std::vector<std::int32_t> classes{0, 1};
  for (const auto& card : losses()) {
    Tape<double> tape;
    const auto prediction = tape.variable(p, gradient);
    const Targets<double> targets{.values = t, .classes = classes};
    EXPECT_EQ(loss(card.name)(prediction, targets).value(), loss(card.name).value<double>(pool, p, targets))
        << card.name;
  }
}

/// The loss of one row with the outputs z, and its slopes.
struct Row {
  double loss;
  std::vector<double> slopes;
};
Row row(const Loss& loss, std::vector<double> z, double target) {
  Row out{0, std::vector<double>(z.size())};
  out.loss = loss.of_row(z, target, out.slopes);
  return out;
}

/// A target that the loss takes.
double target_of(const Loss& loss, int i) {
  const LossTraits& t = loss.traits();
  if (t.task == Task::classes) return i % 3;
  return t.task == Task::binary ? t.label(i % 2) : std::max(0.7 * i, t.low);
}

TEST(LossTraits, ARowHasTheLossAndTheSlopesOfTheWholeBatch) {
  Pool pool(1);
  for (const Card& card : losses()) {
    const Loss f = loss(card.name);
    const bool classes = f.traits().task == Task::classes;
    const std::vector<double> z = classes ? std::vector<double>{0.4, -1.2, 2.5} : std::vector<double>{0.4};
    const double target = target_of(f, 1);
    const Row one = row(f, z, target);
    const Shape shape{1, std::int64_t(z.size())};
    const std::vector<std::int32_t> index{std::int32_t(target)};
    const Targets<double> targets{.values = View<const double>(&target, {1, 1}), .classes = index};
    std::vector<double> slopes(z.size()), scratch(z.size());
    const double sum = f.sum(pool, {z.data(), shape}, targets, {slopes.data(), shape}, scratch.data());
    EXPECT_NEAR(one.loss, sum, 1e-14) << card.name;  // a few roundings of numbers of order one
    for (std::size_t k = 0; k < z.size(); ++k) EXPECT_NEAR(one.slopes[k], slopes[k], 1e-14) << card.name;
  }
}

// Differences of slopes: h = 1e-4 leaves h²/6 of a fourth derivative of order one, 2e-9, and rounding of 1e-12.
TEST(LossTraits, TheCurvatureIsThatOfDifferences) {
  constexpr double h = 1e-4;
  for (const Card& card : losses()) {
    const Loss f = loss(card.name);
    if (f.traits().task == Task::classes) continue;  // below
    const auto bend = [&](double z, double target) {
      return (row(f, {z + h}, target).slopes[0] - row(f, {z - h}, target).slopes[0]) / (2 * h);
    };
    const Curvature c = f.traits().curvature;
    if (!f.traits().kinks) {
      EXPECT_NEAR(bend(0, target_of(f, 0)), f.traits().curvature_at_zero(1), 1e-8) << card.name;
    }
    for (int i = -40; i <= 40; ++i) {
      const double z = 0.173 * i, found = bend(z, target_of(f, 1));
      if (f.traits().kinks && std::abs(found) > 1) continue;  // across the kink
      EXPECT_GE(found, c.least - 1e-8) << card.name << " at " << z;
      EXPECT_LE(found, c.most + 1e-8) << card.name << " at " << z;
    }
    EXPECT_EQ(f.traits().quadratic(), card.name.find("squared") != card.name.npos) << card.name;
  }
}

TEST(LossTraits, TheCurvatureOfSoftmaxIsItsLargestEigenvalue) {
  const Loss f = loss("softmax_cross_entropy");
  constexpr double h = 1e-4;
  const auto along = [&](std::vector<double> z, const std::vector<double>& d) {
    std::vector<double> up = z, down = z;
    for (std::size_t k = 0; k < z.size(); ++k) up[k] += h * d[k], down[k] -= h * d[k];
    const Row a = row(f, up, 0), b = row(f, down, 0);
    double bend = 0;
    for (std::size_t k = 0; k < z.size(); ++k) bend += d[k] * (a.slopes[k] - b.slopes[k]) / (2 * h);
    return bend;
  };
  const double r = std::sqrt(0.5);
  for (const std::size_t classes : {2u, 3u, 7u}) {
    std::vector<double> d(classes);
    d[0] = r, d[1] = -r;
    EXPECT_NEAR(along(std::vector<double>(classes), d), f.traits().curvature_at_zero(classes), 1e-8);
    std::vector<double> z(classes, -40.0);  // two classes share all: the most that it bends
    z[0] = z[1] = 0;
    EXPECT_NEAR(along(z, d), f.traits().curvature.most, 1e-8);
  }
}

TEST(LossTraits, SlopesJumpWhereThereAreKinksAndNowhereElse) {
  for (const Card& card : losses()) {
    const Loss f = loss(card.name);
    const std::vector<double> z =
        f.traits().task == Task::classes ? std::vector<double>{0, 0, 0} : std::vector<double>{0};
    double largest = 0;
    for (int i = -4000; i < 4000; ++i) {
      std::vector<double> a = z, b = z;
      a[0] = 0.001 * i, b[0] = 0.001 * (i + 1);
      largest =
          std::max(largest, std::abs(row(f, b, target_of(f, 1)).slopes[0] - row(f, a, target_of(f, 1)).slopes[0]));
    }
    EXPECT_EQ(largest > 0.5, f.traits().kinks) << card.name;  // smooth ones move by 0.001·e⁴ = 0.06 at most
    if (!f.traits().kinks) continue;
    const LossTraits& smooth = loss(f.traits().smoother).traits();
    EXPECT_FALSE(smooth.kinks);
    EXPECT_EQ(smooth.task, f.traits().task);
  }
}

TEST(LossTraits, EachTaskHasADefault) {
  EXPECT_EQ(losses_for(Task::regression).front(), "mean_squared_error");
  EXPECT_EQ(losses_for(Task::binary).front(), "binary_cross_entropy");
  EXPECT_EQ(losses_for(Task::classes).front(), "softmax_cross_entropy");
  EXPECT_EQ(losses_for(Task::regression).size() + losses_for(Task::binary).size() + losses_for(Task::classes).size(),
            losses().size());
}

}  // namespace
}  // namespace talweg::nn
