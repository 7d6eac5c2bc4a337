#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "talweg/models/head.hpp"
#include "talweg/parallel/pool.hpp"

namespace talweg::train {

/// Named figures in the order in which they are shown: loss, accuracy, log_loss, roc_auc, or loss, rmse, mae, r2.
struct Metrics {
  std::vector<std::pair<std::string, double>> values;
  /// (classes, classes): rows are the truth, columns the prediction; empty for regression.
  std::vector<std::int64_t> confusion;

  bool empty() const { return values.empty(); }
  /// NaN when there is no figure of that name.
  double get(std::string_view name) const;
};

/// All in double. `outputs` (rows, head.outputs) are the network's, `truth` (rows) numbers in the target's unit or
/// class indices. log_loss is −mean log p(true class); roc_auc exists for two classes that both occur; r2 needs a
/// target that varies.
Metrics measure(Pool& pool, const models::Head& head, std::span<const double> outputs, std::span<const double> truth);

/// The area under the ROC curve, ties counting half; NaN unless both classes occur. `positive` holds 0 or 1.
double roc_auc(std::span<const double> scores, std::span<const double> positive);

}  // namespace talweg::train
