#include <cmath>

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/run_command.hpp"
#include "support/files.hpp"

namespace talweg::test {
namespace {

using nlohmann::json;
using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::put;

std::string some_ratings() {
  std::string out;
  for (int i = 0; i < 30; ++i)
    for (int j = 0; j < 20; ++j)
      if ((i * 7 + j * 3) % 4 != 0) {
        out += std::to_string(i) + "\t" + std::to_string(j) + "\t" + std::to_string(1 + (i % 3) + (j % 3)) + "\t88\n";
      }
  return out;
}

TEST(CliFactorization, InspectListsTheLargestBiasesOfBoth) {
  const Folder folder;
  const std::string data = put(folder / "r.tsv", some_ratings()), model = folder / "m";
  ASSERT_EQ(run_command({"train", data, "--model", "mf:4", "--columns", "user,item,rating", "--save", model}).status,
            0);
  const Ran ran = run_command({"inspect", model, "--top", "50", "--format", "json"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  const json inside = json::parse(ran.out);
  EXPECT_EQ(inside["users"], 30);
  EXPECT_EQ(inside["items"], 20);
  EXPECT_EQ(inside["left_out"], 0);
  int of_items = 0;
  double before = HUGE_VAL;
  for (const auto& row : inside["biases"]) {
    of_items += row["of"] == "item";
    EXPECT_LE(std::abs(row["bias"].get<double>()), before);
    before = std::abs(row["bias"].get<double>());
  }
  EXPECT_EQ(of_items, 20) << ran.out;
}

TEST(CliFactorization, TrainsPredictsRecommendsAndEvaluates) {
  const Folder folder;
  const std::string data = put(folder / "r.tsv", some_ratings()), model = folder / "m", log = folder / "log";
  const Ran trained = run_command({"train", data, "--model", "mf:4", "--columns", "user,item,rating", "--validation",
                                   "0.2", "--save", model, "--log", log, "--format", "json"});
  ASSERT_EQ(trained.status, 0) << trained.err;
  const json report = json::parse(trained.out);
  for (const char* key : {"metrics", "epochs", "steps", "seconds", "examples_per_second", "optimizer", "model",
                          "parameters", "status", "message"})
    EXPECT_TRUE(report.contains(key)) << key;
  EXPECT_LT(report["metrics"]["validation"]["rmse"], 0.5);
  EXPECT_EQ(report["parameters"], 50 * 5);
  EXPECT_TRUE(contains(slurp(log), R"("event":"end")"));

  const Ran evaluated = run_command({"evaluate", model, data, "--format", "json"});
  ASSERT_EQ(evaluated.status, 0) << evaluated.err;
  EXPECT_LT(json::parse(evaluated.out)["metrics"]["test"]["rmse"], 0.5);
  EXPECT_TRUE(json::parse(evaluated.out)["metrics"]["test"].contains("mae"));

  const std::string pairs = put(folder / "p.tsv", "0\t0\n1\t19\n99\t0\n");
  const Ran predicted = run_command({"predict", model, pairs});
  ASSERT_EQ(predicted.status, 0) << predicted.err;
  EXPECT_EQ(std::count(predicted.out.begin(), predicted.out.end(), '\n'), 4);
  EXPECT_TRUE(contains(predicted.err, "1 of 3 pairs have a user (1) or an item (0)"));

  const Ran top = run_command({"predict", model, "--top", "3", "--user", "5"});
  ASSERT_EQ(top.status, 0) << top.err;
  EXPECT_TRUE(top.out.starts_with("user,rank,item,prediction\n5,1,"));
  EXPECT_EQ(std::count(top.out.begin(), top.out.end(), '\n'), 4);
}

TEST(CliFactorization, EveryMethodEndsWell) {
  const Folder folder;
  const std::string data = put(folder / "r.tsv", some_ratings());
  for (const char* optimizer : {"lbfgs", "cg", "als", "sgd", "adagrad", "adam", "momentum", "lbfgsb"}) {
    const Ran ran = run_command({"train", data, "--model", "mf:3", "--optimizer", optimizer, "--format", "json"});
    EXPECT_EQ(ran.status, 0) << optimizer << ran.err;
    EXPECT_TRUE(contains(json::parse(ran.out)["optimizer"].get<std::string>(), optimizer));
  }
}

TEST(CliFactorization, BadInputHasStatusTwoAndItsPlace) {
  const Folder folder;
  const auto train = [&](const std::string& content) {
    const Ran ran = run_command({"train", put(folder / "r.tsv", content), "--model", "mf:4"});
    EXPECT_EQ(ran.status, 2) << content;
    EXPECT_TRUE(ran.out.empty());
    return ran.err;
  };
  EXPECT_TRUE(contains(train("a\tx\t5\nb\ty\t\n"), "r.tsv:2:5: the rating is missing"));
  EXPECT_TRUE(contains(train("a\tx\t5\nb\ty\tnan\n"), "r.tsv:2:5: the rating 'nan'"));
  EXPECT_TRUE(contains(train("a\tx\t5\na\tx\t4\n"), "r.tsv:2:1: user 'a' has rated item 'x' before, in line 1"));
  EXPECT_TRUE(contains(train(""), "is empty"));
  EXPECT_TRUE(contains(train("5\n4\n"), "has one column where 3 are needed"));
  const Ran wrong = run_command({"predict", put(folder / "r.tsv", "a\tx\n"), "--top", "3"});
  EXPECT_EQ(wrong.status, 2);
}

TEST(CliFactorization, ADryRunSaysWhatWasUnderstood) {
  const Folder folder;
  const Ran ran = run_command({"train", put(folder / "r.tsv", some_ratings()), "--model", "mf:4", "--dry-run"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_TRUE(contains(ran.out, "30 users, 20 items"));
  EXPECT_TRUE(contains(ran.out, "adagrad:paper"));
}

}  // namespace
}  // namespace talweg::test
