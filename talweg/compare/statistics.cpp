#include "talweg/compare/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace talweg::compare {

namespace {

/// P(X <= k) for X binomial with n trials of probability 1/2.
double binomial_below(std::int64_t n, std::int64_t k) {
  double sum = 0;
  for (std::int64_t i = 0; i <= k; ++i)
    sum += std::exp(std::lgamma(double(n) + 1) - std::lgamma(double(i) + 1) - std::lgamma(double(n - i) + 1) -
                    double(n) * std::log(2.0));
  return std::min(1.0, sum);
}

/// Finite halves only: half of infinity and a number is infinity, never NaN.
double middle(double a, double b) { return a == b ? a : a + (b - a) / 2; }

}  // namespace

Interval median_interval(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<std::int64_t>(values.size());
  const auto at = [&](std::int64_t i) { return values[static_cast<std::size_t>(i)]; };
  Interval interval;
  interval.median = n % 2 == 1 ? at(n / 2) : middle(at(n / 2 - 1), at(n / 2));
  // The interval from the k-th smallest to the k-th largest misses the median with probability 2·P(X < k).
  std::int64_t k = 0;
  while (2 * binomial_below(n, k) <= 0.05) ++k;
  k = std::max<std::int64_t>(k, 1);
  interval.low = at(k - 1);
  interval.high = at(n - k);
  return interval;
}

double sign_test(std::int64_t wins, std::int64_t losses) {
  if (wins + losses == 0) return 1;
  return std::min(1.0, 2 * binomial_below(wins + losses, std::min(wins, losses)));
}

std::vector<double> holm(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> corrected(p.size());
  double least = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    least = std::max(least, std::min(1.0, double(order.size() - i) * p[order[i]]));
    corrected[order[i]] = least;
  }
  return corrected;
}

std::vector<std::string> group_letters(const std::vector<std::vector<bool>>& differ) {
  const std::size_t n = differ.size();
  using Column = std::vector<bool>;
  std::vector<Column> columns{Column(n, true)};
  const auto covers = [&](const Column& a, const Column& b) {
    for (std::size_t i = 0; i < n; ++i)
      if (b[i] && !a[i]) return false;
    return true;
  };
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j) {
      if (!differ[i][j]) continue;
      std::vector<Column> next;
      for (const Column& c : columns) {
        if (!c[i] || !c[j]) {
          next.push_back(c);
          continue;
        }
        for (const std::size_t out : {j, i}) {
          next.push_back(c);
          next.back()[out] = false;
        }
      }
      columns.clear();
      for (std::size_t a = 0; a < next.size(); ++a) {
        bool absorbed = false;
        for (std::size_t b = 0; b < next.size() && !absorbed; ++b)
          absorbed = b != a && covers(next[b], next[a]) && (b < a || next[a] != next[b]);
        if (!absorbed) columns.push_back(next[a]);
      }
    }
  std::sort(columns.begin(), columns.end(), std::greater<>());  // the column of the best item first
  std::vector<std::string> letters(n);
  for (std::size_t c = 0; c < columns.size(); ++c)
    for (std::size_t i = 0; i < n; ++i)
      if (columns[c][i]) letters[i] += c < 26 ? std::string(1, char('a' + c)) : "z" + std::to_string(c - 25);
  return letters;
}

}  // namespace talweg::compare
