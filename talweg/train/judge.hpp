#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/train/metrics/metrics.hpp"

namespace talweg::train {

/// By which figure of the validation rows one epoch is better than another: what the best one, patience and the plateau
/// schedule go by.
class TALWEG_API Judge {
 public:
  /// `metric` is one of `metrics_of` such a model; empty: log_loss where there are probabilities, otherwise the loss.
  /// Accuracy is no default: where one class is rare, saying "never" has the highest for long.
  /// Throws Error for another name, with those that there are.
  static Judge of(const models::Head& head, std::string_view metric = "");
  /// The same among these names; empty: the first.
  static Judge among(std::span<const std::string_view> names, std::string_view metric);

  const std::string& metric() const { return metric_; }
  /// Lower is better: the figure, or how much it lacks of 1 where higher is better. NaN where it is not defined.
  double cost(const Metrics& validation) const;
  /// "log_loss 0.3127"
  std::string figure(const Metrics& validation) const;
  /// Throws Error when the metric is not defined on such rows: an area under the curve of one class.
  void require_defined(std::span<const double> truth) const;

 private:
  std::string metric_ = "loss";
};

/// The epoch of the lowest cost so far, and its parameters.
class BestEpoch {
 public:
  bool improves(double cost) const { return cost < cost_; }
  void take(std::int64_t epoch, double cost, std::vector<double> parameters) {
    epoch_ = epoch;
    cost_ = cost;
    parameters_ = std::move(parameters);
  }
  std::int64_t epoch() const { return epoch_; }  ///< 0: none yet
  double cost() const { return cost_; }
  const std::vector<double>& parameters() const { return parameters_; }

 private:
  double cost_ = std::numeric_limits<double>::infinity();
  std::int64_t epoch_ = 0;
  std::vector<double> parameters_;
};

}  // namespace talweg::train
