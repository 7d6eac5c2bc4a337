#pragma once
#include <cstdint>
#include <string>
#include <vector>

/// The statistics of a race: none assumes a distribution.
namespace talweg::compare {

struct Interval {
  double median = 0, low = 0, high = 0;
};

/// The median with its 95 % confidence interval from order statistics (ranks by the binomial distribution; exact,
/// whatever the distribution is). With fewer than 6 values no interval has that confidence: low and high are then the
/// smallest and the largest. Infinite values sort last. `values` is not empty.
Interval median_interval(std::vector<double> values);

/// The probability of a split at least as uneven as wins : losses when either is as likely: the two-sided sign test,
/// exact. Ties are left out by the caller. 1 without any win or loss.
double sign_test(std::int64_t wins, std::int64_t losses);

/// Holm's step-down correction (1979): multiplied p-values, in the order given, never above 1.
std::vector<double> holm(const std::vector<double>& p);

/// Letters such that two items share one exactly when they do not differ: "a", "ab", "b" (insert and absorb, Piepho
/// 2004). `differ` (n, n) is symmetric; items are in the order of their merit, and the best has an a.
std::vector<std::string> group_letters(const std::vector<std::vector<bool>>& differ);

}  // namespace talweg::compare
