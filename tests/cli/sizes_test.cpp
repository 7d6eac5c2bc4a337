// Labels, targets and classes at which double, or the likelihood, ends.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
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

/// Rows of a, b and what `target` makes of row i.
template <class F> std::string rows_of(const F& target) {
  std::string rows = "a,b,y\n";
  for (int i = 0; i < 60; ++i)
    rows += std::to_string(i * 7 % 23 - 11) + "," + std::to_string(i * 5 % 17) + "," + target(i) + "\n";
  return rows;
}

TEST(Labels, BeyondTheWholeNumbersOfDoubleAreClassesByTheirText) {
  const Folder folder;
  const std::string rows =
      put(folder / "ids.csv", rows_of([](int i) { return "900719925474099" + std::to_string(2 + i % 3); }));
  const std::vector<std::string> classes{"9007199254740992", "9007199254740993", "9007199254740994"};
  for (const char* optimizer : {"adam", "ftrl"}) {
    const std::string model = folder / optimizer;
    const Ran trained = run_command({"train", rows, "--target", "y", "--model", "softmax", "--optimizer", optimizer,
                                     "--epochs", "2", "--save", model});
    ASSERT_EQ(trained.status, 0) << trained.err;
    for (const auto& c : classes) EXPECT_TRUE(contains(trained.out, c)) << trained.out;
    const Ran evaluated = run_command({"evaluate", model, rows, "--format", "json"});
    EXPECT_EQ(evaluated.status, 0) << evaluated.err;
    const std::string head = run_command({"predict", model, rows}).out;
    EXPECT_TRUE(head.starts_with("prediction,p_9007199254740992,p_9007199254740993,p_9007199254740994\n")) << head;
  }
}

TEST(Labels, TheConfusionMatrixCutsNoTwoNamesToOne) {
  const Folder folder;
  const std::string rows =
      put(folder / "t.csv",
          rows_of([](int i) { return std::string(i % 2 ? "a_long_name_of_one" : "a_long_name_of_two"); }));
  const Ran ran = run_command({"train", rows, "--target", "y", "--model", "logistic", "--epochs", "1"});
  EXPECT_TRUE(contains(ran.out, "a_long_name_of_one")) << ran.out;
}

