#include "talweg/compare/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "talweg/base/random.hpp"

namespace talweg::compare {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

TEST(MedianInterval, HasTheRanksOfTheBinomialTable) {
  // Two-sided 95 % for n = 20: the 6th and the 15th value (P(X < 6) = 0.0207); for n = 6 the extremes (2/64 = 0.031).
  std::vector<double> values(20);
  std::iota(values.begin(), values.end(), 1.0);
  const Interval twenty = median_interval(values);
  EXPECT_EQ(twenty.median, 10.5);
  EXPECT_EQ(twenty.low, 6);
  EXPECT_EQ(twenty.high, 15);
  const Interval six = median_interval({6, 1, 3, 2, 5, 4});
  EXPECT_EQ(six.low, 1);
  EXPECT_EQ(six.high, 6);
  const Interval one = median_interval({7});
  EXPECT_EQ(one.median, 7);
  EXPECT_EQ(one.low, 7);
  EXPECT_EQ(one.high, 7);
}

TEST(MedianInterval, FailuresSortLastAndNeverBecomeNaN) {
  const Interval i = median_interval({1, infinite, 2, infinite});
  EXPECT_EQ(i.median, infinite);
  EXPECT_EQ(i.low, 1);
  EXPECT_EQ(median_interval({infinite, infinite}).median, infinite);
}

TEST(MedianInterval, CoversTheMedianAsOftenAsItSays) {
  // 2,000 samples of 20 exponential numbers: exact coverage 0.9586; five standard errors of 0.0045 each way.
  Random random(1);
  int covered = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    std::vector<double> values(20);
    for (double& v : values) v = -std::log(1 - random.uniform());
    const Interval i = median_interval(values);
    covered += i.low <= std::log(2.0) && std::log(2.0) <= i.high;
  }
  EXPECT_GE(covered, 2000 * 0.936);
  EXPECT_LE(covered, 2000 * 0.981);
}

TEST(SignTest, IsTheExactBinomialProbability) {
  EXPECT_EQ(sign_test(0, 0), 1);
  EXPECT_EQ(sign_test(3, 3), 1);
  EXPECT_NEAR(sign_test(5, 0), 2 * std::pow(0.5, 5), 1e-12);
  EXPECT_NEAR(sign_test(20, 0), 2 * std::pow(0.5, 20), 1e-15);
  EXPECT_NEAR(sign_test(15, 5), 0.04138947, 1e-8);  // 2·Σ_{k<=5} C(20, k) / 2^20 = 2·21700/1048576
  EXPECT_EQ(sign_test(15, 5), sign_test(5, 15));
}

TEST(Holm, MultipliesStepByStepAndStaysMonotone) {
  const auto p = holm({0.01, 0.04, 0.03, 0.005});
  EXPECT_DOUBLE_EQ(p[3], 0.02);
  EXPECT_DOUBLE_EQ(p[0], 0.03);
  EXPECT_DOUBLE_EQ(p[2], 0.06);
  EXPECT_DOUBLE_EQ(p[1], 0.06);
  EXPECT_EQ(holm({0.9, 0.8}), (std::vector<double>{1, 1}));
}

TEST(GroupLetters, AreSharedExactlyByThoseThatDoNotDiffer) {
  Random random(3);
  for (int trial = 0; trial < 200; ++trial) {
    const std::size_t n = 1 + random.below(7);
    std::vector<std::vector<bool>> differ(n, std::vector<bool>(n));
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < i; ++j) differ[i][j] = differ[j][i] = random.uniform() < 0.5;
    const auto letters = group_letters(differ);
    EXPECT_NE(letters[0].find('a'), std::string::npos);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        EXPECT_EQ(letters[i].find_first_of(letters[j]) == std::string::npos, differ[i][j])
            << letters[i] << " " << letters[j];
  }
}

}  // namespace
}  // namespace talweg::compare
