#pragma once
#include <limits>
#include <span>

#include "talweg/train/metrics/metrics.hpp"
#include "talweg/train/metrics/ranking.hpp"

namespace talweg::train {

/// What is measured of classes beside what is counted. NaN: not defined on the rows, or of the model.
struct ScoreFigures {
  static constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
  double log_loss = undefined, brier = undefined;
  RankingAreas areas{undefined, undefined};
};

/// Every figure of classes that is defined, in the order of names.hpp.
void put_class_figures(const ClassCounts& counts, const models::Head& head, const ScoreFigures& scores, Metrics& m);

/// Of probabilities (classes) from what would have been right: of two classes (1 − p)², of more Σ (p_k − [k is
/// right])².
double squared_distance(std::span<const double> probabilities, std::size_t right);

}  // namespace talweg::train
