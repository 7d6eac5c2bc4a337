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

/// Converged is said at the optimum wherever the columns lie and whatever their unit is, standardised or not.
TEST(CliFullBatch, PlaceAndUnitOfAColumnChangeNoOptimum) {
  const Folder folder;
  const auto loss_of = [&](const std::string& rows, const std::string& model, const std::string& optimizer) {
    const Ran ran = run_command({"train", talweg::testing::put(folder / "rows.csv", rows), "--target", "y", "--model",
                                 model, "--no-standardize", "--optimizer", optimizer, "--format", "json"});
    EXPECT_EQ(ran.status, 0) << ran.err << ran.out;
    return json::parse(ran.out)["metrics"]["train"]["loss"].get<double>();
  };
  std::string epochs = "t,y\n";  // y = 3 + 2i is a line
  for (int i = 0; i < 200; ++i) epochs += std::to_string(1700000000 + i) + "," + std::to_string(3 + 2 * i) + "\n";
  for (const char* optimizer : {"lbfgs", "cg"}) EXPECT_LT(loss_of(epochs, "linear", optimizer), 1e-10) << optimizer;
  const auto with = [](const std::string& before, const std::string& behind, bool classes) {
    std::string rows = "a,b,y\n";
    for (int i = 0; i < 200; ++i) {
      const int a = i * 7 % 41, b = i * 13 % 29, noise = i * 31 % 11;
      rows += before + std::to_string(100 + a) + behind + "," + std::to_string(b) + "," +
              std::to_string(classes ? a - b + 3 * noise > 20 : 5 * a - 2 * b + noise) + "\n";
    }
    return rows;
  };
  const double near = loss_of(with("", "", false), "linear", "lbfgs"),
               near_odds = loss_of(with("", "", true), "logistic,c=1", "lbfgs");
  for (const char* unit : {"e9", "e12", "e200", "e-200"})
    EXPECT_NEAR(loss_of(with("", unit, false), "linear", "lbfgs") / near, 1, 1e-9) << unit;
  for (const char* place :
       {"10", "100000", "10000000"}) {  // to 1e10: predictions in units of the file keep nine digits
    EXPECT_NEAR(loss_of(with(place, "", false), "linear", "lbfgs") / near, 1, 1e-6) << place;
    EXPECT_NEAR(loss_of(with(place, "", true), "logistic,c=1", "lbfgs") / near_odds, 1, 1e-6) << place;
  }
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
                   "--epochs", "1000000", "--tolerance", "0", "--save", folder / "m", "--log", folder / "log"},
                  {SIGINT, wrote(folder / "log", "\"event\":\"epoch\"")});
  EXPECT_EQ(ran.status, 130) << ran.err << ran.out;
  EXPECT_TRUE(contains(ran.out, "interrupted after"));
  EXPECT_EQ(run_command({"evaluate", folder / "m", digits}).status, 0);
}

}  // namespace
}  // namespace talweg::test
