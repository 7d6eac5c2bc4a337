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
};

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

/// The whole document that `talweg advise --format text|json` prints.
std::string advice_text(const AdviseOutcome& outcome);
std::string advice_json(const AdviseOutcome& outcome);

}  // namespace talweg::api
