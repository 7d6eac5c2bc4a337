#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "talweg/base/archive.hpp"
#include "talweg/models/head.hpp"
#include "talweg/train/metrics.hpp"

namespace talweg::train::online {

/// Whether scores put the positive rows first, without keeping them: counts in 2¹⁵ bins of width 2⁻¹⁰ of the logit,
/// and the scores themselves while there are few. The area from the bins is that of scores rounded to their bin.
class ScoreCurve {
 public:
  void add(double score, bool positive);
  /// Exact up to `most_kept` rows; from the bins beyond. NaN unless both classes occurred.
  double area() const;
  double area_of_bins() const;

  static constexpr std::size_t most_kept = std::size_t{1} << 18;

  void save(Archive& archive, const std::string& prefix) const;
  void load(const Archive& archive, const std::string& prefix);

 private:
  static constexpr std::int32_t bins = 1 << 15;
  std::vector<std::int64_t> counts_;  ///< (bins, 2)
  std::vector<float> scores_, positive_;
  std::int64_t rows_ = 0;
};

/// The figures of `train::measure` over rows that come one by one; memory does not grow with them.
class RunningMetrics {
 public:
  RunningMetrics() = default;
  RunningMetrics(const models::Head& head, std::size_t classes);

  /// `outputs` (head.outputs) of a row before it is learned; `loss` of it as the head's loss counts it.
  void add(std::span<const double> outputs, double truth, double loss);
  std::int64_t rows() const { return rows_; }
  double loss_sum() const { return loss_; }
  double loss() const { return rows_ == 0 ? 0 : loss_ / static_cast<double>(rows_); }
  double area_of_bins() const { return curve_.area_of_bins(); }
  Metrics metrics() const;

  void save(Archive& archive, const std::string& prefix) const;
  void load(const Archive& archive, const std::string& prefix);

 private:
  models::Head head_;
  models::TargetUnit unit_{};
  bool probabilities_ = false;
  std::size_t classes_ = 0;
  std::int64_t rows_ = 0, right_ = 0;
  double loss_ = 0, log_loss_ = 0, squares_ = 0, absolute_ = 0;
  double mean_ = 0, spread_ = 0;  ///< of the truth (Welford)
  std::vector<std::int64_t> confusion_;
  ScoreCurve curve_;
};

}  // namespace talweg::train::online
