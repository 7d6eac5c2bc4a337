#include "talweg/api/race/scaled_suite.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "scaled_oracle.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/text.hpp"
#include "talweg/present/race/scaled_suite_report.hpp"

namespace talweg::api {

using namespace present;
namespace {

const ScaledOutcome& small() {
  static const ScaledOutcome outcome =
      run_scaled_suite({.methods = {"lbfgsb", "sqp"}, .problems = {"rosenbrock", "hs1", "hs71"}});
  return outcome;
}

TEST(ScaledSuite, ScoresAreThoseOfTheRuns) {
  ASSERT_FALSE(small().scores.empty());
  std::size_t counted = 0;
  for (const ScaledScore& s : small().scores) {
    ScaledScore again{s.family, s.method};
    double logs = 0;
    for (const ScaledRun& r : small().runs) {
      if (r.family != s.family || r.method != s.method) continue;
      ++again.runs;
      again.solved += r.solved;
      again.other += r.other;
      again.lost += r.as_given && !r.solved && !r.other;
      again.false_successes += r.success && !r.solved && !r.other;
      if (r.solved) logs += std::log(static_cast<double>(r.evaluations));
    }
    EXPECT_EQ(s.runs, again.runs) << s.family;
    EXPECT_EQ(s.solved, again.solved) << s.family;
    EXPECT_EQ(s.other, again.other) << s.family;
    EXPECT_EQ(s.lost, again.lost) << s.family;
    EXPECT_EQ(s.false_successes, again.false_successes) << s.family;
    if (s.solved > 0) {
      EXPECT_DOUBLE_EQ(s.evaluations, std::exp(logs / static_cast<double>(s.solved)));
    }
    counted += static_cast<std::size_t>(s.runs);
  }
  EXPECT_EQ(counted, small().runs.size());
}

TEST(ScaledSuite, TheFirstCopyIsTheProblemAsGiven) {
  const auto plain = run_suite({.methods = {"lbfgsb"}, .problems = {"rosenbrock"}}).runs[0];
  const auto& as_given = small().runs.front();
  EXPECT_EQ(as_given.family, "as given");
  EXPECT_EQ(as_given.value, plain.value);
  EXPECT_EQ(as_given.evaluations, plain.evaluations);
  EXPECT_TRUE(as_given.as_given);
}

TEST(ScaledSuite, RunsWhatIsMadeForEachKind) {
  const auto outcome = run_scaled_suite({.problems = {"rosenbrock", "hs1", "hs71"}});
  const auto ran = [&](const char* problem, const char* method) {
    return std::any_of(outcome.runs.begin(), outcome.runs.end(),
                       [&](const ScaledRun& r) { return r.problem == problem && r.method == method; });
  };
  EXPECT_TRUE(ran("rosenbrock", "lbfgs") && ran("rosenbrock", "lbfgsb") && ran("hs1", "lbfgsb"));
  EXPECT_TRUE(ran("hs71", "sqp") && ran("hs71", "auglag"));
  EXPECT_FALSE(ran("rosenbrock", "cg") || ran("hs1", "lbfgs") || ran("rosenbrock", "sqp"));
  EXPECT_EQ(outcome.exact.size(), 4u * 3u) << "four powers of two, for lbfgs, lbfgsb and cg";
}

TEST(ScaledSuite, EveryFormatHasEveryRow) {
  const auto lines = [](const std::string& s) { return std::count(s.begin(), s.end(), '\n'); };
  const auto scores = static_cast<std::ptrdiff_t>(small().scores.size()),
             runs = static_cast<std::ptrdiff_t>(small().runs.size());
  EXPECT_EQ(lines(render(small(), Format::csv, false)), scores + 1);
  EXPECT_EQ(lines(render(small(), Format::csv, true)), runs + 1);
  for (const Format format : {Format::table, Format::markdown, Format::latex})
    EXPECT_GT(lines(render(small(), format, true)), lines(render(small(), format, false)) + runs);
  const auto d = nlohmann::json::parse(render(small(), Format::json, true));
  EXPECT_EQ(d["scores"].size(), small().scores.size());
  EXPECT_EQ(d["exact"].size(), small().exact.size());
  ASSERT_EQ(d["runs"].size(), small().runs.size());
  EXPECT_EQ(d["runs"][0]["value"], small().runs[0].value);
}

TEST(ScaledSuite, EachFalseSuccessIsNamedWithItsChange) {
  ScaledOutcome outcome;
  ScaledRun run{"mgh", "rosenbrock", "lbfgs", "x_i*10^U(-1,1)", "x_i*10^U(-1,1), seed 3", 3, Status::converged, true};
  run.value = 50;
  outcome.runs.push_back(run);
  for (const Format format : {Format::table, Format::markdown, Format::json})
    EXPECT_NE(render(outcome, format, false).find("x_i*10^U(-1,1), seed 3"), std::string::npos);
  EXPECT_NE(render(outcome, Format::table, false).find("1 false success"), std::string::npos);
}

/// The rows of the first table of a page: copies and method to runs, solved, other, lost, false.
std::map<std::string, std::vector<double>> scores_of(std::string_view page) {
  std::map<std::string, std::vector<double>> scores;
  for (const auto line : text::split(page, '\n')) {
    const auto cells = text::split(line, '|');
    if (cells.size() != 10 || !text::parse_integer(cells[3])) continue;
    for (const std::size_t c : {3, 4, 5, 6, 7})
      scores[text::cat(cells[1], " ", cells[2])].push_back(*text::parse_number(cells[c]));
  }
  return scores;
}

/// What must hold where libm rounds in another way: the same copies, and all but one in fifty of them like on the page.
void expect_like(std::string_view page, std::string_view now) {
  const auto then = scores_of(page), here = scores_of(now);
  ASSERT_EQ(then.size(), here.size());
  for (const auto& [name, score] : here) {
    ASSERT_TRUE(then.contains(name)) << name;
    EXPECT_EQ(score[0], then.at(name)[0]) << name;
    for (const std::size_t c : {1, 2, 3, 4}) EXPECT_NEAR(score[c], then.at(name)[c], 2 + score[0] / 50) << name;
  }
}

/// The second part of docs/suite.md is what this program prints, as the first is (suite_test.cpp).
void expect_the_committed_page(const ScaledOutcome& outcome) {
  const std::string page = file::read(TALWEG_SOURCE_DIR "/docs/suite.md");
  const std::string now = render(outcome, Format::markdown, false, "talweg suite --scaled --format markdown");
  const std::size_t part = page.find("# The collection in other units");
  ASSERT_NE(part, std::string::npos);
  const std::string_view there = std::string_view(page).substr(part);
  EXPECT_EQ(scores_of(there).size(), outcome.scores.size());
  expect_like(there, now);
  if (there.find(text::cat("Arithmetic ", outcome.arithmetic)) != std::string::npos)
    EXPECT_EQ(now, there) << "the two commands that the page names write it anew, the second with >>: commit it with "
                             "the change that moved its numbers";
  else
    testing::Test::RecordProperty(
        "compared", "totals only: values and gradients round differently here than where the page was made");
}

TEST(ScaledSuite, TheWholeCollection) {
  const ScaledOutcome whole = run_scaled_suite({});
  expect_the_committed_page(whole);
  expect_verdicts_without_units(whole);
}

TEST(ScaledSuite, AnotherMinimumIsNotASlopeHalfWayDown) {
  const auto outcome = run_scaled_suite({.methods = {"lbfgs"}, .problems = {"cragg_levy", "broyden_banded_100"}});
  for (const ScaledRun& r : outcome.runs) {
    EXPECT_FALSE(r.other && r.solved);
    if (r.other) {
      EXPECT_TRUE(r.success && r.value > r.optimum + 1e-5) << r.problem << ", " << r.change;
    }
  }
}

TEST(ScaledSuite, ARunThatDivergesIsNoMeasureOfF) {
  // f reaches 1e120 on the way; a shift by that would hide all there is to solve.
  for (const ScaledRun& r : run_scaled_suite({.methods = {"momentum"}, .problems = {"brown_badly_scaled"}}).runs)
    EXPECT_FALSE(r.solved) << r.change;
}

TEST(ScaledSuite, StopsWhenAsked) {
  std::size_t asked = 0;
  const auto stop = [&](std::size_t, std::size_t) { return ++asked > 100; };
  EXPECT_THROW(run_scaled_suite({.sets = {"mgh"}, .on_progress = stop}), SuiteStopped);
  EXPECT_EQ(asked, 101u);
}

TEST(ScaledSuite, WrongUseNamesTheNearOnes) {
  EXPECT_THROW(run_scaled_suite({.methods = {"lbfsg"}}), Error);
  EXPECT_THROW(run_scaled_suite({.methods = {"lbfgs"}, .sets = {"bounded"}}), Error);
}

}  // namespace
}  // namespace talweg::api