TEST(Targets, TooLargeOrTooSmallForTheirSquaresAreRefusedByEveryReader) {
  const Folder folder;
  const auto table = [&](const char* cell) {
    return put(folder / "t.csv", rows_of([&](int i) { return i == 30 ? cell : i == 0 ? "1e-300" : "0"; }));
  };
  for (const Arguments& how :
       {Arguments{"--model", "linear"}, {"--model", "mlp:4"}, {"--model", "linear", "--hash-bits", "8"}})
    for (const char* cell : {"2e302", "-3e-200"}) {
      Arguments all{"train", table(cell), "--target", "y"};
      all.insert(all.end(), how.begin(), how.end());
      const Ran ran = run_command(all);
      EXPECT_EQ(ran.status, 2) << how[1] << " " << cell;
      EXPECT_TRUE(contains(ran.err, "t.csv:32")) << ran.err;
      EXPECT_TRUE(contains(ran.err, "column by a power of ten")) << ran.err;
    }
  std::string late = "1 1:1\n2 1:2\n";
  for (int i = 0; i < 200'000; ++i) late += "1 1:1\n";  // behind the first megabyte
  const Ran stream = run_command(
      {"train", put(folder / "late.svm", late + "2e302 1:1\n"), "--model", "linear", "--optimizer", "ftrl"});
  EXPECT_EQ(stream.status, 2);
  EXPECT_TRUE(contains(stream.err, "late.svm:200003:1: '2e302' is a target whose square is no finite number"))
      << stream.err;
  const Ran ratings = run_command({"train", put(folder / "r.csv", "u,a,3\nu,b,4\nv,a,1e300\n"), "--model", "mf:1"});
  EXPECT_EQ(ratings.status, 2);
  EXPECT_TRUE(contains(ratings.err, "r.csv:3:5: the rating is 1e+300, whose square is no finite number"))
      << ratings.err;
}

TEST(Targets, TooLargeForFloatAreNoFaultOfTheRate) {
  const Folder folder;
  const std::string rows = put(folder / "t.csv", rows_of([](int i) { return std::to_string(i) + "e30"; }));
  const Ran ran = run_command({"train", rows, "--target", "y", "--model", "linear", "--optimizer", "sgd"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_TRUE(contains(ran.out, "too large for float; nothing of it is kept; use double precision")) << ran.out;
  EXPECT_FALSE(contains(ran.out, "learning rate (it was"));
}

TEST(Targets, EqualOnesHaveNoShareOfVarianceExplained) {
  const Folder folder;
  const Ran ratings =
      run_command({"train", put(folder / "r.csv", "u,a,.3\nu,b,.3\nv,a,.3\n"), "--model", "mf:1", "--format", "json"});
  ASSERT_EQ(ratings.status, 0) << ratings.err;
  EXPECT_FALSE(json::parse(ratings.out)["metrics"]["train"].contains("r2")) << ratings.out;
  EXPECT_TRUE(contains(ratings.err, "all ratings are 0.3: there is nothing to learn"));
  for (const char* model : {"linear", "mlp:4"}) {
    const Ran table = run_command({"train", put(folder / "t.csv", rows_of([](int) { return ".3"; })), "--target", "y",
                                   "--model", model, "--format", "json"});
    EXPECT_FALSE(json::parse(table.out)["metrics"]["train"].contains("r2")) << table.out;
  }
}

TEST(Separable, ClassesWithoutAPenaltyAreTold) {
  const Folder folder;
  const std::string apart = put(folder / "apart.csv", rows_of([](int i) { return std::to_string(i * 7 % 23 > 11); })),
                    mixed = put(folder / "mixed.csv",
                                rows_of([](int i) { return std::to_string(i * 7 % 23 - i * 3 % 31 > 0); }));
  const char* said = "have no finite optimum";
  for (const char* model : {"logistic", "softmax"})
    EXPECT_TRUE(
        contains(run_command({"train", apart, "--target", "y", "--model", model, "--optimizer", "lbfgs"}).out, said));
  EXPECT_FALSE(contains(run_command({"train", apart, "--target", "y", "--model", "logistic,c=1"}).out, said));
  EXPECT_FALSE(contains(
      run_command({"train", mixed, "--target", "y", "--model", "logistic", "--optimizer", "lbfgs"}).out, said));
}

TEST(Predictions, ThatOverflowAreAnErrorThatNamesTheRow) {
  const Folder folder;
  std::string lines = "x,y\n";
  for (int i = 0; i < 40; ++i) lines += std::to_string(i) + "," + std::to_string(2 * i + 1) + "\n";
  const std::string rows = put(folder / "t.csv", lines);
  for (const Arguments& how : {Arguments{"--model", "linear", "--optimizer", "adam"},
                               {"--model", "linear"},
                               {"--model", "linear", "--optimizer", "ftrl"}}) {
    Arguments all{"train", rows, "--target", "y", "--save", folder / "m", "--epochs", "20"};
    all.insert(all.end(), how.begin(), how.end());
    ASSERT_EQ(run_command(all).status, 0);
    // Beyond float, where one is written; in double 2·1e308 overflows.
    const std::string far = put(folder / "far.csv", how.size() > 2 ? "x\n1\n1e40\n" : "x\n1\n1.7e308\n");
    const Ran ran = run_command({"predict", folder / "m", far});
    EXPECT_EQ(ran.status, 2) << ran.out;
    EXPECT_TRUE(contains(ran.err, "far.csv:")) << ran.err;
    EXPECT_TRUE(contains(ran.err, "no finite number")) << ran.err;
  }
}

TEST(Separable, InPartIsTold) {
  const Folder folder;
  const auto said = [&](const std::string& rows, const Arguments& more) {
    Arguments all{"train", put(folder / (more.back() == "rows" ? "t.libsvm" : "t.csv"), rows), "--validation", "0"};
    all.insert(all.end(), more.begin(), more.end() - (more.back() == "rows" ? 1 : 0));
    const Ran ran = run_command(all);
    EXPECT_EQ(ran.status, 0) << ran.err;
    return contains(ran.out, "a part of the training rows is separable from the others");
  };
  const auto noise = [](int i) { return i * 7 % 23 - i * 3 % 31 > 0 ? 1 : 0; };
  // A group that holds one class; ties at the border alone; a class of three that has a group of its own; collinear
  // columns.
  std::string group = "g,a,y\n", ties = "a,y\n", three = "g,a,y\n", overlap = "g,a,b,y\n", sparse, held;
  for (int i = 0; i < 90; ++i) {
    const std::string a = std::to_string(i * 5 % 17);
    const int y = noise(i);
    group += std::string(1, "pqr"[i % 3]) + "," + a + "," + std::to_string(i % 3 == 1 ? 1 : y) + "\n";
    ties += std::to_string(i % 9 - 4) + "," + std::to_string(i % 9 == 4 ? y : i % 9 > 4) + "\n";
    three += std::string(1, "pqr"[i % 3]) + "," + a + ",c" + std::to_string(i % 3 == 1 ? 2 : y) + "\n";
    overlap += std::string(1, "pqr"[i % 3]) + "," + a + "," + std::to_string(2 * (i * 5 % 17) + 1) + "," +
               std::to_string(y) + "\n";
    sparse += std::to_string(i % 3 == 1 ? 1 : y) + " " + std::to_string(1 + i % 3) + ":1 4:" + a + "\n";
    held += std::to_string(y) + " " + std::to_string(1 + i % 3) + ":1 4:" + a + "\n";
  }
  const Arguments logistic{"--target", "y", "--model", "logistic", "--optimizer", "lbfgs"},
      softmax{"--target", "y", "--model", "softmax", "--optimizer", "lbfgs"},
      rows{"--model", "logistic", "--optimizer", "lbfgs", "rows"};
  EXPECT_TRUE(said(group, logistic));
  EXPECT_TRUE(said(group, softmax));
  EXPECT_TRUE(said(ties, logistic));
  EXPECT_TRUE(said(three, softmax));
  EXPECT_TRUE(said(sparse, rows));
  EXPECT_FALSE(said(overlap, logistic));
  EXPECT_FALSE(said(overlap, softmax));
  EXPECT_FALSE(said(held, rows));
  EXPECT_FALSE(said(group, {"--target", "y", "--model", "logistic,c=1", "--optimizer", "lbfgs"}));
}

TEST(Help, OnAFullDiskHasStatusTwo) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP();
  for (const char* arguments : {" --help", " train --help", " --version"}) {
    const int status = std::system((std::string(TALWEG_CLI) + arguments + " > /dev/full 2> /dev/null").c_str());
    EXPECT_EQ(WEXITSTATUS(status), 2) << arguments;
  }
}

}  // namespace
}  // namespace talweg::test
