#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace talweg::train {

/// Points (x, y) of a curve, in the order in which they are joined.
struct CurvePoints {
  std::vector<double> x, y;
  std::size_t size() const { return x.size(); }
};

/// Scores of two classes and what they are of: `positive` (rows) holds 0 or 1, `weights` (rows) what each row counts,
/// or is empty. Equal scores are one step.
struct ScoredRows {
  std::span<const double> scores, positive, weights = {};
};

/// From (0, 0) to (1, 1): the share of negatives and of positives above each score. Empty unless both classes occur.
CurvePoints roc_curve(const ScoredRows& rows);
/// Recall and precision at each score, from the highest down, where some row is positive.
CurvePoints precision_recall_curve(const ScoredRows& rows);
/// Of probabilities in `bins` equal parts of 0 … 1: the mean probability and the share of positives of each that has
/// rows.
CurvePoints calibration_curve(const ScoredRows& rows, std::size_t bins = 10);

/// At most so many of the points, evenly over them, the first and the last among them.
CurvePoints thinned(const CurvePoints& curve, std::size_t most);

}  // namespace talweg::train
