#pragma once
#include <functional>
#include <vector>

#include "talweg/train/checkpoint.hpp"
#include "talweg/train/terms/terms.hpp"

namespace talweg::train {

/// What keeps a run over terms so that it can be taken up again.
struct TermsCheckpoint {
  CheckpointPlan plan = {};                 ///< without a folder nothing is kept
  std::function<void()> fresh = {};         ///< before the first step of a run that goes on from nothing
  std::function<void(Archive&)> save = {};  ///< adds to what the loop and the terms write
  std::function<void(const Archive&)> load = {};
};

/// What `minimize` does, with checkpoints of the kind `checkpoint_of_minimize_batches`.
Result run_terms(const Separable& f, std::vector<double> x0, const FirstOrder& rule, const StochasticOptions& options,
                 const TermsCheckpoint& checkpoint);

}  // namespace talweg::train
