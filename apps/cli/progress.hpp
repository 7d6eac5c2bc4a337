#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "talweg/api/train/train.hpp"

/// A bar with epoch, loss, learning rate and remaining time on standard error, drawn at most ten times a second.
class ProgressBar {
 public:
  /// `total_steps` 0: unknown; a line without bar and remaining time.
  void step(const talweg::train::StepEvent& event, std::int64_t total_steps);
  /// Rows that are read one by one.
  void stream(const talweg::train::StreamEvent& event);
  void epoch(const talweg::train::EpochEvent& event) { validation_ = event.validation.get("loss"); }
  /// Takes the bar off the screen.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point begin_ = Clock::now(), drawn_{};
  double loss_ = 0, validation_ = 0;
  bool visible_ = false;
};
