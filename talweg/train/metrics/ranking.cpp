#include "talweg/train/metrics/ranking.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace talweg::train {

namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

std::vector<std::size_t> order_of(std::size_t size, const auto& comes_first) {
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), comes_first);
  return order;
}

double plain_median(std::vector<double>& values) {
  const auto half = static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), values.begin() + half, values.end());
  const double upper = values[static_cast<std::size_t>(half)];
  if (values.size() % 2 == 1) return upper;
  return std::midpoint(*std::max_element(values.begin(), values.begin() + half), upper);
}

}  // namespace

void RankingSteps::add(double positive, double negative) {
  pairs_ += negative * (positives_ + 0.5 * positive);
  positives_ += positive;
  negatives_ += negative;
  if (positive > 0) precisions_ += positive * (positives_ / (positives_ + negatives_));
}

RankingAreas RankingSteps::areas() const {
  if (!(positives_ > 0 && negatives_ > 0)) return {undefined, undefined};
  return {pairs_ / (positives_ * negatives_), precisions_ / positives_};
}

RankingAreas ranking_areas(std::span<const double> scores, std::span<const double> positive,
                           std::span<const double> weights) {
  const auto order = order_of(scores.size(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  RankingSteps steps;
  for (std::size_t i = 0; i < order.size();) {
    const double score = scores[order[i]];
    double of_positive = 0, of_negative = 0;
    for (; i < order.size() && scores[order[i]] == score; ++i) {
      const double w = weights.empty() ? 1 : weights[order[i]];
      (positive[order[i]] != 0 ? of_positive : of_negative) += w;
    }
    steps.add(of_positive, of_negative);
  }
  return steps.areas();
}

double median(std::vector<double> values, std::span<const double> weights) {
  if (values.empty()) return undefined;
  if (weights.empty()) return plain_median(values);
  const auto order = order_of(values.size(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  const double half = std::accumulate(weights.begin(), weights.end(), 0.0) / 2;
  double below = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (weights[order[i]] == 0) continue;
    below += weights[order[i]];
    if (below < half) continue;
    if (below > half) return values[order[i]];
    for (std::size_t j = i + 1; j < order.size(); ++j)
      if (weights[order[j]] > 0) return std::midpoint(values[order[i]], values[order[j]]);
    return values[order[i]];
  }
  return undefined;
}

}  // namespace talweg::train
