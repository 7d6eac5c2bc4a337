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
using talweg::testing::put;
using Arguments = std::vector<std::string>;

const std::string digits = TALWEG_SOURCE_DIR "/data/digits.csv", iris = TALWEG_SOURCE_DIR "/data/iris.csv";

Ran train(Arguments rest) {
  rest.insert(rest.begin(), "train");
  return run_command(rest);
}

TEST(CliTrain, TrainsEvaluatesAndPredicts) {
  const Folder folder;
  const std::string model = folder / "iris.talweg", log = folder / "run.jsonl";
  const Ran trained = train({iris, "--target", "species", "--model", "softmax", "--validation", "0.2", "--seed", "1",
                             "--save", model, "--log", log, "--format", "json"});
  ASSERT_EQ(trained.status, 0) << trained.err;
  EXPECT_TRUE(trained.err.empty()) << trained.err;
  const json document = json::parse(trained.out);
  for (const char* key :
       {"epochs", "steps", "seconds", "examples_per_second", "optimizer", "model", "parameters", "status", "message"})
    EXPECT_TRUE(document.contains(key)) << key;
  EXPECT_GE(document["metrics"]["validation"]["accuracy"], 0.9);
  EXPECT_EQ(document["parameters"], 15);

  std::ifstream lines(log);
  std::size_t epochs = 0;
  for (std::string line; std::getline(lines, line);) epochs += json::parse(line)["event"] == "epoch";
  EXPECT_EQ(epochs, document["epochs"]);

  const Ran evaluated = run_command({"evaluate", model, iris, "--format", "json"});
  ASSERT_EQ(evaluated.status, 0) << evaluated.err;
  EXPECT_GE(json::parse(evaluated.out)["metrics"]["test"]["accuracy"], 0.9);

  const Ran predicted = run_command({"predict", model, iris, "--output", folder / "p.csv"});
  ASSERT_EQ(predicted.status, 0) << predicted.err;
  const std::string csv = slurp(folder / "p.csv");
  EXPECT_TRUE(contains(csv, "prediction,p_setosa,p_versicolor,p_virginica\nsetosa,"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 151);
}

TEST(CliTrain, TextEndsWithFiguresAConfusionMatrixAndPlaces) {
  const Folder folder;
  const Ran ran = train({iris, "--target", "species", "--model", "softmax", "--epochs", "100", "--save", folder / "m"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_TRUE(contains(ran.out, "Epoch [100/100], loss 0."));
  EXPECT_TRUE(contains(ran.out, "confusion matrix"));
  EXPECT_TRUE(contains(ran.out, "model      " + (folder / "m")));
}

TEST(CliTrain, BadInputIsOneLineAndStatusTwoAndWritesNothing) {
  const Folder folder;
  put(folder / "cut.gz", std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x4c", 12));
  struct Case {
    std::string content, words;
  };
  for (const Case& c :
       {Case{"", "is empty"}, Case{"x,y\n", "no rows"}, Case{"x,y\n1,2\n3\n", ":3: this row has 1 cell"},
        Case{"x,y\n1,2\nnan,3\n4,5\n", ":3:1: 'nan'"}, Case{"x,y\n1,a\n2,a\n", "one class only"},
        Case{"x,z\n1,a\n2,b\n", "no column 'y'"}, Case{"x,y\n1,\n2,b\n", ":2: the target 'y' is missing"},
        Case{"x,y\n1,\"a\n2,b\n", ":2:3: the quote opened here is never closed"}}) {
    const Ran ran =
        train({put(folder / "d.csv", c.content), "--target", "y", "--model", "mlp:4", "--save", folder / "m"});
    EXPECT_EQ(ran.status, 2) << c.content;
    EXPECT_TRUE(contains(ran.err, c.words));
    EXPECT_TRUE(ran.out.empty());
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
  EXPECT_TRUE(contains(train({folder / "cut.gz", "--target", "y"}).err, "truncated"));
  EXPECT_EQ(folder.count(), 2u);
}

TEST(CliTrain, AConstantColumnIsReportedAndNoError) {
  const Folder folder;
  const Ran ran =
      train({put(folder / "d.csv", "c,x,y\n5,1,2.5\n5,2,4\n5,3,6\n5,4,8\n"), "--target", "y", "--model", "linear"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_TRUE(contains(ran.out, "1 column is constant"));
  EXPECT_EQ(ran.out.find("nan"), std::string::npos);
}

TEST(CliTrain, ADivergedRunHasStatusOneAndSavesNothing) {
  const Folder folder;
  for (const char* model : {"mlp:16", "softmax"}) {
    const Ran ran = train({digits, "--target", "digit", "--model", model, "--optimizer", "sgd,learning_rate=10",
                           "--epochs", "20", "--save", folder / "m", "--format", "json"});
    EXPECT_EQ(ran.status, 1) << ran.err;
    EXPECT_TRUE(json::parse(ran.out)["saved"].is_null());
    EXPECT_EQ(folder.count(), 0u);
  }
}

TEST(CliTrain, TheLessonsLineFromTheCommandLine) {
  const Folder folder;
  const std::string data = put(folder / "line.csv", "x,y\n1,2\n2,4\n3,6\n4,8\n5,10\n"), model = folder / "m";
  const Ran ran = train({data, "--target", "y", "--model", "linear", "--loss", "half_mean_squared_error", "--optimizer",
                         "sgd,learning_rate=0.01", "--epochs", "1", "--batch-size", "all", "--start", "weight=1,bias=1",
                         "--precision", "double", "--save", model});
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_TRUE(contains(ran.out, "Epoch [1/1], loss 3\n"));
  const json inside = json::parse(run_command({"inspect", model, "--format", "json"}).out);
  EXPECT_NEAR(inside["coefficients"][0]["value"].get<double>(), 1.08, 1e-14);
  EXPECT_NEAR(inside["intercept"].get<double>(), 1.02, 1e-14);
}

TEST(CliTrain, SelectNamesWhatTheBestIsJudgedBy) {
  const Ran ran = train({iris, "--target", "species", "--model", "mlp:4", "--select", "accuracy"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_TRUE(contains(ran.out, "(judged by accuracy)"));
  EXPECT_TRUE(contains(ran.out, "the best on the validation rows by accuracy"));
  EXPECT_TRUE(contains(ran.out, "30 of 150 rows are held back"));
  EXPECT_TRUE(contains(train({iris, "--target", "species", "--select", "acuracy"}).err, "did you mean 'accuracy'?"));
}

TEST(CliTrain, AColumnIsNotHiddenBehindTheCountOfOne) {
  const Folder folder;
  const std::string nine = put(folder / "d.csv", "c1,c2,c3,c4,c5,c6,c7,c8,c9\n1,2,3,4,5,6,7,8,9\n2,3,4,5,6,7,8,9,1\n");
  EXPECT_TRUE(contains(train({nine, "--target", "zebra"}).err, "c7, c8 and c9"));
  const std::string ten =
      put(folder / "e.csv", "c1,c2,c3,c4,c5,c6,c7,c8,c9,d\n1,2,3,4,5,6,7,8,9,1\n2,3,4,5,6,7,8,9,1,2\n");
  EXPECT_TRUE(contains(train({ten, "--target", "zebra"}).err, "c7, c8 and 2 more"));
}

TEST(CliTrain, ASignalEndsTheStepSavesAndSaysSo) {
  for (const auto& [signal, status] : {std::pair{SIGINT, 130}, std::pair{SIGTERM, 143}}) {
    const Folder folder;
    const Ran ran = run_command(
        {"train", digits, "--target", "digit", "--epochs", "1000000", "--save", folder / "m", "--log", folder / "log"},
        {signal, wrote(folder / "log", "\"event\":\"epoch\"")});
    EXPECT_EQ(ran.status, status) << ran.err;
    EXPECT_TRUE(contains(ran.out, "interrupted after"));
    EXPECT_EQ(run_command({"evaluate", folder / "m", digits}).status, 0);
    EXPECT_EQ(folder.count(), 2u);
  }
}

TEST(CliTrain, ASignalThatComesTwiceAtOnceIsOneWish) {
  const Folder folder;
  const Ran ran = run_command(
      {"train", digits, "--target", "digit", "--epochs", "1000000", "--save", folder / "m", "--log", folder / "log"},
      {SIGHUP, wrote(folder / "log", "\"event\":\"epoch\""), 3});
  EXPECT_EQ(ran.status, 129) << ran.err;
  EXPECT_EQ(run_command({"evaluate", folder / "m", digits}).status, 0);
}

TEST(CliTrain, ADamagedModelFileIsNamed) {
  const Folder folder;
  const std::string model = folder / "m";
  ASSERT_EQ(train({iris, "--target", "species", "--model", "softmax", "--epochs", "1", "--save", model}).status, 0);
  const std::string good = slurp(model);
  put(model, good.substr(0, good.size() - 20));
  const Ran cut = run_command({"predict", model, iris});
  EXPECT_EQ(cut.status, 2);
  EXPECT_TRUE(contains(cut.err, model + ": damaged or foreign: entry '"));
  std::string flipped = good;
  flipped[flipped.size() - 10] ^= 1;
  put(model, flipped);
  EXPECT_TRUE(contains(run_command({"evaluate", model, iris}).err, "is damaged"));
}

TEST(CliTrain, ADryRunTrainsNothing) {
  const Folder folder;
  const Ran ran = train({iris, "--target", "species", "--model", "softmax", "--dry-run", "--save", folder / "m"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_TRUE(contains(ran.out, "classes    3: setosa (50) versicolor (50) virginica (50)"));
  EXPECT_EQ(folder.count(), 0u);
}

}  // namespace
}  // namespace talweg::test
