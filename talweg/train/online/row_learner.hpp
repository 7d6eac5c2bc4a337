#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "talweg/data/stream/rows.hpp"
#include "talweg/models/sparse_linear.hpp"
#include "talweg/optim/first_order/sparse.hpp"
#include "talweg/train/online/held_out.hpp"
#include "talweg/train/online/row_loss.hpp"
#include "talweg/train/online/running_metrics.hpp"

namespace talweg::train::online {

/// What a row counts: in every figure, and in the loss.
struct CountedRow {
  double weight = 1, loss_weight = 1;
};
template <class T>
CountedRow counted(const data::stream::RowBlock<T>& rows, std::size_t r, std::span<const double> class_weights) {
  const double weight = rows.weight.empty() ? 1 : rows.weight[r];
  if (class_weights.empty()) return {weight, weight};
  return {weight, weight * class_weights[static_cast<std::size_t>(rows.truth[r])]};
}

/// The table, and what happens to it with each row: output, loss, figures, step.
template <class T> class RowLearner {
 public:
  /// `class_weights` (classes, or empty: 1 each) says what rows count in the loss, beside the weight of each.
  RowLearner(const models::Head& head, FirstOrder method, std::size_t places, std::vector<double> class_weights = {});

  /// Learns rows [from, to) of a block, the first of which is row `number` of its pass. Returns the row whose output or
  /// loss is no finite number, before anything was learned from it; `to` when there is none.
  std::size_t learn(const data::stream::RowBlock<T>& rows, std::size_t from, std::size_t to, std::int64_t number,
                    const HeldOut& held_out, RunningMetrics& metrics);
  /// Makes room for the places of a block.
  void make_room(const data::stream::RowBlock<T>& rows);

  /// The places whose weights are not all zero, and these.
  void put_weights(models::SparseLinear& model) const;
  /// Begins with the weights of a model; before the first row.
  void take_weights(const models::SparseLinear& model);

  SparseOptimizer<T>& table() { return table_; }
  const SparseOptimizer<T>& table() const { return table_; }
  std::size_t largest() const { return largest_; }  ///< place that a row had
  void set_largest(std::size_t largest) { largest_ = largest; }

 private:
  RowLoss loss_;
  std::vector<double> class_weights_;
  SparseOptimizer<T> table_;
  std::size_t largest_ = 0;
  std::vector<T> out_, slope_;           // (outputs)
  std::vector<double> output_, slopes_;  // (outputs)
};

}  // namespace talweg::train::online
