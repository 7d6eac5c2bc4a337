#pragma once
#include <span>

#include "talweg/models/head.hpp"
#include "talweg/nn/ops/losses.hpp"

namespace talweg::train::online {

/// The loss of one row and its slope for each output, in double. The formulas are those of nn/ops/losses/.
class RowLoss {
 public:
  explicit RowLoss(const models::Head& head);
  /// `outputs` and `slopes` (head.outputs); `truth` is the target's number, or the index of the class.
  double operator()(std::span<const double> outputs, double truth, std::span<double> slopes) const;

 private:
  nn::Loss loss_;
  bool two_classes_;
};

}  // namespace talweg::train::online
