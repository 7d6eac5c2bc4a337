#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/train/postmortem/recorder.hpp"

namespace talweg::train {

/// A change that was tried on a state before the failure, and what came of it.
struct Trial {
  std::string change;       ///< "learning_rate=0.001", "standardised inputs"
  bool afresh = false;      ///< from the start of the run; otherwise from PostMortem::tried_from on
  std::int64_t steps = 0;   ///< made with it
  double from = 0, to = 0;  ///< loss of up to 1,024 training rows before and after; `to` NaN where it is none
  bool helped = false;
};

/// What can be found out about a run that failed, by making its last steps again.
struct TALWEG_API PostMortem {
  enum class Finding { not_finite, diverged, stalled };
  Finding finding = Finding::not_finite;

  std::int64_t step = 0, epoch = 0;  ///< where it went wrong; of a stall the last
  std::vector<std::uint32_t> rows;   ///< training rows of that step, by their place among them; empty: all of them
  /// What grew beyond all bounds first: "the outputs of dense2", "dense1.weight"; empty: nothing did.
  std::string part;
  double size = 0;                   ///< the largest number there in that step; infinity: no finite number
  double size_before = 0;            ///< the same at `tried_from`
  std::optional<std::uint32_t> row;  ///< the row of the step that has it, where it stands out from the others

  /// An input whose numbers are of another size than those of the others.
  struct Odd {
    std::size_t input = 0;            ///< its place among the inputs of the model
    double largest = 0, typical = 0;  ///< |x| at most, of this one and of the median input
  };
  std::optional<Odd> odd;

  std::vector<StepRecord> last;  ///< up to Recorder::kept steps, the last one at the end
  std::int64_t tried_from = 0;   ///< steps before the state that changes were tried on
  std::vector<Trial> tried;

  /// The change that helped, the last one tried; nullptr where none did.
  const Trial* remedy() const { return !tried.empty() && tried.back().helped ? &tried.back() : nullptr; }
  /// "tried from step 150 on: with learning_rate=0.01 the loss fell from 2.3 to 0.9 in 50 steps"; empty where nothing
  /// was tried.
  std::string told() const;
};

}  // namespace talweg::train
