#include "talweg/train/judge.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"

namespace talweg::train {
namespace {

models::Head head(data::Task task, const char* loss, std::size_t outputs = 1) {
  models::Head h;
  h.task = task;
  h.loss = loss;
  h.outputs = outputs;
  return h;
}

TEST(Judge, GoesByTheLossUnlessAMetricIsNamed) {
  EXPECT_EQ(Judge::of(head(data::Task::binary, "binary_cross_entropy")).metric(), "log_loss");
  EXPECT_EQ(Judge::of(head(data::Task::classes, "softmax_cross_entropy", 3)).metric(), "log_loss");
  EXPECT_EQ(Judge::of(head(data::Task::binary, "hinge")).metric(), "loss");
  EXPECT_EQ(Judge::of(head(data::Task::regression, "huber")).metric(), "loss");
  EXPECT_EQ(Judge::of(head(data::Task::regression, "huber"), "r2").metric(), "r2");
}

/// Every metric that a model may be judged by is measured of it, and a better prediction costs less.
TEST(Judge, EveryMetricIsMeasuredAndLessIsBetter) {
  struct Case {
    models::Head head;
    std::vector<double> good, bad, truth;
    std::vector<const char*> metrics;
  };
  const std::vector<Case> cases{{head(data::Task::regression, "mean_squared_error"),
                                 {1, 2, 4},
                                 {4, 0, 1},
                                 {1, 2, 3},
                                 {"loss", "rmse", "mae", "r2", "median_absolute_error"}},
                                {head(data::Task::binary, "binary_cross_entropy"),
                                 {-2, 3, 1},
                                 {2, -3, 1},
                                 {0, 1, 1},
                                 {"log_loss", "loss", "accuracy", "roc_auc", "pr_auc", "balanced_accuracy", "precision",
                                  "recall", "f1", "brier", "matthews"}},
                                {head(data::Task::classes, "softmax_cross_entropy", 2),
                                 {2, 0, 0, 3, 0, 1},
                                 {0, 2, 3, 0, 0, 1},
                                 {0, 1, 1},
                                 {"log_loss", "loss", "accuracy", "roc_auc", "f1", "matthews"}}};
  Pool pool(1);
  for (const Case& c : cases)
    for (const char* metric : c.metrics) {
      const Judge judge = Judge::of(c.head, metric);
      const double good = judge.cost(measure(pool, c.head, c.good, c.truth)),
                   bad = judge.cost(measure(pool, c.head, c.bad, c.truth));
      EXPECT_TRUE(std::isfinite(good)) << metric;
      EXPECT_LT(good, bad) << metric;
    }
}

TEST(Judge, AMetricOfAnotherKindOfModelIsRefused) {
  const auto refusal = [](const models::Head& h, const char* metric) {
    return talweg::testing::message_of<Error>([&] { Judge::of(h, metric); });
  };
  using talweg::testing::contains;
  EXPECT_TRUE(contains(refusal(head(data::Task::regression, "huber"), "accuracy"),
                       "it is judged by loss, rmse, mae, r2 and median_absolute_error"));
  EXPECT_TRUE(contains(refusal(head(data::Task::classes, "softmax_cross_entropy", 3), "roc_auc"),
                       "log_loss, brier and matthews"));
  EXPECT_TRUE(contains(refusal(head(data::Task::binary, "hinge"), "acuracy"), "did you mean 'accuracy'"));
}

TEST(BestEpoch, KeepsTheLowestAndIgnoresWhatIsNoNumber) {
  BestEpoch best;
  const auto look = [&](std::int64_t epoch, double cost, double parameter) {
    const bool better = best.improves(cost);
    if (better) best.take(epoch, cost, {parameter});
    return better;
  };
  EXPECT_FALSE(look(1, std::nan(""), 1));
  EXPECT_EQ(best.epoch(), 0);
  EXPECT_TRUE(look(2, 5, 2));
  EXPECT_FALSE(look(3, 5, 3));
  EXPECT_FALSE(look(4, std::nan(""), 4));
  EXPECT_TRUE(look(5, -1, 5));
  EXPECT_EQ(best.epoch(), 5);
  EXPECT_EQ(best.parameters(), std::vector<double>{5});
}

}  // namespace
}  // namespace talweg::train
