#include "talweg/train/calibration.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "talweg/base/random.hpp"

namespace talweg::train {
namespace {

models::Head binary() {
  models::Head head;
  head.task = data::Task::binary;
  head.loss = "binary_cross_entropy";
  return head;
}

/// n scores z with truths drawn from σ(z·slope): the outputs should be multiplied by `slope`.
double found(std::size_t n, double slope) {
  Random random(5);
  std::vector<double> outputs, truth;
  for (std::size_t i = 0; i < n; ++i) {
    outputs.push_back(2 * random.normal());
    truth.push_back(random.uniform() < 1 / (1 + std::exp(-slope * outputs.back())) ? 1 : 0);
  }
  return output_scale(binary(), outputs, truth);
}

TEST(Calibration, FindsHowSureTheOutputsMayBe) {
  // The information of log s in 20,000 rows is some 4,000: a standard error of .016, three of which are .05.
  EXPECT_NEAR(std::log(found(20000, 1)), 0, 0.05);
  EXPECT_NEAR(std::log(found(20000, 0.5)), std::log(0.5), 0.05);
  EXPECT_NEAR(std::log(found(20000, 2)), std::log(2), 0.05);
}

TEST(Calibration, AFewRowsThatAreAllRightAskForNoCertainty) {
  const double s = output_scale(binary(), std::vector<double>{3, -3, 4}, std::vector<double>{1, 0, 1});
  EXPECT_GT(s, 1);
  EXPECT_LT(s, 1.05);  // without the prior it would be as large as it may
}

TEST(Calibration, ChangesProbabilitiesAndNoPrediction) {
  models::Head head;
  head.task = data::Task::classes;
  head.loss = "softmax_cross_entropy";
  head.outputs = 3;
  models::Model<double> model(models::ModelSpec::parse("mlp:5"), head, 2, 3);
  Random random(2);
  Examples<double> rows;
  rows.rows = 60, rows.inputs = 2;
  for (std::size_t i = 0; i < 120; ++i) rows.x.push_back(4 * random.normal());
  for (std::size_t i = 0; i < 60; ++i) rows.truth.push_back(std::floor(3 * random.uniform()));
  Pool pool(1);
  const auto before = outputs_of(model, rows, pool);
  const Metrics told = measure(model, rows, pool);
  const double s = calibrate(model, rows, pool);
  EXPECT_LT(s, 1);  // the truth has nothing to do with what an untrained network says
  const auto after = outputs_of(model, rows, pool);
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_NEAR(after[i], s * before[i], 1e-12);
  EXPECT_LT(measure(model, rows, pool).get("log_loss"), told.get("log_loss"));
  EXPECT_EQ(measure(model, rows, pool).get("accuracy"), told.get("accuracy"));
}

}  // namespace
}  // namespace talweg::train
