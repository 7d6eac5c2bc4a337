#include "talweg/train/metrics.hpp"

#include <cmath>

#include <gtest/gtest.h>

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
  EXPECT_EQ(roc_auc(Numbers{1, 2, 3, 4}, Numbers{0, 0, 1, 1}), 1);
  EXPECT_EQ(roc_auc(Numbers{1, 2, 3, 4}, Numbers{1, 1, 0, 0}), 0);
  EXPECT_EQ(roc_auc(Numbers{5, 5, 5, 5}, Numbers{0, 1, 0, 1}), 0.5);
  EXPECT_EQ(roc_auc(Numbers{1, 2, 2, 3}, Numbers{0, 1, 0, 1}), 0.875);  // pairs won: 1 + ½ + 1 + 1 of 4
  EXPECT_TRUE(std::isnan(roc_auc(Numbers{1, 2}, Numbers{1, 1})));
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
