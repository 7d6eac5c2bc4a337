#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "talweg/data/input.hpp"
#include "talweg/data/stream/rows.hpp"
#include "talweg/models/sparse_linear.hpp"
#include "talweg/optim/spec.hpp"
#include "talweg/train/checkpoint.hpp"
#include "talweg/train/events.hpp"
#include "talweg/train/metrics/metrics.hpp"
#include "talweg/train/online/held_out.hpp"
#include "talweg/train/outcome.hpp"

namespace talweg::train::online {

/// A run of online learning, decided down to the last setting.
struct Plan {
  data::Input file;
  data::Input validation;       ///< other rows; empty: none
  double validation_share = 0;  ///< of the rows of `file`, held out by a hash of their number
  data::Input test;             ///< the same, measured once, at the end
  double test_share = 0;
  HeldOut held_out() const { return {validation_share, test_share, seed}; }
  std::uint64_t seed = 0;
  models::ModelSpec spec;
  models::Head head;
  data::stream::RowOptions rows;
  std::vector<double> class_weights;  ///< (classes) what their rows count in the loss; empty: 1
  FirstOrder method = Sgd{};
  std::optional<models::SparseLinear> start;  ///< weights and names to begin with
  std::int64_t epochs = 1;
  int threads = 1;
  double max_seconds = std::numeric_limits<double>::infinity();
  CheckpointPlan checkpoint;
  std::function<void(const StreamEvent&)> on_progress;
  std::function<void(const EpochEvent&)> on_epoch;
  std::function<bool()> stop;  ///< asked after each block of rows
};

struct Outcome : train::Outcome {
  Metrics progressive;  ///< of the first pass: each row before anything was learned from it
  std::int64_t validation_rows = 0, test_rows = 0;
  Metrics test;
  data::stream::Oddities odd;
  std::vector<StreamEvent> milestones;
  std::size_t table_bytes = 0, places = 0;  ///< places of the table, the bias among them
  bool resumed = false;
  models::SparseLinear model;
};

/// Learns. `reader` stands at the beginning of `plan.file`. T is the type of the table.
template <class T> Outcome run(const Plan& plan, data::stream::BlockReader reader);

/// Measures a model on rows, one pass.
struct Measured {
  Metrics metrics;
  std::int64_t rows = 0;
  data::stream::Oddities odd;
  /// The number of the first row whose output or loss is no finite number, from 0: measuring ends there.
  std::optional<std::int64_t> without_number;
};
/// `head` is the model's, with the positive class and the threshold of these figures.
template <class T>
Measured measure(const models::SparseLinear& model, const models::Head& head, data::stream::BlockReader reader,
                 const data::stream::RowOptions& rows, const std::string& origin, int threads);

/// Rows of each class (classes) of a text that can be read again, without those held out.
std::vector<std::int64_t> count_classes(const data::Input& file, const data::stream::RowOptions& rows,
                                        const HeldOut& held_out, int threads);

/// Bytes of text in a block: small enough for a block and its rows to stay in the second-level cache.
inline constexpr std::size_t block_bytes = std::size_t{1} << 17;

}  // namespace talweg::train::online
