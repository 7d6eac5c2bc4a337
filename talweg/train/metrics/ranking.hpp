#pragma once
#include <span>
#include <vector>

#include "talweg/base/export.hpp"

namespace talweg::train {

/// How well scores put the positive rows first.
struct RankingAreas {
  /// Under the ROC curve: the share of the pairs of a positive and a negative row that stand in the right order, ties
  /// counting half.
  double roc = 0;
  /// Under the steps of the precision-recall curve, Σ (R_n − R_n−1)·P_n: average precision.
  double precision_recall = 0;
};

/// NaN unless both classes occur. `positive` (rows) holds 0 or 1; `weights` (rows) says what each row counts, empty: 1.
/// Equal scores are one step of both curves.
TALWEG_API RankingAreas ranking_areas(std::span<const double> scores, std::span<const double> positive,
                                      std::span<const double> weights = {});

/// The same of steps that come from the highest score down.
class RankingSteps {
 public:
  /// The weights of the positive and negative rows of one score.
  void add(double positive, double negative);
  RankingAreas areas() const;

 private:
  double positives_ = 0, negatives_ = 0;
  double pairs_ = 0;       ///< a positive row above a negative one, ties half
  double precisions_ = 0;  ///< Σ positive · precision
};

/// The value below which half of the weight lies; between two of them where the half falls there. NaN without weight.
TALWEG_API double median(std::vector<double> values, std::span<const double> weights = {});

}  // namespace talweg::train
