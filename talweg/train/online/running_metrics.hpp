#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "talweg/base/archive.hpp"
#include "talweg/models/head.hpp"
#include "talweg/train/metrics/metrics.hpp"
#include "talweg/train/metrics/ranking.hpp"

namespace talweg::train::online {

/// Whether scores put the positive rows first, without keeping them: weights in 2¹⁵ bins of width 2⁻¹⁰ of the logit,
/// and the scores themselves while there are few. The areas from the bins are those of scores rounded to their bin.
class ScoreCurve {
 public:
  void add(double score, bool positive, double weight = 1);
  /// Exact up to `most_kept` rows; from the bins beyond. NaN unless both classes occurred.
  RankingAreas areas() const;
  RankingAreas areas_of_bins() const;

  static constexpr std::size_t most_kept = std::size_t{1} << 18;

  void save(Archive& archive, const std::string& prefix) const;
  void load(const Archive& archive, const std::string& prefix);

 private:
  static constexpr std::int32_t bins = 1 << 15;
  std::vector<double> sums_;              ///< (bins, 2)
  std::vector<float> scores_, positive_;  ///< (rows)
  std::vector<double> weights_;           ///< (rows), or empty while all are 1
  std::int64_t rows_ = 0;
};

/// The figures of `train::measure` over rows that come one by one; memory does not grow with them. The median of the
/// errors is not among them.
class RunningMetrics {
 public:
  RunningMetrics() = default;
  RunningMetrics(const models::Head& head, std::size_t classes);

  /// A row before it is learned: outputs and the slopes of the loss by them (head.outputs), the loss as the head counts
  /// it. The row counts `weight` in every figure, and `loss_weight` in the loss.
  struct Row {
    std::span<const double> outputs, slopes;
    double truth = 0, loss = 0, weight = 1, loss_weight = 1;
  };
  void add(const Row& row);
  std::int64_t rows() const { return rows_; }
  double loss_sum() const { return loss_; }
  double loss_weight() const { return loss_weight_; }
  double loss() const { return loss_weight_ == 0 ? 0 : loss_ / loss_weight_; }
  double area_of_bins() const { return curve_.areas_of_bins().roc; }
  Metrics metrics() const;

  void save(Archive& archive, const std::string& prefix) const;
  void load(const Archive& archive, const std::string& prefix);

 private:
  void add_number(double output, double truth, double weight);
  void add_class(const Row& row);

  models::Head head_;
  models::TargetUnit unit_{};
  double cut_ = 0;
  bool probabilities_ = false;
  std::size_t classes_ = 0;
  std::int64_t rows_ = 0;
  double weight_ = 0, loss_weight_ = 0;
  double loss_ = 0, log_loss_ = 0, brier_ = 0, squares_ = 0, absolute_ = 0;
  double mean_ = 0, spread_ = 0;  ///< of the truth (Welford; West 1979 with weights)
  ClassCounts counts_;
  std::vector<std::int64_t> confusion_;
  ScoreCurve curve_;
};

}  // namespace talweg::train::online
