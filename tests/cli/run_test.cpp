// `talweg run`, and --write-run on every command.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/run_command.hpp"

namespace talweg::test {
namespace {

using testing::contains;
using testing::Folder;
using testing::put;
using Json = nlohmann::json;
using Arguments = std::vector<std::string>;

/// Numbers of a machine's clock in a document.
std::string without_seconds(std::string text) {
  Json json = Json::parse(text);
  json.erase("seconds");
  json.erase("examples_per_second");
  return json.dump();
}

class RunFiles : public ::testing::Test {
 protected:
  RunFiles() {
    put(folder / "rows.csv", "a,b,y\n1,0,no\n2,1,no\n3,0,yes\n4,1,yes\n5,0,yes\n0,1,no\n2.5,0,no\n3.5,1,yes\n");
    run_command({"train", folder / "rows.csv", "--target", "y", "--model", "logistic,l2=.1", "--save", folder / "m"});
  }
  Folder folder;
};

TEST_F(RunFiles, WhatACommandWritesDoesTheSameAgain) {
  const std::string data = folder / "rows.csv", model = folder / "m";
  const std::vector<Arguments> commands{
      {"minimize", "-x*y", "--start", "x=1,y=-.5", "--bounds", "x=0:2,y=-inf:3", "--optimizer", "adam,learning_rate=.1",
       "--iterations", "50", "--format", "json"},
      {"minimize", "x*x+y", "--start", "x=1,y=2", "--subject-to", "y>=-1", "--subject-to", "x>=.5", "--trace"},
      {"train", data, "--target", "y", "--model", "mlp:3", "--epochs", "7", "--no-standardize", "--validation", "0.3",
       "--seed", "4", "--group", "dense1.*:learning_rate=.01", "--format", "json"},
      {"predict", model, data},
      {"evaluate", model, data, "--format", "json"},
      {"inspect", model, "--top", "1"},
      {"explain", "x^2", "--start", "x=10", "--optimizer", "adam,learning_rate=0.5", "--step", "3"},
      {"explain", model, data, "--row", "2"},
      {"compare", "x^2+y^2", "--start", "x=1,y=2", "--optimizers", "adam", "lbfgs", "--seeds", "2", "--evaluations",
       "50"},
      {"advise", data, "--target", "y"},
      {"fit", data, "b ~ p*a + q", "--start", "p=1,q=-.5", "--bounds", "q=-1:1", "--loss", "huber=.5", "--format",
       "json"},
      {"suite", "--problem", "rosenbrock", "beale", "--method", "lbfgs"}};
  for (const Arguments& command : commands) {
    const Ran first = run_command(command);
    Arguments writing = command;
    const std::string file = folder / "run.json";
    writing.insert(writing.end(), {"--write-run", file});
    const Ran written = run_command(writing);
    const Ran again = run_command({"run", file});
    const auto same = [&](const Ran& other) {
      EXPECT_EQ(other.status, first.status) << command[0] << other.err;
      EXPECT_EQ(other.err, first.err) << command[0];
      if (first.out.starts_with("{"))
        EXPECT_EQ(without_seconds(other.out), without_seconds(first.out)) << command[0];
      else if (command[0] != "advise")
        EXPECT_EQ(other.out, first.out) << command[0];
    };
    same(written);
    same(again);
    EXPECT_EQ(Json::parse(slurp(file))["command"], command[0]);
    EXPECT_EQ(Json::parse(slurp(file))["talweg"], 1);
  }
}

TEST_F(RunFiles, TheFolderMayMove) {
  const Folder other;
  std::filesystem::create_directory(folder / "runs");
  const std::string file = folder / "runs/run.json";
  ASSERT_EQ(run_command({"train", folder / "rows.csv", "--target", "y", "--model", "logistic", "--dry-run",
                         "--write-run", file})
                .status,
            0);
  put(folder / "runs/run.json",
      R"({"talweg":1,"command":"train","file":"../rows.csv","target":"y","model":"logistic,l2=.1","save":"m2"})");
  std::filesystem::copy(folder.path(), other / "moved", std::filesystem::copy_options::recursive);
  EXPECT_EQ(run_command({"run", other / "moved/runs/run.json"}).status, 0);
  EXPECT_EQ(slurp(other / "moved/runs/m2"), slurp(folder / "m"));
}

TEST_F(RunFiles, WrongUse) {
  const auto refusal = [&](const std::string& text) {
    const Ran ran = run_command({"run", put(folder / "wrong.json", text)});
    EXPECT_EQ(ran.status, 2) << ran.out;
    return ran.err;
  };
  EXPECT_TRUE(contains(refusal(R"({"talweg":1,"command":"trian"})"), "unknown command 'trian': did you mean 'train'?"));
  EXPECT_TRUE(contains(refusal(R"({"talweg":1,"command":"list"})"), "unknown command 'list'"));
  EXPECT_TRUE(contains(refusal(R"({"talweg":1,"command":"minimize","formula":"x","iteration":3})"),
                       "unknown field 'iteration' for minimize: did you mean 'iterations'?"));
  EXPECT_TRUE(contains(refusal(R"({"talweg":1,"command":"minimize","formula":"x^2","start":"x=1","iterations":-1})"),
                       "--iterations '-1' is out of range: give at least 0"));
  EXPECT_TRUE(contains(refusal(R"({"talweg":1,"command":"minimize","formula":"x^2","start":"x=1",
                                   "output":"wrong.json"})"),
                       "wrong.json"));
  EXPECT_TRUE(contains(refusal("x"), "wrong.json:1:1: is no JSON"));
  const Ran missing = run_command({"run", folder / "nowhere.json"});
  EXPECT_EQ(missing.status, 2);
  EXPECT_TRUE(contains(missing.err, "nowhere.json"));
  EXPECT_EQ(run_command({"run"}).status, 2);
}

TEST_F(RunFiles, AnOutputIsNeverTheRunFile) {
  const std::string file = folder / "run.json";
  const Ran ran = run_command({"minimize", "x^2", "--start", "x=1", "--output", file, "--write-run", file});
  EXPECT_EQ(ran.status, 2);
  EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace talweg::test
