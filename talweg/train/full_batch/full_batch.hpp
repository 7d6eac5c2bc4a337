#pragma once
#include <limits>
#include <memory>

#include "talweg/optim/method.hpp"
#include "talweg/train/examples.hpp"
#include "talweg/train/learner.hpp"

/// Training by the deterministic methods: one objective over all rows, and an iteration counts as an epoch.
namespace talweg::train {

struct FullBatchOptions {
  double tolerance = 1e-8;                                       ///< talweg::Options::tolerance; 0: never
  double max_seconds = std::numeric_limits<double>::infinity();  ///< within an iteration, too
};

/// A learner that minimises mean loss + penalties over `training` from the parameters of `model`. Models without hidden
/// layer are minimised in whitened variables (models/whitening.hpp), where the tolerance is meant; their rows may be
/// sparse. The same bits for every number of threads of the pool. Model, rows and pool must outlive it; the pool works
/// for the model as long as the learner lives.
std::unique_ptr<Learner> full_batch(models::Model<double>& model, const Method& method,
                                    const Examples<double>& training, const Examples<double>& validation,
                                    const FullBatchOptions& options, Pool& pool);

/// Whether the objective of a model by this loss has one minimum: every local one is as good as any.
bool is_convex(const models::ModelSpec& spec);

}  // namespace talweg::train
