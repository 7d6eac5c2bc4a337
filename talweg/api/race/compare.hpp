#pragma once
#include <functional>

#include "talweg/api/race/subject.hpp"
#include "talweg/compare/race.hpp"

/// A race between methods: what `talweg compare` does, without the printing.
namespace talweg::api {

/// Runs side by side.
inline constexpr int most_jobs = 1024;

struct CompareRequest {
  SubjectRequest subject;
  std::vector<std::string> optimizers;  ///< empty: the usual ones for the subject
  std::optional<std::int64_t> seeds, evaluations;
  std::optional<double> target_value;
  std::optional<std::int64_t> tune;  ///< rates tried for each method that names none; 0: the defaults run
  int jobs = 1;
  bool time = false;   ///< with seconds, which differ from run to run
  bool paths = false;  ///< keep the points of the first seed
  std::function<void(std::int64_t attempts)> on_progress;

  template <class R = CompareRequest> static std::vector<Option<R>> options();
};

template <class R> std::vector<Option<R>> CompareRequest::options() {
  constexpr std::string_view race = "Race";
  using O = Option<R>;
  std::vector<O> all = SubjectRequest::options<R>();
  for (const O& option :
       {O::template of<&R::optimizers>({.name = "optimizers",
                    .takes = "SPEC SPEC ...",
                    .help = "the methods: name[:variant][,key=value]..., on files also batch_size=N|all",
                    .group = race,
                    .several = true}),
        O::template of<&R::seeds>(
            {.name = "seeds", .takes = "N", .help = "runs of each method (20)", .group = race, .low = 1}),
        O::template of<&R::evaluations>({.name = "evaluations",
                    .takes = "N",
                    .help = "the budget of each run (1000; on files, gradients of single examples: 20 passes)",
                    .group = race,
                    .low = 2}),
        O::template of<&R::target_value>({.name = "target_value",
                    .takes = "F",
                    .help = "the value to be reached; by default what the race shows",
                    .group = race}),
        O::template of<&R::tune>({.name = "tune",
                    .takes = "N",
                    .help = "rates tried for each method that names none (9); 0: the defaults",
                    .group = race,
                    .low = 0}),
        O::template of<&R::jobs>({.name = "jobs",
                    .takes = "N",
                    .help = "runs side by side; changes no number (1)",
                    .group = race,
                    .low = 1,
                    .high = most_jobs,
                    .decides = false}),
        O::template of<&R::time>({.name = "time",
                    .help = "also seconds to the target, which differ from run to run",
                    .group = race,
                    .decides = false})})
    all.push_back(option);
  return all;
}

struct CompareOutcome {
  Subject subject;
  compare::Race race;
  bool time = false;

  /// Whether at least one attempt of one method did not fail.
  bool success() const;
};

/// Throws Error for wrong use and bad input.
CompareOutcome compare(const CompareRequest& request);

}  // namespace talweg::api
