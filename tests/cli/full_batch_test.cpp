#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/run_command.hpp"
#include "support/files.hpp"

namespace talweg::test {
namespace {

using nlohmann::json;
using talweg::testing::contains;
using talweg::testing::Folder;

const std::string digits = TALWEG_SOURCE_DIR "/data/digits.csv", iris = TALWEG_SOURCE_DIR "/data/iris.csv";
const std::string sparse = TALWEG_SOURCE_DIR "/tests/golden/train/sparse.libsvm";

TEST(CliFullBatch, TrainsEvaluatesAndPredictsSparseRows) {
  const Folder folder;
  const std::string model = folder / "m", log = folder / "log";
  const Ran trained = run_command({"train", sparse, "--model", "logistic,c=1,bias=regularized", "--optimizer", "lbfgs",
                                   "--save", model, "--log", log, "--format", "json"});
  ASSERT_EQ(trained.status, 0) << trained.err;
  EXPECT_TRUE(trained.err.empty()) << trained.err;
  const json document = json::parse(trained.out);
  EXPECT_EQ(document["status"], "converged");
  std::ifstream lines(log);
  std::int64_t epochs = 0;
  for (std::string line; std::getline(lines, line);) {
    const json event = json::parse(line);
    if (event["event"] != "epoch") continue;
    ++epochs;
    EXPECT_GE(event["evaluations"], epochs);
    EXPECT_GT(event["step_length"], 0);
  }
  EXPECT_EQ(epochs, document["epochs"]);
  const Ran evaluated = run_command({"evaluate", model, sparse, "--format", "json"});
  ASSERT_EQ(evaluated.status, 0) << evaluated.err;
  EXPECT_EQ(json::parse(evaluated.out)["metrics"]["test"]["loss"], document["metrics"]["train"]["loss"]);
  const Ran predicted = run_command({"predict", model, sparse});
  ASSERT_EQ(predicted.status, 0) << predicted.err;
  EXPECT_EQ(std::count(predicted.out.begin(), predicted.out.end(), '\n'), 301);
}

TEST(CliFullBatch, TextShowsTheFirstIterationsAndTheObjective) {
  const Ran ran =
      run_command({"train", iris, "--target", "species", "--model", "softmax,l2=0.01", "--optimizer", "lbfgs"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  for (const char* part : {"all rows at once, at most 10000 iterations", "Epoch [1/10000], loss", "Epoch [10/10000]",
                           "converged after", "objective 0."})
    EXPECT_TRUE(contains(ran.out, part));
}

TEST(CliFullBatch, TheLimitOfIterationsIsSuccessAndThatOfTimeIsNot) {
  const std::vector<std::string> base{"train", digits, "--target", "digit", "--model", "mlp:16", "--optimizer", "cg"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), base.begin(), base.end());
    return run_command(more);
  };
  EXPECT_EQ(with({"--epochs", "5"}).status, 0);
  EXPECT_EQ(with({"--max-seconds", "0.000001"}).status, 1);
  const Ran refused = with({"--batch-size", "64"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1) << refused.err;
}

TEST(CliFullBatch, ASignalEndsTheIterationSavesAndSaysSo) {
  const Folder folder;
  const Ran ran =
      run_command({"train", digits, "--target", "digit", "--model", "mlp:64", "--optimizer", "gd,line_search=armijo",
                   "--epochs", "1000000", "--tolerance", "0", "--save", folder / "m"},
                  SIGINT, std::chrono::milliseconds(600));
  EXPECT_EQ(ran.status, 130) << ran.err << ran.out;
  EXPECT_TRUE(contains(ran.out, "interrupted after"));
  EXPECT_EQ(run_command({"evaluate", folder / "m", digits}).status, 0);
}

}  // namespace
}  // namespace talweg::test
