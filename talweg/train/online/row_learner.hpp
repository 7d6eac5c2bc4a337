#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "talweg/data/stream/rows.hpp"
#include "talweg/models/sparse_linear.hpp"
#include "talweg/optim/first_order/sparse.hpp"
#include "talweg/train/online/row_loss.hpp"
#include "talweg/train/online/running_metrics.hpp"

namespace talweg::train::online {

/// Rows of a stream that are kept for validation: by a hash of their number, so that no list of them is needed.
struct HeldOut {
  double share = 0;
  std::uint64_t seed = 0;
  bool operator()(std::int64_t row) const;
};

/// The table, and what happens to it with each row: output, loss, figures, step.
template <class T> class RowLearner {
 public:
  RowLearner(const models::Head& head, FirstOrder method, std::size_t places);

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
  SparseOptimizer<T> table_;
  std::size_t largest_ = 0;
  std::vector<T> out_, slope_;           // (outputs)
  std::vector<double> output_, slopes_;  // (outputs)
};

}  // namespace talweg::train::online
