#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/run_command.hpp"
#include "support/files.hpp"

namespace talweg::test {
namespace {

using nlohmann::json;
using Arguments = std::vector<std::string>;

Ran compare(Arguments rest) {
  rest.insert(rest.begin(), "compare");
  return run_command(rest);
}

const std::string iris = TALWEG_SOURCE_DIR "/data/iris.csv";

TEST(CliCompare, JsonIsTheWholeOfStandardOutputAndTheSameOnARerun) {
  const Arguments race{"100*(y-x^2)^2+(1-x)^2",  "--start",       "x=-1.2,y=1", "--optimizers", "lbfgs", "adam",
                       "sgd,learning_rate=1e-9", "--evaluations", "200",        "--format",     "json"};
  const Ran first = compare(race);
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_TRUE(first.err.empty()) << first.err;
  EXPECT_EQ(compare(race).out, first.out);
  auto jobs = race;
  jobs.insert(jobs.end(), {"--jobs", "2"});
  EXPECT_EQ(compare(jobs).out, first.out);

  const json d = json::parse(first.out);
  EXPECT_EQ(d["problem"], "100*(y-x^2)^2+(1-x)^2");
  EXPECT_EQ(d["budget"], 200);
  EXPECT_EQ(d["seeds"], 20);
  ASSERT_EQ(d["runs"].size(), 3u);
  EXPECT_EQ(d["runs"][0]["optimizer"], "lbfgs");
  EXPECT_EQ(d["runs"][1]["tuned"], true);
  EXPECT_EQ(d["runs"][2]["tuned"], false);
  for (const auto& run : d["runs"]) {
    for (const char* key : {"median", "low", "high", "failures", "evaluations_to_target", "group"})
      EXPECT_TRUE(run.contains(key)) << key;
    EXPECT_LE(run["evaluations"], 200);
    EXPECT_LE(run["low"], run["median"]);
    EXPECT_LE(run["median"], run["high"]);
  }
  EXPECT_TRUE(d["runs"][2]["evaluations_to_target"].is_null());
  EXPECT_EQ(d["runs"][0]["group"], "a");
  EXPECT_NE(d["runs"][2]["group"].get<std::string>().find_first_not_of("a"), std::string::npos);
}

TEST(CliCompare, AFileIsRacedByItsExamples) {
  const Ran ran = compare({iris, "--target", "species", "--model", "softmax", "--optimizers", "adam", "adam", "lbfgs",
                           "sgd,batch_size=all", "--evaluations", "600", "--seeds", "6", "--format", "json"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  const json d = json::parse(ran.out);
  EXPECT_EQ(d["unit"], "gradients of one example");
  EXPECT_EQ(d["runs"][0]["group"], d["runs"][1]["group"]);
  EXPECT_EQ(d["runs"][0]["median"], d["runs"][1]["median"]);
  for (const auto& run : d["runs"]) EXPECT_LE(run["evaluations"], 600);
  EXPECT_EQ(d["runs"][3]["evaluations"], 600);
}

TEST(CliCompare, AProblemIsRacedToItsKnownMinimum) {
  const Ran ran = compare({"--problem", "rosenbrock", "--optimizers", "lbfgs", "cg", "--format", "csv"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.out.substr(0, ran.out.find('\n')),
            "rank,optimizer,learning_rate,rate,median,low,high,failures,evaluations_to_target,group");
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 3);
}

TEST(CliCompare, ConstraintsAreKeptByWhoeverTakesPart) {
  const Ran ran = compare({"x+y", "--start", "x=2,y=1", "--subject-to", "x^2+y^2<=2", "--optimizers", "sqp", "auglag",
                           "--format", "json", "--evaluations", "400"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  const json d = json::parse(ran.out);
  for (const auto& run : d["runs"]) EXPECT_NEAR(run["median"].get<double>(), -2, 1e-6) << run.dump();
}

TEST(CliCompare, DrawsCurvesWithPathsAndWritesAPage) {
  const std::string svg = scratch() / "race.svg", page = scratch() / "race.html";
  const Ran ran = compare({"x^2+10*y^2", "--start", "x=3,y=1", "--optimizers", "lbfgs", "adam", "sgd,learning_rate=9",
                           "--evaluations", "60", "--plot", svg, "--report", page});
  ASSERT_EQ(ran.status, 0) << ran.err;
  const std::string drawn = slurp(svg), written = slurp(page);
  for (const char* word : {"<svg", "Lowest f so far", "The paths from the first start", "lbfgs", "adam"}) {
    EXPECT_NE(drawn.find(word), std::string::npos) << word;
  }
  for (const char* word : {"Each against each", "Run it again", "sgd,learning_rate=9", "lbfgs is best"})
    EXPECT_NE(written.find(word), std::string::npos) << word;
  const Ran rows = compare({iris, "--target", "species", "--optimizers", "adam", "lbfgs", "--seeds", "6",
                            "--evaluations", "450", "--plot", svg});
  ASSERT_EQ(rows.status, 0) << rows.err;
  EXPECT_NE(slurp(svg).find("Loss over all rows"), std::string::npos);
  EXPECT_EQ(slurp(svg).find("The paths"), std::string::npos);
}

TEST(CliCompare, OneWhenEveryRunFails) {
  const Ran ran = compare({"x^2", "--start", "x=5", "--optimizers", "sgd,learning_rate=1e3"});
  EXPECT_EQ(ran.status, 1) << ran.out;
  EXPECT_NE(ran.out.find("failed"), std::string::npos);
}

TEST(CliCompare, WrongUseIsTwoAndNamesTheFix) {
  for (const auto& [wrong, word] : std::vector<std::pair<Arguments, std::string>>{
           {{"x^2", "--start", "x=1", "--optimizers", "adan"}, "adam"},
           {{"x^2", "--start", "x=1", "--optimizers", "adam,learning_rat=1"}, "learning_rate"},
           {{"x^2", "--start", "x=1", "--optimizers", "adam,batch_size=3"}, "batch_size"},
           {{"x^2", "--start", "x=1", "--seeds", "0"}, "--seeds"},
           {{"x^2", "--start", "x=1", "--evaluations", "1"}, "--evaluations"},
           {{"x^2", "--start", "x=1", "--jobs", "0"}, "--jobs"},
           {{"x^2", "--start", "x=1", "--jitter", "-1"}, "--jitter"},
           {{"x^2", "--start", "x=1", "--jitter", "0", "--seeds", "3"}, "--seeds"},
           {{"x^2", "--start", "x=1", "--target", "y"}, "--target"},
           {{"x^2", "--start", "x=1", "--bounds", "x=2:1", "--optimizers", "lbfgsb"}, "swap"},
           {{"x^2", "--start", "x=1", "--bounds", "x=0:1", "--optimizers", "lbfgs"}, "lbfgsb"},
           {{"x^2", "--start", "x=1", "--subject-to", "x>=0", "--optimizers", "adam"}, "sqp"},
           {{"x^2", "--start", "x=1", "--format", "xml"}, "xml"},
           {{"x^2", "--start", "x=1", "--plot", "race.gif"}, ".svg"},
           {{"x^2", "--start", "x=1", "--report", "/no/such/folder/race.html"}, "/no/such"},
           {{"x^2", "--start", "x=1", "--output", "/no/such/folder/file"}, "/no/such"},
           {{"x^2"}, "--start"},
           {{"--problem", "rosenbrok"}, "rosenbrock"},
           {{"--problem", "rosenbrock", "--start", "x=1"}, "--start"},
           {{"x^2", "--problem", "rosenbrock"}, "both"},
           {{iris}, "--target"},
           {{iris, "--target", "species", "--jitter", "0.1"}, "--jitter"},
           {{iris, "--target", "species", "--bounds", "x=0:1"}, "--bounds"},
           {{iris, "--target", "specie"}, "species"},
           {{iris, "--target", "species", "--evaluations", "200", "--optimizers", "lbfgs"}, "300"},
           {{iris, "--target", "species", "--batch-size", "none"}, "--batch-size"},
           {{}, "--problem"}}) {
    const Ran ran = compare(wrong);
    EXPECT_EQ(ran.status, 2) << ::testing::PrintToString(wrong);
    EXPECT_TRUE(ran.out.empty());
    EXPECT_NE(ran.err.find(word), std::string::npos) << ran.err;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
}

TEST(CliCompare, CommasBetweenMethodsAreToldApart) {
  for (const std::vector<std::string>& methods : {std::vector<std::string>{"gd,", "adam"}, {"gd, adam"}, {"gd,adam"}}) {
    std::vector<std::string> all{"x^2", "--start", "x=5", "--optimizers"};
    all.insert(all.end(), methods.begin(), methods.end());
    const Ran ran = compare(all);
    EXPECT_EQ(ran.status, 2);
    EXPECT_TRUE(talweg::testing::contains(ran.err, "methods have blanks between them")) << ran.err;
  }
}

}  // namespace
}  // namespace talweg::test
