#pragma once
#include <functional>
#include <memory>

#include "talweg/compare/course.hpp"
#include "talweg/compare/statistics.hpp"

namespace talweg::compare {

struct RaceSettings {
  std::int64_t evaluations = 1000;  ///< the budget of each attempt
  int seeds = 20;
  std::optional<double> target = {};
  int tuning_rates = 9;  ///< tried for each method that has a rate and names none; 0: they run with their defaults
  int tuning_seeds = 3;
  int jobs = 1;  ///< attempts side by side; no number but the time depends on it
  bool paths = false;
  std::function<void(std::int64_t attempts)> on_progress = {};  ///< attempts made so far; one call at a time
};

/// One method over the whole race.
struct Contestant {
  Entrant entrant;
  double rate = std::numeric_limits<double>::quiet_NaN();  ///< that it ran with; NaN: it has none
  bool tuned = false;
  std::string ran;  ///< the spec with every parameter
  std::int64_t tuning_evaluations = 0;
  std::vector<Attempt> attempts;  ///< one for each seed

  Interval value;  ///< at the end of the budget, over the seeds
  std::int64_t failures = 0;
  std::int64_t reached = 0;                                                ///< attempts that reached the target
  double evaluations_to_target = std::numeric_limits<double>::infinity();  ///< median; infinite: fewer than half did
  double seconds_to_target = std::numeric_limits<double>::infinity();
  int rank = 0;       ///< 1 is the best: by wins less losses against all others, over all seeds
  std::string group;  ///< letters; two contestants that share one do not differ significantly
};

/// The paired test of two contestants, indices into Race::contestants.
struct Pairing {
  std::size_t first, second;
  std::int64_t wins, losses, ties;  ///< of the first, over the seeds
  double p;                         ///< corrected
};

struct Race {
  std::int64_t budget = 0;
  std::string unit, starts;
  int seeds = 0;
  bool random = true;  ///< whether the seeds change anything; without, each method runs once and nothing is tested
  double target = std::numeric_limits<double>::quiet_NaN();
  std::string target_rule;
  int tuning_rates = 0, tuning_seeds = 0;
  std::vector<Contestant> contestants;  ///< in the order given
  std::vector<Pairing> pairings;

  std::vector<std::size_t> by_rank() const;
};

inline constexpr double significance = 0.05;

/// Who of two was better from one seed: −1 the first, 1 the second, 0 neither. Not failing beats failing; reaching the
/// target beats missing it; of two that reach it the one with fewer evaluations is better; of two that miss it the one
/// with the lower value, differences below 1e-9·max(1, |value|) aside.
int better(const Attempt& first, const Attempt& second, double target);

/// Tunes, races, tests. Throws Error for an entrant that cannot take part and for fewer than one.
Race race(const Course& course, const std::vector<Entrant>& entrants, const RaceSettings& settings);

}  // namespace talweg::compare
