#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "talweg/train/events.hpp"
#include "talweg/train/metrics/metrics.hpp"
#include "talweg/train/postmortem/postmortem.hpp"

namespace talweg::train {

/// What every way to train has to tell at its end.
struct Outcome {
  Ending ending = Ending::completed;
  std::string message;  ///< what happened, with numbers, and what to do next
  std::int64_t epochs = 0, steps = 0, examples = 0, clipped = 0;
  std::int64_t best_epoch = 0;  ///< of the parameters that were restored; 0: the last ones were kept
  std::string judged_by;        ///< the metric of the validation rows that decided it; empty: none did
  double seconds = 0;
  /// Of the deterministic methods: evaluations of the objective, its value in the target's unit, penalties included,
  /// and the largest entry of its gradient.
  std::int64_t evaluations = 0;
  double objective = std::numeric_limits<double>::quiet_NaN(), gradient_norm = objective;
  /// Of the parameters that are left in the model; empty where nothing is, or where the run was stopped while they were
  /// measured.
  Metrics train, validation;
  std::shared_ptr<const PostMortem> post_mortem;  ///< of a run that failed or hardly moved; nullptr: of another

  /// Whether the parameters that are left may be used and saved: after a failed run, those of an epoch before it. A run
  /// that was stopped before its first step has learned nothing.
  bool usable() const {
    const bool untouched = ending == Ending::stopped_by_caller && steps == 0;
    return (train::usable(ending) && !untouched) || best_epoch > 0;
  }
};

}  // namespace talweg::train
