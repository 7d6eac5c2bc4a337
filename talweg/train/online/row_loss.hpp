#pragma once
#include <span>

#include "talweg/models/head.hpp"
#include "talweg/nn/ops/losses.hpp"

namespace talweg::train::online {

/// The loss of one row and its slope for each output, in double. The formulas are those of nn/ops/losses/.
class RowLoss {
 public:
  explicit RowLoss(const models::Head& head) : loss_(nn::loss(head.loss)) {
    if (loss_.traits().task != nn::Task::binary) return;
    first_ = loss_.traits().label(0);
    step_ = loss_.traits().label(1) - first_;
  }
  /// `outputs` and `slopes` (head.outputs); `truth` is the target's number, or the index of the class.
  double operator()(std::span<const double> outputs, double truth, std::span<double> slopes) const {
    return loss_.of_row(outputs, first_ + step_ * truth, slopes);
  }

 private:
  nn::Loss loss_;
  double first_ = 0, step_ = 1;  ///< of two classes: from their index to the label that the loss takes
};

}  // namespace talweg::train::online
