#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/describe.hpp"
#include "talweg/base/export.hpp"

namespace talweg {

/// How the learning rate changes with the step t = 1, 2, … With k = t − 1 − warmup (the step within the schedule
/// proper, from 0), S = steps − warmup, and η the learning rate of the method:
///   constant       η
///   step           η·factor^⌊k/every⌋                                     PyTorch's StepLR
///   exponential    η·factor^k                                             ExponentialLR
///   polynomial     η·(1 − min(k, S)/S)^power                              PolynomialLR
///   inverse_time   η/(1 + decay·k)
///   cosine         min + (η − min)·(1 + cos(π·min(k, S)/S))/2             CosineAnnealingLR, held at min after S
///   one_cycle      from η/divide up to η over the share `rise` of S, down to η/(divide·final_divide); both ways on a
///                  cosine; then held; a run too short to rise begins at η or below
///                                                                         OneCycleLR (momentum is left alone)
///   warm_restarts  as cosine over `period` steps, again and again, each `multiply` times as long as the one before
///                                                                         CosineAnnealingWarmRestarts
///   plateau        max(min, η·factor^r); r counts the times that the watched value did not fall below
///                  best − threshold·|best| for more than `patience` looks; `cooldown` looks do not count after each
///                                                                         ReduceLROnPlateau, mode min, without its eps
/// Before any of them, for t <= warmup: η·t/warmup, which is LinearLR joined by SequentialLR in PyTorch (there with
/// start_factor 1/warmup and total_iters warmup − 1). `min` is an absolute rate.
struct TALWEG_API Schedule {
  enum class Kind { constant, step, exponential, polynomial, inverse_time, cosine, one_cycle, warm_restarts, plateau };
  Kind kind = Kind::constant;
  std::int64_t warmup = 0;
  std::int64_t steps = 0;  ///< of the whole run, warm-up included; 0: set by who knows the length of the run
  std::int64_t every = 0, period = 0, patience = 10, cooldown = 0;
  double factor = 0.1, power = 1, decay = 0, min = 0, multiply = 1, rise = 0.3, divide = 25, final_divide = 1e4;
  double threshold = 1e-4;

  /// "cosine,warmup=100,steps=5000". Throws Error for unknown kinds and keys, values out of range and keys that this
  /// kind does not read.
  static Schedule parse(std::string_view text);
  /// The text that `parse` reads back to the same schedule.
  std::string spec() const;
  /// Throws Error for values out of range, those that this kind does not read apart.
  void validate() const;
  /// Whether `steps` is needed and not given.
  bool lacks_steps() const;
  /// Sets `steps` where it is lacking. Throws Error for a run that is over before its warm-up.
  void set_run_length(std::int64_t total);
  /// "constant", "step", … in the order of Kind.
  static std::span<const std::string_view> kinds();
  /// Each kind with the keys that it reads.
  static std::vector<ItemInfo> items();
  bool changes_rate() const { return kind != Kind::constant || warmup > 0; }

  bool operator==(const Schedule&) const = default;
};

/// What a schedule remembers: only `plateau` does.
struct TALWEG_API ScheduleState {
  double best = std::numeric_limits<double>::infinity();
  double factor = 1;  ///< factor^r
  std::int64_t bad = 0, cooling = 0;

  /// One look at the watched value.
  void watch(const Schedule& schedule, double value);
  bool operator==(const ScheduleState&) const = default;
};

/// The learning rate of step t, counted from 1, from the method's own rate.
TALWEG_API double scheduled_rate(const Schedule& schedule, const ScheduleState& state, double learning_rate,
                                 std::int64_t t);

}  // namespace talweg
