#include "talweg/train/metrics/metrics.hpp"

#include <cmath>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "talweg/train/metrics/names.hpp"
#include "talweg/train/metrics/ranking.hpp"

namespace talweg::train {
namespace {

using data::Task;
using Numbers = std::vector<double>;

TEST(Metrics, RegressionFiguresAreInTheTargetsUnit) {
  const Numbers training{0, 20};  // mean 10, deviation 10
  const models::Head head = models::Head::fit(Task::regression, "mse", 0, training);
  Pool pool(1);
  const Metrics m =
      measure(pool, head, Numbers{0, 0.5, 1}, Numbers{7, 15, 24});  // predicted 10, 15, 20: errors 3, 0, −4
  EXPECT_NEAR(m.get("loss"), 25.0 / 3, 1e-13);
  EXPECT_NEAR(m.get("rmse"), std::sqrt(25.0 / 3), 1e-15);
  EXPECT_NEAR(m.get("mae"), 7.0 / 3, 1e-15);
  const double mean = 46.0 / 3,
               spread = (7 - mean) * (7 - mean) + (15 - mean) * (15 - mean) + (24 - mean) * (24 - mean);
  EXPECT_NEAR(m.get("r2"), 1 - 25 / spread, 1e-15);
}

TEST(Metrics, ClassFiguresCountAndWeigh) {
  const models::Head head = models::Head::fit(Task::classes, "softmax_cross_entropy", 3, Numbers{0, 1, 2});
  Pool pool(1);
  const double a = std::log(2.0);  // softmax of (a, 0, 0) is (1/2, 1/4, 1/4)
  const Metrics m = measure(pool, head, Numbers{a, 0, 0, a, 0, 0}, Numbers{0, 2});
  EXPECT_EQ(m.get("accuracy"), 0.5);
  EXPECT_NEAR(m.get("log_loss"), 1.5 * a, 1e-15);
  EXPECT_NEAR(m.get("loss"), 1.5 * a, 1e-15);
  EXPECT_EQ(m.confusion, (std::vector<std::int64_t>{1, 0, 0, 0, 0, 0, 1, 0, 0}));
  EXPECT_TRUE(std::isnan(m.get("roc_auc")));
}

TEST(Metrics, RocAreaCountsTiesHalf) {
  const auto roc_auc = [](const Numbers& scores, const Numbers& positive) {
    return ranking_areas(scores, positive).roc;
  };
  EXPECT_EQ(roc_auc({1, 2, 3, 4}, {0, 0, 1, 1}), 1);
  EXPECT_EQ(roc_auc({1, 2, 3, 4}, {1, 1, 0, 0}), 0);
  EXPECT_EQ(roc_auc({5, 5, 5, 5}, {0, 1, 0, 1}), 0.5);
  EXPECT_EQ(roc_auc({1, 2, 2, 3}, {0, 1, 0, 1}), 0.875);  // pairs won: 1 + ½ + 1 + 1 of 4
  EXPECT_TRUE(std::isnan(roc_auc({1, 2}, {1, 1})));
}

TEST(Metrics, MediansShareTheMiddle) {
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
  EXPECT_EQ(median({4, 1, 2, 3}, Numbers{1, 1, 1, 1}), 2.5);
  EXPECT_EQ(median({4, 1, 2, 3}, Numbers{1, 5, 1, 1}), 1);
  EXPECT_EQ(median({4, 1, 2, 3}, Numbers{0, 1, 0, 1}), 2);  // rows without weight are none
}

/// tools/metrics_oracle.py: ties, weights, weights of 0, either class, other thresholds.
TEST(Metrics, AreThoseOfScikitLearn) {
  const auto cases = nlohmann::json::parse(std::ifstream(TALWEG_GOLDEN_DIR "/train/metrics.json"));
  ASSERT_GT(cases.size(), 30u);
  Pool pool(1);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto& c = cases[i];
    const auto outputs = c["outputs"].get<Numbers>(), truth = c["truth"].get<Numbers>(),
               weights = c["weights"].get<Numbers>();
    models::Head head;
    head.loss = c["loss"];
    head.outputs = outputs.size() / truth.size();
    head.task = head.outputs > 1                             ? Task::classes
                : head.traits().task == nn::Task::regression ? Task::regression
                                                             : Task::binary;
    head.positive = c["positive"];
    head.threshold = c["threshold"];
    const Metrics m = measure(pool, head, outputs, truth, {weights});
    for (const auto& [name, value] : c["figures"].items())
      EXPECT_NEAR(m.get(name), value.get<double>(), 1e-12) << name << " of case " << i;
    if (head.task != Task::regression) EXPECT_NEAR(m.get("loss"), c["figures"]["log_loss"].get<double>(), 1e-12) << i;
    ASSERT_EQ(m.classes.size(), c["per_class"].size());
    for (std::size_t k = 0; k < m.classes.size(); ++k) {
      const auto& expected = c["per_class"][k];
      EXPECT_NEAR(m.classes[k].weight, expected["weight"].get<double>(), 1e-12) << i;
      EXPECT_NEAR(m.classes[k].precision, expected["precision"].get<double>(), 1e-12) << i;
      EXPECT_NEAR(m.classes[k].recall, expected["recall"].get<double>(), 1e-12) << i;
      EXPECT_NEAR(m.classes[k].f1, expected["f1"].get<double>(), 1e-12) << i;
    }
  }
}

/// Names, values and their order are those of one list.
TEST(Metrics, EveryNameOfAModelIsMeasured) {
  Pool pool(1);
  const auto names_measured = [&](const char* loss, Task task, std::size_t outputs, const Numbers& z) {
    models::Head head;
    head.loss = loss, head.task = task, head.outputs = outputs;
    const Metrics m = measure(pool, head, z, Numbers{0, 1});
    std::vector<std::string> measured;
    for (const auto& [name, value] : m.values) measured.push_back(name);
    const auto known = metrics_of(head);
    EXPECT_EQ(measured, std::vector<std::string>(known.begin(), known.end())) << loss;
  };
  names_measured("mean_squared_error", Task::regression, 1, {1, 2});
  names_measured("binary_cross_entropy", Task::binary, 1, {1, 2});
  names_measured("hinge", Task::binary, 1, {1, 2});
  names_measured("softmax_cross_entropy", Task::classes, 2, {1, 2, 0, 3});
  names_measured("softmax_cross_entropy", Task::classes, 3, {1, 2, 0, 3, 1, 0});
}

TEST(Metrics, WeightsInPiecesAreThoseOfOnePiece) {
  models::Head head;
  Pool pool(1);
  Numbers outputs, truth, weights;
  for (int i = 0; i < 50; ++i) outputs.push_back(i % 7), truth.push_back(i % 5), weights.push_back(i < 10 ? 0 : i % 3);
  const Metrics whole = measure(pool, head, outputs, truth, {weights});
  Measuring pieces(pool, head, truth, {weights});
  for (std::size_t i = 0; i < 50; i += 10) pieces.add(std::span(outputs).subspan(i, 10));  // the first has no weight
  for (const auto& [name, value] : whole.values) EXPECT_NEAR(pieces.metrics().get(name), value, 1e-13) << name;
}

/// The weights of the loss may be others: those of classes change what is minimised, not how many are right.
TEST(Metrics, TheLossMayHaveWeightsOfItsOwn) {
  models::Head head;
  head.task = Task::binary, head.loss = "binary_cross_entropy";
  Pool pool(1);
  const Numbers z{1, 2}, truth{0, 1}, weights{3, 1};
  const Metrics plain = measure(pool, head, z, truth), weighted = measure(pool, head, z, truth, {{}, weights});
  EXPECT_NEAR(weighted.get("loss"), (3 * std::log1p(std::exp(1)) + std::log1p(std::exp(-2))) / 4, 1e-15);
  EXPECT_EQ(weighted.get("accuracy"), plain.get("accuracy"));
  EXPECT_EQ(weighted.get("log_loss"), plain.get("log_loss"));
}

TEST(Metrics, OutputsThatAreNotFiniteGiveALossAndNothingElse) {
  const models::Head head = models::Head::fit(Task::regression, "mse", 0, Numbers{0, 20});
  Pool pool(1);
  const Metrics m = measure(pool, head, Numbers{NAN}, Numbers{1});
  EXPECT_TRUE(std::isnan(m.get("loss")));
  EXPECT_EQ(m.values.size(), 1u);
}

}  // namespace
}  // namespace talweg::train
