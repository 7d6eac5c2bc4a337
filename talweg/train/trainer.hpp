#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "talweg/data/batches.hpp"
#include "talweg/data/sparse_rows.hpp"
#include "talweg/models/model.hpp"
#include "talweg/optim/optimizer.hpp"
#include "talweg/train/events.hpp"
#include "talweg/train/judge.hpp"
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

/// Raw outputs (rows, outputs) of a model, and the figures of these rows; empty without rows.
template <class T> std::vector<double> outputs_of(models::Model<T>& model, const Examples<T>& examples, Pool& pool);
template <class T> Metrics measure(models::Model<T>& model, const Examples<T>& examples, Pool& pool);

struct TrainerOptions {
  std::int64_t epochs = 100;
  std::size_t batch_size = 32;  ///< rows in a mini-batch; at least the number of rows means all of them at once
  std::uint64_t seed = 0;       ///< of the shuffling
  data::Order order = data::Order::shuffled;
  /// Keep the parameters of the epoch that was best on the validation rows, not the last.
  bool keep_best = false;
  std::string select;         ///< the metric that says what is best, see Judge; empty: log_loss, or the loss
  std::int64_t patience = 0;  ///< epochs without a better one before the run stops and the best is kept; 0: never
  double max_seconds = std::numeric_limits<double>::infinity();
  double loss_tolerance = 0;      ///< converged when the epoch's loss changes by less, relatively, five times in a row
  double gradient_tolerance = 0;  ///< converged when max|g| of a full-batch step is at most this
  std::function<bool()> stop;     ///< asked after each step; true ends the run
  std::function<void(const StepEvent&)> on_step;
  std::function<void(const EpochEvent&)> on_epoch;
};

/// Trains a model: batch → forward → loss → backward → clip → rule → event. The model, the rows and the pool are the
/// caller's, and must outlive it; the pool works for the model during a call only. Results depend neither on the number
/// of threads of the pool nor on who listens. A copy is a run of its own from here on, on the same model.
template <class T> class Trainer {
 public:
  /// `validation` may have no rows. Throws Error for options that have no effect, for an optimizer made for other
  /// parameters than the model's, and for sparse rows.
  Trainer(models::Model<T>& model, Optimizer<T> optimizer, const Examples<T>& train, const Examples<T>& validation,
          TrainerOptions options, Pool& pool);

  /// Epochs until something ends the run.
  Outcome run();
  /// One update from the next batch. The last batch of an epoch ends it: validation, schedule, on_epoch.
  StepEvent step();

  const Optimizer<T>& optimizer() const { return optimizer_; }

 private:
  void check() const;
  void load_batch(std::span<const std::uint32_t> rows);
  T differentiate_batch();
  StepEvent update(std::span<const std::uint32_t> rows);
  std::optional<Ending> ending_after(const StepEvent& step) const;
  std::optional<Ending> ending_after_epoch() const;
  void end_epoch();
  void keep_candidate();
  bool is_converged(const StepEvent& step) const;
  Metrics measure(const Examples<T>& examples) const { return train::measure(*model_, examples, *pool_); }
  std::span<T> values() const { return model_->network().parameters().values; }
  bool finite_parameters() const;
  double seconds() const;
  bool is_lost(double loss) const;
  std::vector<T> show_averages();
  void rescue(Outcome& outcome);
  Outcome finish(Ending ending);
  std::string message(const Outcome& outcome, double lost_at) const;
  std::string kept_epoch(const Outcome& outcome) const;

  models::Model<T>* model_;
  Optimizer<T> optimizer_;
  const Examples<T>*train_, *validation_;
  TrainerOptions options_;
  Pool* pool_;
  data::Batches batches_;
  Judge judge_;
  bool judges_ = false;  ///< whether the validation rows decide anything
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
  BestEpoch<T> best_;         ///< on the validation rows where they decide, otherwise by the loss of the epoch after
  std::vector<T> candidate_;  ///< of the last epoch, where the loss of the next one judges it
};

extern template class Trainer<float>;
extern template class Trainer<double>;

}  // namespace talweg::train
