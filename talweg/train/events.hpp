#pragma once
#include <cstdint>
#include <string_view>

#include "talweg/base/export.hpp"
#include "talweg/optim/status.hpp"
#include "talweg/train/metrics/metrics.hpp"

namespace talweg::train {

/// Before the first step.
struct BeginEvent {
  std::int64_t epochs = 0;  ///< of the whole run
  std::int64_t made = 0;    ///< of these, when it goes on from a checkpoint
  double loss = 0;          ///< that it begins with; +infinity where nobody measures it
};

/// After one update.
struct StepEvent {
  std::int64_t step = 0;   ///< updates so far
  std::int64_t epoch = 0;  ///< the epoch that it belongs to, from 1
  double loss = 0;         ///< of its batch, before the update, in the target's unit
  double learning_rate = 0;
  bool clipped = false;
};

/// After one pass over the training rows.
struct EpochEvent {
  std::int64_t epoch = 0, epochs = 0;
  std::int64_t step = 0, steps = 0;  ///< updates so far, and of the whole run
  double loss = 0;                   ///< mean over the examples of the epoch, each at the time of its batch
  double learning_rate = 0;
  std::int64_t clipped = 0;  ///< updates so far that were clipped
  Metrics validation;        ///< empty without validation rows
  bool best = false;         ///< the best on the validation rows so far, by what the run is judged by
  double seconds = 0;        ///< since the start
  /// Of an iteration of a deterministic method; 0 evaluations: of another.
  std::int64_t evaluations = 0;
  double gradient_norm = 0, step_length = 0;
};

/// How far online learning is. The figures are those of rows before they were learned, in this pass.
struct StreamEvent {
  std::int64_t rows = 0;  ///< in all passes
  std::int64_t epoch = 1, epochs = 1;
  double share = 0;        ///< of the text of this pass; NaN when its length is not known
  double loss = 0;         ///< mean over the rows of this pass
  double recent_loss = 0;  ///< mean over the rows since the last milestone
  double roc_auc = 0;      ///< NaN where it is not defined
  double learning_rate = 0, seconds = 0;
  bool milestone = false;  ///< after 1,000, 2,000, 4,000, … rows: the same in every run
};

/// How a training run ended.
enum class Ending {
  completed,      ///< all epochs done
  early_stopped,  ///< nothing better on the validation rows for `patience` epochs
  converged,      ///< the change of the loss, or the gradient, fell below its tolerance
  time_limit,
  diverged,    ///< the loss grew without bound, or ended above where it began
  not_finite,  ///< NaN or infinity in the loss or the parameters
  stopped_by_caller,
  line_search_failed,  ///< a deterministic method found no lower point although the gradient promises one
};

/// As written in JSON: "completed", "early_stopped", …
TALWEG_API std::string_view name(Ending ending);
/// How a run through `minimize` ended: its limit of iterations is what was asked for, any other status without a name
/// here is a line search that failed.
TALWEG_API Ending ending_of(Status status);
/// Whether the computation did what was asked: exit status 0.
constexpr bool succeeds(Ending e) {
  return e == Ending::completed || e == Ending::early_stopped || e == Ending::converged;
}
/// Whether a run that ended so leaves its last parameters to be used.
constexpr bool usable(Ending e) { return e != Ending::diverged && e != Ending::not_finite; }

}  // namespace talweg::train
