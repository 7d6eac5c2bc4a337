#include "talweg/nn/ops/losses.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "talweg/base/error.hpp"

namespace talweg::nn {
namespace {

const Tensor<double> p({2, 2}, {1, -2, 0.5, 3}), t({2, 2}, {0, -2, 1, 1});

double value(std::string_view name, const Tensor<double>& prediction, const Tensor<double>& target) {
  Pool pool(1);
  return evaluate<double>(pool, loss(name), prediction, {.values = target});
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
  EXPECT_NEAR(evaluate<double>(pool, loss("softmax_cross_entropy"), p, {.classes = classes}), expected, 1e-15);
}

TEST(Losses, StayFiniteForHugeLogits) {
  Pool pool(1);
  const Tensor<float> logits({2, 2}, {5000, -5000, -5000, 5000}), target({2, 2}, {0, 1, 1, 1});
  EXPECT_FLOAT_EQ(evaluate<float>(pool, loss("bce"), logits, {.values = target}), 15000.0f / 4);
  const std::vector<std::int32_t> classes{1, 1};
  EXPECT_FLOAT_EQ(evaluate<float>(pool, loss("cross_entropy"), logits, {.classes = classes}), 5000);
}

TEST(Losses, RefuseShapesAndClassesThatDoNotFit) {
  Pool pool(1);
  EXPECT_THROW(value("mse", p, Tensor<double>({2, 1})), Error);
  for (const std::int32_t bad : {-1, 2}) {
    const std::vector<std::int32_t> classes{0, bad};
    EXPECT_THROW(evaluate<double>(pool, loss("cross_entropy"), p, {.classes = classes}), Error);
  }
  const std::vector<std::int32_t> one{0};
  EXPECT_THROW(evaluate<double>(pool, loss("cross_entropy"), p, {.classes = one}), Error);
}

TEST(Losses, EachIsFoundByItsNameAndSomeByAShortOne) {
  for (const auto& card : losses()) {
    EXPECT_EQ(name(loss(card.name)), card.name);
    EXPECT_EQ(needs_classes(loss(card.name)), card.name == "softmax_cross_entropy");
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
    EXPECT_EQ(loss_of<double>(loss(card.name), prediction, targets).value(),
              evaluate<double>(pool, loss(card.name), p, targets))
        << card.name;
  }
}

}  // namespace
}  // namespace talweg::nn
