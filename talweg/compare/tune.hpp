#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "talweg/compare/course.hpp"

namespace talweg::compare {

/// How good attempts are in the race to a target: fewer failures, then fewer evaluations to the target, then a lower
/// value. Medians over the attempts.
struct Score {
  std::int64_t failures = 0;
  double evaluations, value;

  Score(const std::vector<Attempt>& attempts, double target);
  bool operator<(const Score& other) const;
};

/// A rate that was tried, and what came of it.
struct TriedRate {
  double rate;
  std::vector<Attempt> attempts;  ///< one for each tuning seed; empty: the method does not take this rate
};

/// Looks for the best rate in a fixed number of tries: by decades from the default, uphill and downhill from the best
/// so far, then by half and by quarter decades around it.
class RateSearch {
 public:
  explicit RateSearch(double start) : start_(start) {}
  /// The next rate to try; nullopt when the neighbours of the best are known down to a quarter of a decade.
  std::optional<double> next(double target);
  void record(std::vector<Attempt> attempts) { tried_.push_back({rate(place_.back()), std::move(attempts)}); }
  /// The best rate tried. The default when every one failed.
  double best(double target) const;
  const std::vector<TriedRate>& tried() const { return tried_; }

 private:
  double rate(int place) const;
  std::optional<std::size_t> best_index(double target) const;
  bool is_known(int place) const;

  double start_;
  int step_ = 4;            ///< in quarters of a decade
  std::vector<int> place_;  ///< of tried_, in quarters of a decade from the start
  std::vector<TriedRate> tried_;
};

}  // namespace talweg::compare
