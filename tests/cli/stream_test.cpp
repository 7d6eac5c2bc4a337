#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <random>

#include "cli/run_command.hpp"
#include "support/files.hpp"

namespace talweg::test {
namespace {

using nlohmann::json;
using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::put;
using Arguments = std::vector<std::string>;

Ran train(Arguments rest) {
  rest.insert(rest.begin(), "train");
  return run_command(rest);
}

std::string clicks(const std::string& path, int rows) {
  std::minstd_rand random(1);
  std::string out;
  for (int r = 0; r < rows; ++r) {
    unsigned index = 0;
    int votes = 0;
    std::string row;
    for (int k = 0; k < 12; ++k) {
      index += 1 + random() % 900;
      votes += index % 2 == 0 ? 1 : -1;
      row += " " + std::to_string(index) + ":1";
    }
    out += (votes + static_cast<int>(random() % 7) - 3 > 0 ? "1" : "-1") + row + "\n";
  }
  return put(path, out);
}

TEST(CliStream, TrainsEvaluatesPredictsAndInspects) {
  const Folder folder;
  const std::string data = clicks(folder / "c", 5000), model = folder / "m", log = folder / "log";
  const Ran ran = train({data, "--model", "logistic", "--optimizer", "ftrl", "--save", model, "--log", log, "--format",
                         "json", "--validation", data});
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_TRUE(ran.err.empty()) << ran.err;
  const json document = json::parse(ran.out);
  EXPECT_EQ(document["epochs"], 1);
  EXPECT_EQ(document["steps"], 5000);
  EXPECT_EQ(document["batch_size"], 1);
  EXPECT_GT(document["metrics"]["progressive"]["roc_auc"], 0.6);
  EXPECT_EQ(document["progress"].size(), 3);
  EXPECT_TRUE(contains(slurp(log), R"({"event":"progress","rows":4000)"));

  const Ran evaluated = run_command({"evaluate", model, data, "--format", "json"});
  ASSERT_EQ(evaluated.status, 0) << evaluated.err;
  EXPECT_EQ(json::parse(evaluated.out)["metrics"]["test"]["roc_auc"], document["metrics"]["validation"]["roc_auc"]);

  const Ran predicted = run_command({"predict", model, data});
  ASSERT_EQ(predicted.status, 0) << predicted.err;
  EXPECT_TRUE(predicted.out.starts_with("prediction,p_-1,p_1\n"));
  EXPECT_EQ(std::count(predicted.out.begin(), predicted.out.end(), '\n'), 5001);

  const Ran inspected = run_command({"inspect", model, "--top", "3", "--format", "json"});
  ASSERT_EQ(inspected.status, 0) << inspected.err;
  const json inside = json::parse(inspected.out);
  EXPECT_EQ(inside["nonzero_weights"], document["nonzero_weights"]);
  ASSERT_EQ(inside["coefficients"].size(), 3);
  EXPECT_GE(std::abs(inside["coefficients"][0]["value"].get<double>()),
            std::abs(inside["coefficients"][1]["value"].get<double>()));
  EXPECT_TRUE(inside["intercept"].is_number());
}

TEST(CliStream, ThreadsChangeNoByteOfTheModel) {
  const Folder folder;
  const std::string data = clicks(folder / "c", 20000);
  for (const char* threads : {"1", "2"})
    ASSERT_EQ(
        train({data, "--model", "logistic", "--optimizer", "ftrl", "--threads", threads, "--save", folder / threads})
            .status,
        0);
  EXPECT_EQ(slurp(folder / "1"), slurp(folder / "2"));
}

TEST(CliStream, ARunThatGoesOnMustBeTheSame) {
  const Folder folder;
  const std::string data = clicks(folder / "c", 30000), whole = folder / "whole", resumed = folder / "resumed",
                    dir = folder / "state";
  const Arguments run{"train", data, "--model", "logistic", "--optimizer", "ftrl", "--epochs", "2"};
  const auto with = [&](Arguments more) {
    Arguments all = run;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  ASSERT_EQ(run_command(with({"--save", whole, "--checkpoint", dir})).status, 0);
  // A finished run writes its model again and ends well.
  ASSERT_EQ(run_command({"train", data, "--save", resumed, "--resume", dir}).status, 0);
  EXPECT_EQ(slurp(resumed), slurp(whole));
  // Flags must agree.
  const Ran other = run_command({"train", data, "--model", "logistic", "--optimizer", "adagrad", "--resume", dir});
  EXPECT_EQ(other.status, 2);
  EXPECT_TRUE(contains(other.err, "--optimizer adagrad")) << other.err;
  // The file must be the same.
  clicks(data, 29999);
  const Ran changed = run_command(with({"--resume", dir}));
  EXPECT_EQ(changed.status, 2);
  EXPECT_TRUE(contains(changed.err, "has changed since the checkpoint")) << changed.err;
}

TEST(CliStream, AFolderWithoutCheckpointStartsAndSaysSo) {
  const Folder folder;
  const std::string data = clicks(folder / "c", 1000);
  const Ran ran = train({data, "--model", "logistic", "--optimizer", "ftrl", "--resume", folder / "empty"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_TRUE(contains(ran.err, "holds no checkpoint; the run starts from the beginning"));
}

TEST(CliStream, HashesNamesAndTextColumns) {
  const Folder folder;
  std::string table = "city,device,click\n";
  for (int i = 0; i < 4000; ++i) {
    const bool rome = i % 3 == 0, phone = i % 2 == 0;
    table += std::string(rome ? "Rome," : "Oslo,") + (phone ? "phone," : "desk,") + (rome == phone ? "yes\n" : "no\n");
  }
  const std::string data = put(folder / "t.csv", table), model = folder / "m";
  const Ran ran = train({data, "--target", "click", "--model", "logistic", "--optimizer", "ftrl", "--hash-bits", "16",
                         "--cross", "city,device", "--save", model, "--format", "json"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_GT(json::parse(ran.out)["metrics"]["progressive"]["accuracy"],
            0.97);  // only the cross tells the classes apart
  const Ran inspected = run_command({"inspect", model, "--top", "4"});
  EXPECT_TRUE(contains(inspected.out, "city=Rome × device=phone"));
  EXPECT_EQ(run_command({"evaluate", model, data}).status, 0);
}

TEST(CliStream, RefusesWhatHasNoEffect) {
  const Folder folder;
  const std::string data = clicks(folder / "c", 100);
  struct Case {
    Arguments arguments;
    const char* expected;
  };
  for (const Case& c : std::initializer_list<Case>{
           {{"--optimizer", "ftrl", "--hash-bits", "40"}, "from 1 to 30"},
           {{"--optimizer", "lion", "--hash-bits", "10"}, "changes every coordinate in every step"},
           {{"--optimizer", "lbfgs", "--hash-bits", "10"}, "works on all rows at once"},
           {{"--optimizer", "ftrl", "--hash-bits", "10", "--patience", "2"}, "--patience has no effect"},
           {{"--optimizer", "ftrl", "--cross", "1,2", "--index-base", "1"}, "--cross needs hashed features"},
           {{"--optimizer", "ftrl", "--hash-bits", "10", "--every", "5s"},
            "--every has no effect without --checkpoint"},
           {{"--optimizer", "sgd", "--hash-bits", "10", "--schedule", "cosine"}, "add steps="}}) {
    Arguments all{data, "--model", "logistic"};
    all.insert(all.end(), c.arguments.begin(), c.arguments.end());
    const Ran ran = train(all);
    EXPECT_EQ(ran.status, 2);
    EXPECT_TRUE(contains(ran.err, c.expected)) << ran.err;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
}

TEST(CliStream, AFullDiskIsNamed) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP();
  const Folder folder;
  const std::string data = clicks(folder / "c", 100), model = folder / "m";
  const Ran ran = train({data, "--model", "logistic", "--optimizer", "ftrl", "--save", "/dev/full"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_TRUE(contains(ran.err, "No space left on device"));
  ASSERT_EQ(train({data, "--model", "logistic", "--optimizer", "ftrl", "--save", model}).status, 0);
  EXPECT_EQ(run_command({"predict", model, data, "--output", "/dev/full"}).status, 2);
}

}  // namespace
}  // namespace talweg::test
