#pragma once
#include <variant>

#include "talweg/advise/advice.hpp"
#include "talweg/api/race/compare.hpp"

/// Which method for which problem: what `talweg advise` does, without the printing.
namespace talweg::api {

struct AdviseRequest {
  SubjectRequest subject = {};
  std::optional<std::int64_t> evaluations = {};  ///< what the user can spend; as in compare
  std::optional<double> memory = {};             ///< megabytes beside data and parameters; 1000
  bool prove = false;                      ///< race the recommended method against the others that come into question
  std::optional<std::int64_t> seeds = {};  ///< of the race
  int jobs = 1;
  std::function<void(std::int64_t attempts)> on_progress = {};

  template <class R = AdviseRequest> static std::vector<Option<R>> options();
};

template <class R> std::vector<Option<R>> AdviseRequest::options() {
  constexpr std::string_view advice = "Advice";
  using O = Option<R>;
  std::vector<O> all = SubjectRequest::options<R>();
  for (const O& option :
       {O::template of<&R::evaluations>({.name = "evaluations",
                    .takes = "N",
                    .help = "what you can spend (1000; on files, gradients of single examples: 20 passes)",
                    .group = advice,
                    .low = 2}),
        O::template of<&R::memory>({.name = "memory",
                    .takes = "MB",
                    .help = "megabytes that a method may keep beside data and parameters (1000)",
                    .group = advice,
                    .low = 0,
                    .low_open = true,
                    .range = "megabytes, a number above 0"}),
        O::template of<&R::prove>(
            {.name = "prove", .help = "race the advice against the alternatives, and show it", .group = advice}),
        O::template of<&R::seeds>({.name = "seeds",
                    .takes = "N",
                    .help = "runs of each method in that race (20)",
                    .group = advice,
                    .low = 1}),
        O::template of<&R::jobs>({.name = "jobs",
                    .takes = "N",
                    .help = "runs side by side; changes no number (1)",
                    .group = advice,
                    .low = 1,
                    .high = most_jobs,
                    .decides = false})})
    all.push_back(option);
  return all;
}

struct AdviseOutcome {
  Subject subject;
  std::int64_t evaluations = 0;
  std::variant<advise::FunctionFacts, advise::DataFacts> facts;
  advise::Advice advice = {};
  std::optional<compare::Race> proof =
      {};  ///< the recommended method is its first contestant, the runner-up its second

  /// Whether nothing in the race was significantly better than the recommended method.
  bool confirmed() const;
  /// The spec to take in the end: the recommended one, or the winner of a race that contradicts it.
  std::string best() const;
};

/// Throws Error for wrong use and bad input.
AdviseOutcome advise(const AdviseRequest& request);
/// The same for a subject that is in memory already.
AdviseOutcome advise(Subject subject, const AdviseRequest& request);

}  // namespace talweg::api
