#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "talweg/api/race/suite.hpp"

namespace talweg::api {

/// The evaluations that one run on a copy may spend: what is not solved by then counts as not solved.
inline constexpr std::int64_t scaled_evaluations = 3000;

/// One method on one copy of a problem in other units (problems::Copy).
struct ScaledRun {
  std::string set, problem, method;
  std::string family, change;
  std::uint64_t seed = 0;  ///< of what was drawn; 0: nothing was
  Status status = Status::running;
  bool success = false;  ///< what the run claims
  bool solved = false;   ///< what is true, by problems::solves
  /// Success at a minimum that is not among the known ones: restarts there in the units of the problem find no lower f.
  bool other = false;
  bool as_given = false;  ///< whether the method solves the problem as it is given
  double value = 0;       ///< f where it ended, in the units of the problem as it is given
  double optimum = 0;     ///< the known minimum nearest to it, in the same units
  double violation = 0;   ///< the largest amount by which a constraint or a bound is missed, in the same units
  std::int64_t evaluations = 0;
  std::string said = {};  ///< by a false success: what it went by

  bool false_success() const { return success && !solved && !other; }
  bool lost() const { return as_given && !solved && !other; }
};

/// One method on one family of copies.
struct ScaledScore {
  std::string family, method;
  std::int64_t runs = 0, solved = 0, other = 0;
  std::int64_t lost = 0;  ///< copies neither solved nor at another minimum, of problems that are solved as given
  std::int64_t false_successes = 0;
  double evaluations = 0;  ///< geometric mean over the solved; NaN when there are none
};

/// One method under one power of two: on how many problems its iterates, their number and the status stay the same, to
/// the last bit once the power is taken back.
struct ExactScore {
  std::string change, method;
  std::int64_t runs = 0, identical = 0;
  std::vector<std::string> different = {};  ///< the other problems
};

struct ScaledOutcome {
  std::vector<ScaledScore> scores;  ///< by family, then method
  std::vector<ExactScore> exact;    ///< by change, then method
  std::vector<ScaledRun> runs;      ///< by set, then method, then problem, then copy
  std::vector<std::string> notes;   ///< which sets were left out, and why
  std::string arithmetic;           ///< of problems_arithmetic()
};

/// Runs methods on every copy of the problems asked for: of those named, or of lbfgs and lbfgsb where x is free, lbfgsb
/// in a box, sqp and auglag under constraints; and these and cg, on free and boxed problems, under powers of two.
/// Deterministic; throws as run_suite does.
ScaledOutcome run_scaled_suite(const SuiteRequest& request);

}  // namespace talweg::api
