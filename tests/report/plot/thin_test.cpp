#include "talweg/report/plot/thin.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "talweg/base/random.hpp"

namespace talweg::report::plot {
namespace {

TEST(Thin, KeepsEverythingWhileItIsFew) {
  const std::vector<double> values(400, 1.0);
  const auto kept = thin(values, 100);
  ASSERT_EQ(kept.size(), 400u);
  for (std::size_t k = 0; k < kept.size(); ++k) EXPECT_EQ(kept[k], k);
}

TEST(Thin, LosesNoPeakOfAnyBucket) {
  std::vector<double> values(100'001);
  Random random(1);
  for (auto& v : values) v = random.uniform();
  values[77'777] = 9;
  values[3'333] = -9;
  values[50'000] = std::nan("");
  const auto kept = thin(values, 500);
  EXPECT_LE(kept.size(), 2000u);
  EXPECT_TRUE(std::is_sorted(kept.begin(), kept.end()));
  EXPECT_TRUE(std::adjacent_find(kept.begin(), kept.end()) == kept.end());
  EXPECT_TRUE(std::binary_search(kept.begin(), kept.end(), 77'777u));
  EXPECT_TRUE(std::binary_search(kept.begin(), kept.end(), 3'333u));
  EXPECT_EQ(kept.front(), 0u);
  EXPECT_EQ(kept.back(), 100'000u);
  for (std::size_t b = 0; b < 500; ++b) {
    const std::size_t begin = b * values.size() / 500, end = (b + 1) * values.size() / 500;
    double highest = -10;
    for (std::size_t k = begin; k < end; ++k)
      if (std::isfinite(values[k])) highest = std::max(highest, values[k]);
    EXPECT_TRUE(
        std::any_of(kept.begin(), kept.end(), [&](auto k) { return k >= begin && k < end && values[k] == highest; }));
  }
}

TEST(ThinSteps, AreAllOfAFewAndOfManyTheFirstAndTheLast) {
  EXPECT_EQ(thin_steps(0, 10).size(), 0u);
  EXPECT_EQ(thin_steps(10, 10).size(), 10u);
  for (const std::size_t n : {1001u, 1500u, 100'001u, 5'000'000u}) {
    const auto kept = thin_steps(n, 1000);
    ASSERT_EQ(kept.size(), 1000u);
    for (std::size_t k = 0; k < 250; ++k) EXPECT_EQ(kept[k], k);
    EXPECT_EQ(kept.back(), n - 1);
    for (std::size_t k = 1; k < kept.size(); ++k) EXPECT_LT(kept[k - 1], kept[k]) << n << " at " << k;
  }
}

}  // namespace
}  // namespace talweg::report::plot
