#include "talweg/train/metrics/curves.hpp"

#include <algorithm>
#include <numeric>

namespace talweg::train {

namespace {

double weight_of(const ScoredRows& rows, std::size_t r) { return rows.weights.empty() ? 1 : rows.weights[r]; }

/// step(positives, negatives): the weights at and above each score, from the highest down.
void each_step(const ScoredRows& rows, const auto& step) {
  std::vector<std::size_t> order(rows.scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rows.scores[a] > rows.scores[b]; });
  double positives = 0, negatives = 0;
  for (std::size_t i = 0; i < order.size();) {
    const double score = rows.scores[order[i]];
    for (; i < order.size() && rows.scores[order[i]] == score; ++i)
      (rows.positive[order[i]] != 0 ? positives : negatives) += weight_of(rows, order[i]);
    step(positives, negatives);
  }
}

}  // namespace

CurvePoints roc_curve(const ScoredRows& rows) {
  CurvePoints curve{{0}, {0}};
  each_step(rows, [&](double positives, double negatives) {
    curve.x.push_back(negatives);
    curve.y.push_back(positives);
  });
  const double negatives = curve.x.back(), positives = curve.y.back();
  if (!(negatives > 0 && positives > 0)) return {};
  for (double& v : curve.x) v /= negatives;
  for (double& v : curve.y) v /= positives;
  return curve;
}

CurvePoints precision_recall_curve(const ScoredRows& rows) {
  CurvePoints curve;
  each_step(rows, [&](double positives, double negatives) {
    if (positives + negatives == 0) return;
    curve.x.push_back(positives);
    curve.y.push_back(positives / (positives + negatives));
  });
  if (curve.size() == 0 || curve.x.back() == 0) return {};
  const double all = curve.x.back();
  for (double& v : curve.x) v /= all;
  return curve;
}

CurvePoints calibration_curve(const ScoredRows& rows, std::size_t bins) {
  std::vector<double> weight(bins), sum(bins), positive(bins);
  for (std::size_t r = 0; r < rows.scores.size(); ++r) {
    const auto at = std::min(bins - 1, static_cast<std::size_t>(rows.scores[r] * static_cast<double>(bins)));
    const double w = weight_of(rows, r);
    weight[at] += w;
    sum[at] += w * rows.scores[r];
    positive[at] += w * rows.positive[r];
  }
  CurvePoints curve;
  for (std::size_t b = 0; b < bins; ++b) {
    if (weight[b] == 0) continue;
    curve.x.push_back(sum[b] / weight[b]);
    curve.y.push_back(positive[b] / weight[b]);
  }
  return curve;
}

CurvePoints thinned(const CurvePoints& curve, std::size_t most) {
  if (curve.size() <= most) return curve;
  CurvePoints few;
  for (std::size_t i = 0; i < most; ++i) {
    const std::size_t at = i * (curve.size() - 1) / (most - 1);
    few.x.push_back(curve.x[at]);
    few.y.push_back(curve.y[at]);
  }
  return few;
}

}  // namespace talweg::train
