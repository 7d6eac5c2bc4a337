#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "talweg/base/option.hpp"
#include "talweg/optim/status.hpp"

namespace talweg::api {

/// The scored collection, run at the defaults of `minimize`.
struct SuiteRequest {
  /// Specs such as "cg,memory=5". Without any: lbfgs, cg and cg,memory=5 where x is free, lbfgsb in a box, sqp and
  /// auglag under constraints.
  std::vector<std::string> methods = {};
  std::vector<std::string> sets = {};      ///< of problems::sets(); without any, all but "large"
  std::vector<std::string> problems = {};  ///< only these of the sets; without sets, from wherever they are
  /// Told of each run before it begins, and of each of its iterations; true stops, and run_suite then throws
  /// SuiteStopped.
  std::function<bool(std::size_t done, std::size_t total)> on_progress = {};

  template <class R = SuiteRequest> static std::vector<Option<R>> options();
};

template <class R> std::vector<Option<R>> SuiteRequest::options() {
  using O = Option<R>;
  return {O::template of<&R::methods>({.name = "method",
                                       .takes = "SPEC ...",
                                       .help = "the methods: name[:variant][,key=value]...",
                                       .several = true}),
          O::template of<&R::sets>({.name = "set",
                                    .takes = "NAME ...",
                                    .help = "sets of problems: mgh, holdout, bounded, constrained, large",
                                    .several = true}),
          O::template of<&R::problems>(
              {.name = "problem", .takes = "NAME ...", .help = "these problems only", .several = true})};
}

/// One method on one problem.
struct SuiteRun {
  std::string set, problem, method;
  std::int64_t n = 0;
  Status status = Status::running;
  bool success = false;  ///< what the run claims
  bool solved = false;   ///< what is true: the constraints hold, and f is within 1e-5 max(1, |f*|) of a known minimum
  bool local = false;    ///< solved, at a known minimum that is not the lowest one
  bool saddle = false;   ///< solved, at a value that the source lists and that is a saddle point
  double value = 0;      ///< f where it ended
  double optimum = 0;    ///< the known minimum nearest to it
  double error = 0;      ///< |value - optimum| / max(1, |optimum|)
  double violation = 0;  ///< the largest amount by which a constraint is missed
  std::int64_t iterations = 0;
  std::int64_t evaluations = 0;  ///< of f and its gradient together, until the run returned
  /// Until the first iterate with max|g_i| <= 1e-6 max(1, |f|) that is no worse than the start, or, under constraints,
  /// with violation and error <= 1e-6; 0: there was none.
  std::int64_t to_tolerance = 0;

  bool false_success() const { return success && !solved; }
};

struct SuiteFailures {
  std::string status;
  std::int64_t count;
};

/// One method on one set.
struct SuiteScore {
  std::string set, method;
  std::string optimizer;  ///< the method with all its settings
  std::int64_t instances = 0, solved = 0, local = 0, saddles = 0, false_successes = 0;
  double evaluations = 0, to_tolerance = 0;  ///< geometric means over the solved; NaN when there are none
  std::vector<SuiteFailures> failures = {};  ///< runs that claim no success, by status
};

struct SuiteOutcome {
  std::vector<SuiteScore> scores;
  std::vector<SuiteRun> runs;      ///< by set, then method, then problem
  std::vector<std::string> notes;  ///< which sets were left out, and why
  std::string arithmetic;          ///< of problems_arithmetic()
};

struct SuiteStopped {
  std::size_t done, total;
};

/// Deterministic: same build, same libm, same numbers. Throws Error for an unknown method, set or problem, naming the
/// near ones, and for a method that takes nothing of a set that was asked for.
SuiteOutcome run_suite(const SuiteRequest& request);

/// A hash, in hexadecimal, over the bits of all values and gradients of the collection at the starts and around them.
/// Where it is the same, evaluation counts are; where libm rounds an exp or a sin in another way, they may differ.
std::string problems_arithmetic();

}  // namespace talweg::api
