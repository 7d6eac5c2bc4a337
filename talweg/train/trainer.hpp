#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "talweg/data/batches.hpp"
#include "talweg/data/sparse_rows.hpp"
#include "talweg/models/model.hpp"
#include "talweg/optim/optimizer.hpp"
#include "talweg/train/events.hpp"
#include "talweg/train/outcome.hpp"

namespace talweg::train {

/// Rows as a model takes them.
template <class T> struct Examples {
  std::size_t rows = 0, inputs = 0;
  AlignedVector<T> x;                 ///< (rows, inputs), or empty when the rows are sparse
  data::SparseRows sparse;            ///< (rows, inputs), in place of x
  models::EncodedTargets<T> targets;  ///< (rows)
  std::vector<double> truth;          ///< (rows), in the target's unit, or class indices
  bool is_sparse() const { return sparse.rows() > 0; }
};

struct TrainerOptions {
  std::int64_t epochs = 100;
  std::size_t batch_size = 32;  ///< rows in a mini-batch; at least the number of rows means all of them at once
  std::uint64_t seed = 0;       ///< of the shuffling
  data::Order order = data::Order::shuffled;
  /// Keep the parameters of the epoch that was best on the validation rows (accuracy, then loss; or loss), not the
  /// last.
  bool keep_best = false;
  std::int64_t patience = 0;  ///< epochs without a better one before the run stops and the best is kept; 0: never
  double max_seconds = std::numeric_limits<double>::infinity();
  double loss_tolerance = 0;      ///< converged when the epoch's loss changes by less, relatively, five times in a row
  double gradient_tolerance = 0;  ///< converged when max|g| of a full-batch step is at most this
  std::function<bool()> stop;     ///< asked after each step; true ends the run
  std::function<void(const StepEvent&)> on_step;
  std::function<void(const EpochEvent&)> on_epoch;
};

/// Trains a model: batch → forward → loss → backward → clip → rule → event. The model, the rows and the pool are the
/// caller's. Results do not depend on the number of threads of the pool.
template <class T> class Trainer {
 public:
  /// `validation` may have no rows.
  Trainer(models::Model<T>& model, Optimizer<T> optimizer, const Examples<T>& train, const Examples<T>& validation,
          TrainerOptions options, Pool& pool);

  /// Epochs until something ends the run.
  Outcome run();
  /// One update from the next batch; begins a new epoch when the last one is used up.
  StepEvent step();

  const Optimizer<T>& optimizer() const { return optimizer_; }

 private:
  struct Best {
    double accuracy = -1, loss = std::numeric_limits<double>::infinity();
    std::int64_t epoch = 0;
    std::vector<T> parameters;
  };

  void load_batch(std::span<const std::uint32_t> rows);
  T differentiate_batch();
  bool run_epoch(Ending& ending);
  void end_epoch();
  bool is_converged(const StepEvent& step);
  Metrics measure(const Examples<T>& examples);
  bool finite_parameters() const;
  double seconds() const;
  bool is_lost(double loss) const;
  void show_averages(std::vector<T>& kept);
  Outcome finish(Ending ending);
  std::string message(const Outcome& outcome) const;

  models::Model<T>& model_;
  Optimizer<T> optimizer_;
  const Examples<T>&train_, &validation_;
  TrainerOptions options_;
  Pool& pool_;
  data::Batches batches_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();

  AlignedVector<T> x_;                 ///< (batch, inputs)
  AlignedVector<T> values_;            ///< (batch) targets that are numbers
  std::vector<std::int32_t> classes_;  ///< (batch) targets that are classes
  std::size_t batch_rows_ = 0;
  std::vector<T> kept_, ahead_;

  std::int64_t epoch_ = 0, completed_epochs_ = 0, examples_ = 0;
  bool in_epoch_ = false;
  double epoch_loss_ = 0, previous_epoch_loss_ = std::numeric_limits<double>::quiet_NaN(), start_loss_ = 0;
  double constant_loss_ = 0, peak_loss_ = 0;
  std::int64_t epoch_examples_ = 0, still_epochs_ = 0, bad_step_ = 0;
  Best best_;
};

extern template class Trainer<float>;
extern template class Trainer<double>;

}  // namespace talweg::train
