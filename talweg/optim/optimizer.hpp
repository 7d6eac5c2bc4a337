#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/objective.hpp"
#include "talweg/optim/spec.hpp"
#include "talweg/simd/aligned.hpp"

namespace talweg {

/// A named part of the one flat parameter vector of a model: "dense1.weight".
struct Segment {
  std::string name;
  std::size_t offset = 0, size = 0;
  bool operator==(const Segment&) const = default;
};

/// What the caller knows of the point that it steps from.
struct StepInfo {
  std::optional<double> value;  ///< f at x; `rprop:irprop+` needs it
};

struct StepOutcome {
  double learning_rate;  ///< of this step, after the schedule; the first group's where there are groups
  bool clipped;
};

/// A first-order method at work on one flat vector x (n) of T = float or double: the rule's slots, the step count, the
/// schedule and everything else that decides the future. The caller owns x and g.
template <class T> class TALWEG_API Optimizer {
 public:
  Optimizer(FirstOrder method, std::size_t size);
  /// Segments lie one after another from 0 without gaps. Groups and per-tensor clipping go by them.
  Optimizer(FirstOrder method, std::vector<Segment> segments);
  Optimizer(const Optimizer& other);
  Optimizer& operator=(const Optimizer& other);
  Optimizer(Optimizer&&) noexcept;
  Optimizer& operator=(Optimizer&&) noexcept;
  ~Optimizer();

  /// One update of x (n) from the gradient g (n) at x, or at `look_ahead` where the method wants it there.
  /// Throws Error for wrong sizes or a missing value.
  StepOutcome step(std::span<T> x, std::span<const T> g, const StepInfo& info = {});

  bool looks_ahead() const { return method_.info().traits.looks_ahead; }
  /// Where the gradient of the next step is wanted: x itself unless `looks_ahead()`.
  void look_ahead(std::span<const T> x, std::span<T> out) const;

  /// Changes a key of the method from the next step on, as FirstOrder::set: the rate of a schedule that the caller
  /// keeps. Throws Error, and changes nothing, for what FirstOrder refuses and for a key that decides what is kept for
  /// each element (momentum=0 to 0.9, amsgrad, averaging, ema).
  void set(std::string_view key, std::string_view value);

  /// Every x is moved onto the box after its step. Empty: none.
  void set_bounds(const Bounds& bounds);
  /// Steps of large vectors are cut and handed to this; how they are cut changes no bit.
  void set_parallel(ParallelFor parallel) { parallel_ = std::move(parallel); }
  /// The length of the run, for a schedule that was given without `steps`.
  void set_total_steps(std::int64_t steps);
  /// One look of the `plateau` schedule at the value that it watches.
  void watch(double value) { state_.schedule.watch(method_.schedule, value); }

  const FirstOrder& method() const { return method_; }
  const std::vector<Segment>& segments() const { return segments_; }
  std::size_t size() const { return size_; }
  std::int64_t steps() const { return state_.t; }
  std::int64_t clipped_steps() const { return state_.clipped; }
  double learning_rate() const;  ///< of the last step

  /// What decided the last step of one element, for those who show its arithmetic.
  struct Treatment {
    const FirstOrder& method;  ///< with the settings of the element's group
    StepContext context;
    std::span<const double> carry;  ///< as it entered the step
  };
  Treatment treatment(std::size_t element) const;

  std::vector<std::string_view> slot_names() const;  ///< those in use
  std::span<const T> slot(std::string_view name) const;
  std::span<const T> average() const { return state_.average; }                ///< empty without `averaging`
  std::span<const T> moving_average() const { return state_.moving_average; }  ///< empty without `ema`
  /// Slots and derived numbers after the last step, by name: velocity, first_moment, learning_rate, …
  Observations observe() const;

  /// Takes up a run that was made elsewhere, before the first step here: `steps` were made, and the named slots hold
  /// these numbers; others stay as they begin. Throws Error for a name that is no slot, other sizes, and averages of
  /// the iterates, which no slot holds.
  struct NamedSlot {
    std::string_view name;
    std::span<const T> values;  ///< (n)
  };
  void resume(std::int64_t steps, std::span<const NamedSlot> slots);

  /// Everything that decides the future, bit for bit. The bounds and the executor are not part of it.
  std::vector<std::byte> save() const;
  /// Throws Error when the bytes are damaged or belong to another method, number type or size.
  void load(std::span<const std::byte> bytes);

 private:
  /// Hyperparameters of its own, and the carry before the last step so that the step can be folded again.
  struct GroupState {
    StepContext context{0, 0, 0};
    std::vector<double> carry;
  };
  struct State {
    std::int64_t t = 0, clipped = 0;
    double previous_value = std::numeric_limits<double>::quiet_NaN();
    ScheduleState schedule;
    std::vector<GroupState> groups;
    simd::StaggeredArrays<T> slots;
    std::vector<T> average, moving_average;
  };
  /// A run of elements that share hyperparameters (and, when clipping each tensor, a scale).
  struct Piece {
    std::size_t begin, end, group;
  };

  void build();
  void refold();
  bool clip_scales(std::span<const T> g, std::vector<double>& scales) const;
  void prepare(const StepInfo& info);
  void run(std::size_t begin, std::size_t end, T* x, const T* g, std::span<const double> scales);
  void follow(std::size_t begin, std::size_t end, T* x);
  Prelude<T> prelude(std::size_t group, double scale) const;
  std::vector<T*> slots_from(std::size_t begin) const;

  FirstOrder method_;
  std::vector<Segment> segments_;
  std::size_t size_ = 0;
  std::vector<FirstOrder> group_methods_;  ///< the method itself, then one for each group
  std::vector<std::unique_ptr<Updater<T>>> updaters_;
  std::vector<Piece> pieces_;
  std::vector<T> lower_, upper_;
  ParallelFor parallel_;
  State state_;
};

}  // namespace talweg
