#pragma once
#include "talweg/optim/method.hpp"
#include "talweg/train/trainer.hpp"

/// Training by the deterministic methods: one objective over all rows, minimised by the loop that minimises everything
/// else. An iteration counts as an epoch.
namespace talweg::train {

struct FullBatchOptions {
  std::int64_t iterations = 10'000;
  double tolerance = 1e-8;  ///< Options::tolerance; 0: never
  /// Keep the parameters of the iteration that was best on the validation rows.
  bool keep_best = false;
  std::string select = {};    ///< the metric that says what is best, see Judge; empty: log_loss, or the loss
  std::int64_t patience = 0;  ///< iterations without a better one before the run stops and the best is kept; 0: never
  double max_seconds = std::numeric_limits<double>::infinity();
  std::function<bool()> stop = {};  ///< asked after each iteration; true ends the run
  std::function<void(const StepEvent&)> on_step = {};
  std::function<void(const EpochEvent&)> on_epoch = {};
};

/// Minimises mean loss + penalties over `train` from the parameters of `model`, and leaves what it found there. Models
/// without hidden layer are minimised in whitened variables (models/whitening.hpp), where the tolerance is meant; their
/// rows may be sparse. The gradient check of `minimize` is off: every operation has its own in the tests. The same bits
/// for every number of threads of the pool.
Outcome minimize_full_batch(models::Model<double>& model, const Method& method, const Examples<double>& train,
                            const Examples<double>& validation, const FullBatchOptions& options, Pool& pool);

/// Whether the objective of a model by this loss has one minimum: every local one is as good as any.
bool is_convex(const models::ModelSpec& spec);

}  // namespace talweg::train
