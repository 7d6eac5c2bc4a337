#pragma once
#include <functional>

#include "talweg/api/minimize/minimize_report.hpp"
#include "talweg/api/race/subject.hpp"
#include "talweg/compare/race.hpp"
#include "talweg/report/table.hpp"

/// A race between methods: what `talweg compare` does, without the printing.
namespace talweg::api {

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
};

struct CompareOutcome {
  Subject subject;
  compare::Race race;
  bool time = false;

  /// Whether at least one attempt of one method did not fail.
  bool success() const;
};

/// Throws Error for wrong use and bad input.
CompareOutcome compare(const CompareRequest& request);

/// The whole document that `talweg compare --format` prints. JSON keeps the order in which the methods were given;
/// tables begin with the best.
std::string render(const CompareOutcome& outcome, Format format);

/// Who is best, and who is not significantly worse, in one sentence.
std::string verdict(const compare::Race& race);

/// One row for each method, the best first: for people, or with every number in full and names for programs.
report::Table race_table(const CompareOutcome& outcome, bool everything);
/// What the columns mean, and how the race was run.
std::vector<std::string> race_notes(const CompareOutcome& outcome);

}  // namespace talweg::api
