#include "talweg/train/metrics/curves.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "talweg/train/metrics/ranking.hpp"

namespace talweg::train {
namespace {

using Numbers = std::vector<double>;

/// The areas are those of scikit-learn (metrics_test.cpp): under its curve each must come out again, ties and weights
/// included.
TEST(Curves, HaveTheAreasThatWereMeasured) {
  int compared = 0;
  for (const auto& c : nlohmann::json::parse(std::ifstream(TALWEG_GOLDEN_DIR "/train/metrics.json"))) {
    if (c["loss"] != "binary_cross_entropy" || c["positive"] != 1) continue;
    const auto scores = c["outputs"].get<Numbers>(), truth = c["truth"].get<Numbers>(),
               weights = c["weights"].get<Numbers>();
    const ScoredRows rows{scores, truth, weights};
    const CurvePoints roc = roc_curve(rows), pr = precision_recall_curve(rows);
    double area = 0, precision = pr.x[0] * pr.y[0];
    for (std::size_t i = 1; i < roc.size(); ++i) area += (roc.x[i] - roc.x[i - 1]) * (roc.y[i] + roc.y[i - 1]) / 2;
    for (std::size_t i = 1; i < pr.size(); ++i) precision += (pr.x[i] - pr.x[i - 1]) * pr.y[i];
    EXPECT_NEAR(area, c["figures"]["roc_auc"].get<double>(), 1e-12);
    EXPECT_NEAR(precision, c["figures"]["pr_auc"].get<double>(), 1e-12);
    EXPECT_EQ(roc.x.back(), 1);
    EXPECT_EQ(roc.y.back(), 1);
    EXPECT_EQ(pr.x.back(), 1);
    ++compared;
  }
  EXPECT_GT(compared, 10);
}

TEST(Curves, OfCalibrationHaveTheMeansOfTheirBins) {
  const Numbers p{0.02, 0.08, 0.55, 0.51, 1}, truth{0, 1, 1, 0, 1}, weights{1, 1, 3, 1, 1};
  const CurvePoints c = calibration_curve({p, truth, weights});
  ASSERT_EQ(c.size(), 3u);  // bins without rows have no point
  EXPECT_NEAR(c.x[0], 0.05, 1e-15);
  EXPECT_EQ(c.y[0], 0.5);
  EXPECT_NEAR(c.x[1], (3 * 0.55 + 0.51) / 4, 1e-15);
  EXPECT_EQ(c.y[1], 0.75);
  EXPECT_EQ(c.y[2], 1);
}

TEST(Curves, OfOneClassAreNone) {
  const Numbers scores{1, 2}, ones{1, 1}, zeros{0, 0};
  EXPECT_EQ(roc_curve({scores, ones}).size(), 0u);
  EXPECT_EQ(precision_recall_curve({scores, zeros}).size(), 0u);
}

TEST(Curves, ThatAreThinnedKeepTheirEnds) {
  CurvePoints c;
  for (int i = 0; i < 1000; ++i) c.x.push_back(i), c.y.push_back(2 * i);
  const CurvePoints few = thinned(c, 50);
  EXPECT_EQ(few.size(), 50u);
  EXPECT_EQ(few.x.front(), 0);
  EXPECT_EQ(few.y.back(), 1998);
}

}  // namespace
}  // namespace talweg::train
