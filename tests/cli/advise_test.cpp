#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/run_command.hpp"

namespace talweg::test {
namespace {

using nlohmann::json;
using Arguments = std::vector<std::string>;

Ran advise(Arguments rest) {
  rest.insert(rest.begin(), "advise");
  return run_command(rest);
}

const std::string iris = TALWEG_SOURCE_DIR "/data/iris.csv";

TEST(CliAdvise, JsonHoldsWhatWasMeasuredAndWhatFollows) {
  const Ran ran = advise({iris, "--target", "species", "--format", "json"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_TRUE(ran.err.empty());
  const json d = json::parse(ran.out);
  EXPECT_EQ(d["problem"], iris);
  EXPECT_EQ(d["measured"]["rows"], 150);
  EXPECT_EQ(d["measured"]["columns"], 4);
  EXPECT_EQ(d["recommended"]["optimizer"], "lbfgs");
  EXPECT_FALSE(d["recommended"]["reasons"].empty());
  EXPECT_TRUE(d["runner_up"].contains("optimizer"));
  EXPECT_TRUE(d["proof"].is_null());
  EXPECT_EQ(advise({iris, "--target", "species", "--format", "json"}).out, ran.out);
}

TEST(CliAdvise, TheBudgetDecidesBetweenFullAndMiniBatch) {
  const Ran short_of = advise({iris, "--target", "species", "--format", "json", "--evaluations", "300"});
  const json d = json::parse(short_of.out);
  EXPECT_EQ(d["recommended"]["optimizer"], "adagrad");
  ASSERT_TRUE(d["recommended"]["learning_rate"].is_array());
  EXPECT_LT(d["recommended"]["learning_rate"][0], d["recommended"]["learning_rate"][1]);
  EXPECT_GE(d["recommended"]["batch_size"], 1);
}

TEST(CliAdvise, TheProofIsARaceAndSaysWhetherItAgrees) {
  const Arguments request{"100*(y-x^2)^2+(1-x)^2", "--start", "x=-1.2,y=1", "--prove",
                          "--evaluations",         "300",     "--format",   "json"};
  const Ran ran = advise(request);
  ASSERT_EQ(ran.status, 0) << ran.err;
  const json proof = json::parse(ran.out)["proof"];
  EXPECT_EQ(proof["runs"][0]["optimizer"], "lbfgs");
  EXPECT_EQ(proof["confirmed"], true);
  EXPECT_EQ(proof["best"], "lbfgs");
  EXPECT_EQ(proof["seeds"], 20);
  auto jobs = request;
  jobs.insert(jobs.end(), {"--jobs", "2"});
  EXPECT_EQ(advise(jobs).out, ran.out);
}

TEST(CliAdvise, ARaceThatDisagreesIsBelieved) {
  // Where the minimum lies on a side of the box, steps moved back onto it get there sooner than any model of curvature.
  const Arguments request{"100*(y-x^2)^2+(1-x)^2", "--start", "x=-1.2,y=1", "--bounds", "x=-2:0.5,y=-1:2", "--prove"};
  auto as_json = request;
  as_json.insert(as_json.end(), {"--format", "json"});
  const Ran ran = advise(as_json);
  ASSERT_EQ(ran.status, 0) << ran.err;
  const json d = json::parse(ran.out);
  EXPECT_EQ(d["recommended"]["optimizer"], "lbfgsb");
  EXPECT_EQ(d["proof"]["confirmed"], false);
  EXPECT_EQ(d["proof"]["best"], "nesterov:torch");
  const Ran text = advise(request);
  EXPECT_NE(text.out.find("The race disagrees: take nesterov:torch; finding its rate took"), std::string::npos)
      << text.out;
}

TEST(CliAdvise, TestProblemsAndConstraints) {
  const Ran problem = advise({"--problem", "hs45"});
  EXPECT_EQ(problem.status, 0) << problem.err;
  EXPECT_NE(problem.out.find("Recommended: lbfgsb"), std::string::npos) << problem.out;
  const Ran constrained = advise({"x+y", "--start", "x=1,y=1", "--subject-to", "x^2+y^2<=2"});
  EXPECT_NE(constrained.out.find("Recommended: sqp"), std::string::npos) << constrained.out;
}

TEST(CliAdvise, WrongUseIsTwo) {
  for (const auto& [wrong, word] :
       std::vector<std::pair<Arguments, std::string>>{{{"x^2", "--start", "x=1", "--seeds", "5"}, "--prove"},
                                                      {{"x^2", "--start", "x=1", "--jobs", "2"}, "--prove"},
                                                      {{"x^2", "--start", "x=1", "--memory", "0"}, "--memory"},
                                                      {{"x^2", "--start", "x=1", "--format", "csv"}, "json"},
                                                      {{"x^2"}, "--start"},
                                                      {{iris}, "--target"},
                                                      {{}, "--problem"}}) {
    const Ran ran = advise(wrong);
    EXPECT_EQ(ran.status, 2) << ::testing::PrintToString(wrong);
    EXPECT_TRUE(ran.out.empty());
    EXPECT_NE(ran.err.find(word), std::string::npos) << ran.err;
  }
}

}  // namespace
}  // namespace talweg::test
