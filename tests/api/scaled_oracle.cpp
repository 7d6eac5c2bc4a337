#include "scaled_oracle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <utility>

#include "talweg/base/text.hpp"

namespace talweg::api {

namespace {

using text::cat;

bool constrained(const std::string& method) { return method == "sqp" || method == "auglag"; }

/// One common change of all variables, or of f: nothing may be lost.
bool common(const std::string& family) {
  for (const char* all_alike : {"as given", "f*", "f+-1e3", "x*", "x_i+"})
    if (family.starts_with(all_alike)) return true;
  return false;
}

bool narrow(const std::string& family) { return family == "x_i*10^U(-1,1)"; }

/// Its b is beyond what is asked for: a run may end above the minimum, but must not call that one.
bool hidden(const std::string& family) { return family.starts_with("f-1e6"); }

void expect_families_to_hold(const ScaledOutcome& outcome) {
  std::map<std::string, std::pair<std::int64_t, std::int64_t>>
      wide;  // by method: false successes of the families not named above, runs of all families
  for (const ScaledScore& s : outcome.scores) {
    if (constrained(s.method)) continue;
    SCOPED_TRACE(cat(s.family, ", ", s.method, ": ", s.runs, " runs"));
    wide[s.method].second += s.runs;
    if (common(s.family)) {
      EXPECT_EQ(s.lost, 0) << "solved as given, and lost";
      EXPECT_EQ(s.false_successes, 0);
    } else if (narrow(s.family)) {
      EXPECT_LE(10 * s.lost, s.runs) << "solved as given, and lost";
      EXPECT_EQ(s.false_successes, 0);
    } else if (hidden(s.family)) {
      EXPECT_EQ(s.false_successes, 0);
    } else {
      wide[s.method].first += s.false_successes;
    }
  }
  for (const auto& [method, count] : wide)
    EXPECT_LE(500 * count.first, count.second)  // each is named in docs/suite.md
        << method << ": " << count.first << " false successes, all with d_i in 1e-6 … 1e6 or everything at once; "
        << count.second << " runs of all families";
}

/// Under constraints at least 54 of the 56 stay solved by each change, and no success is claimed elsewhere.
void expect_constraints_to_hold(const ScaledOutcome& outcome) {
  struct Count {
    std::int64_t solved = 0, elsewhere = 0;
  };
  std::map<std::pair<std::string, std::string>, Count> counts;
  for (const ScaledRun& r : outcome.runs) {
    if (!constrained(r.method)) continue;
    Count& c = counts[{r.method, r.change}];
    c.solved += r.solved;
    c.elsewhere += r.false_success() || r.other;
  }
  for (const auto& [what, c] : counts) {
    SCOPED_TRACE(cat(what.first, ", ", what.second));
    EXPECT_GE(c.solved, 54) << "of 56";
    EXPECT_EQ(c.elsewhere, 0) << "successes elsewhere";
  }
}

void expect_the_same_bits(const ScaledOutcome& outcome) {
  for (const ExactScore& s : outcome.exact) {
    std::string different;
    for (const std::string& name : s.different) different += cat(" ", name);
    EXPECT_EQ(s.identical, s.runs) << s.change << ", " << s.method << ": other iterates on" << different;
  }
}

}  // namespace

void expect_verdicts_without_units(const ScaledOutcome& outcome) {
  for (const ScaledRun& r : outcome.runs)
    if (r.family == "as given") {
      EXPECT_TRUE(r.solved) << r.problem << ", " << r.method;
    }
  expect_families_to_hold(outcome);
  expect_constraints_to_hold(outcome);
  expect_the_same_bits(outcome);
}

}  // namespace talweg::api
