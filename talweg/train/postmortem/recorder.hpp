#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "talweg/base/archive.hpp"

namespace talweg::train {

/// One of the last steps of a run.
struct StepRecord {
  std::int64_t step = 0, epoch = 0;
  double loss = 0;  ///< of its batch, before the update, in the target's unit
  double learning_rate = 0;
  double gradient_norm = std::numeric_limits<double>::quiet_NaN();  ///< ‖∇‖₂; known of steps that were made again
};

/// The last steps of a run, and a state from which at least that many steps lead to its end (or all of them, in a
/// shorter run). It costs a copy of the state every `between_states` steps.
class Recorder {
 public:
  static constexpr std::int64_t kept = 50;
  /// Steps from one state to the next: of 50, the copies took 5 to 10 % of the training of small networks.
  static constexpr std::int64_t between_states = 250;
  /// Of more parameters no state is kept: two copies of it would be felt.
  static constexpr std::size_t most_parameters = std::size_t{1} << 23;

  struct Saved {
    std::int64_t steps = 0;  ///< made before it
    Archive state;
  };

  bool is_due(std::int64_t steps) const { return !newer_ || steps >= newer_->steps + between_states; }
  void take(std::int64_t steps, Archive state) {
    older_ = std::move(newer_);
    newer_ = Saved{steps, std::move(state)};
  }
  void note(const StepRecord& record) { ring_[count_++ % ring_.size()] = record; }

  std::vector<StepRecord> last() const {
    std::vector<StepRecord> out;
    for (std::size_t i = count_ - std::min(count_, ring_.size()); i < count_; ++i)
      out.push_back(ring_[i % ring_.size()]);
    return out;
  }
  /// nullptr where none was taken.
  const Saved* state() const { return older_ ? &*older_ : newer_ ? &*newer_ : nullptr; }

 private:
  std::array<StepRecord, kept> ring_;
  std::size_t count_ = 0;
  std::optional<Saved> older_, newer_;
};

}  // namespace talweg::train
