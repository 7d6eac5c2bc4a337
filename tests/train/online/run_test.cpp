#include "talweg/train/online/run.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/random.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/online/running_metrics.hpp"
#include "talweg/train/online/setup.hpp"
#include "talweg/train/online/stream_model.hpp"

namespace talweg::train::online {
namespace {

using data::stream::BlockReader;
using data::stream::Source;
using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::message_of;
using talweg::testing::put;

Plan plan_for(const std::string& path, const std::string& model = "logistic", const RowRequest& request = {}) {
  Plan plan;
  plan.file = path;
  plan.spec = models::ModelSpec::parse(model);
  RowRequest rows = request;
  rows.wanted = models::wanted_target(plan.spec, "");
  BlockReader reader(Source::open(path), block_bytes);
  plan.rows = understand(path, reader, rows).rows;
  plan.head.task = plan.rows.target.task;
  plan.head.loss = models::default_loss(plan.head.task);
  plan.head.outputs = plan.head.task == data::Task::classes ? plan.rows.target.classes.size() : 1;
  plan.method = FirstOrder::parse("ftrl,alpha=.2,beta=1,l1=.3,l2=.5");
  return plan;
}
template <class T = double> Outcome run_plan(const Plan& plan) {
  return run<T>(plan, BlockReader(Source::open(plan.file), block_bytes));
}

nlohmann::json golden() { return nlohmann::json::parse(std::ifstream(TALWEG_GOLDEN_DIR "/stream/ftrl.json")); }

/// Margins and weights are sums of a few dozen terms of size 1: 1e-12 is a thousand rounding errors.
TEST(OnlineRun, IsTheIndependentFtrl) {
  const Folder folder;
  const auto expected = golden();
  Plan plan = plan_for(put(folder / "t", expected["text"].get<std::string>()));
  for (const auto& one : expected["runs"]) {
    plan.epochs = one["passes"];
    const Outcome outcome = run_plan(plan);
    EXPECT_NEAR(outcome.train.get("loss"), one["log_loss"].get<double>(), 1e-12);
    std::vector<double> weights(one["weights"].size());
    for (std::size_t i = 0; i < outcome.model.places.size(); ++i)
      weights[static_cast<std::size_t>(outcome.model.places[i])] = outcome.model.weights[i];
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const double w = one["weights"][i];
      EXPECT_NEAR(weights[i], w, 1e-12) << i;
      EXPECT_EQ(weights[i] == 0, w == 0) << i;
    }
    EXPECT_EQ(outcome.steps, one["passes"].get<int>() * 300);
  }
}

/// Rows of a logistic model over 5,000 places, 1.5 MB of text.
std::string clicks(const std::string& path, int rows = 20000, std::uint64_t seed = 1) {
  Random random(seed);
  std::string out;
  for (int r = 0; r < rows; ++r) {
    std::string row;
    double z = -0.5;
    std::uint64_t index = 0;
    for (int k = 0; k < 10; ++k) {
      index += 1 + random.below(500);
      z += index % 3 == 0 ? 0.5 : index % 3 == 1 ? -0.4 : 0;
      row += text::cat(" ", index, ":1");
    }
    out += (random.uniform() < 1 / (1 + std::exp(-z)) ? "1" : "0") + row + "\n";
  }
  return put(path, out);
}

std::string bytes_of(const Outcome& outcome) {
  Archive archive;
  outcome.model.save(archive);
  return archive.bytes();
}

TEST(OnlineRun, ThreadsChangeNoBit) {
  const Folder folder;
  for (const char* model : {"logistic", "softmax", "linear"}) {
    Plan plan = plan_for(clicks(folder / "t"), model);
    plan.epochs = 2;
    const Outcome one = run_plan<float>(plan);
    for (const int threads : {2, 3}) {
      plan.threads = threads;
      const Outcome more = run_plan<float>(plan);
      EXPECT_EQ(more.train.get("loss"), one.train.get("loss"));
      EXPECT_EQ(more.progressive.values, one.progressive.values);
      EXPECT_EQ(bytes_of(more), bytes_of(one)) << model;
    }
  }
}

TEST(OnlineRun, LearnsAndValidates) {
  const Folder folder;
  Plan plan = plan_for(clicks(folder / "t"));
  plan.validation = clicks(folder / "v", 5000, 2);
  const Outcome outcome = run_plan<float>(plan);
  EXPECT_GT(outcome.validation.get("roc_auc"), 0.65);  // 0.5 says nothing, and deviates by 0.008 with 5,000 rows
  EXPECT_EQ(outcome.validation_rows, 5000);
  // A model loaded from its file measures the same.
  StreamModel{outcome.model, {}}.save(folder / "m");
  const StreamModel loaded = StreamModel::load(folder / "m");
  data::stream::RowOptions rows = plan.rows;
  rows.needs_known = true;
  const Measured again =
      measure<float>(loaded.model, loaded.model.head, BlockReader(Source::open(plan.validation), 4096), rows, "v", 2);
  EXPECT_EQ(again.metrics.values, outcome.validation.values);
}

TEST(OnlineRun, HeldOutRowsAreNotLearned) {
  const Folder folder;
  Plan plan = plan_for(clicks(folder / "t"));
  plan.validation_share = 0.25;
  const Outcome outcome = run_plan<float>(plan);
  EXPECT_EQ(outcome.validation_rows + outcome.steps, 20000);
  EXPECT_NEAR(static_cast<double>(outcome.validation_rows), 5000, 5 * std::sqrt(20000 * 0.25 * 0.75));
  EXPECT_GT(outcome.validation.get("roc_auc"), 0.65);  // 0.5 says nothing, and deviates by 0.008 with 5,000 rows
}

TEST(OnlineRun, ReportsMilestonesTheSameEveryTime) {
  const Folder folder;
  Plan plan = plan_for(clicks(folder / "t"));
  const Outcome outcome = run_plan<float>(plan);
  ASSERT_EQ(outcome.milestones.size(), 5u);
  EXPECT_EQ(outcome.milestones[0].rows, 1000);
  EXPECT_EQ(outcome.milestones[4].rows, 16000);
  EXPECT_LT(outcome.milestones[4].recent_loss, outcome.milestones[0].recent_loss);
}

TEST(OnlineRun, WeightsThatGrowWithoutBoundEndTheRunWithItsRow) {
  const Folder folder;
  std::string content;
  for (int i = 0; i < 200; ++i) content += "5 1:1000\n-5 1:1000\n";
  Plan plan = plan_for(put(folder / "t", content), "linear");
  plan.method = FirstOrder::parse("sgd,learning_rate=.1");
  const Outcome outcome = run_plan<float>(plan);
  EXPECT_EQ(outcome.ending, Ending::not_finite);
  EXPECT_TRUE(contains(outcome.message, "lower the learning rate"));
}

struct Stopped : std::exception {};

/// Ends a run as a kill does: in the middle, leaving only what the folder holds.
template <class T> void abandon(Plan plan, int after_steps) {
  plan.stop = [&after_steps]() -> bool {
    if (--after_steps == 0) throw Stopped();
    return false;
  };
  EXPECT_THROW(run_plan<T>(plan), Stopped);
}

TEST(Checkpoint, AResumedRunIsTheRunThatWasNeverEnded) {
  const Folder folder;
  for (const char* optimizer : {"ftrl,l1=.5", "adam", "adagrad"}) {
    Plan plan = plan_for(clicks(folder / "t"));
    plan.method = FirstOrder::parse(optimizer);
    plan.epochs = 2;
    plan.validation = clicks(folder / "v", 1000, 2);
    const Outcome expected = run_plan<float>(plan);
    plan.checkpoint.folder = folder / optimizer;
    plan.checkpoint.period = Period::parse("2777steps");
    for (const int steps : {6, 20}) {  // the first checkpoint comes after milestones and the end of a block
      for (const int threads : {1, 2}) {
        std::filesystem::remove_all(plan.checkpoint.folder);
        plan.threads = threads;
        plan.checkpoint.resume = false;
        abandon<float>(plan, steps);
        plan.checkpoint.resume = true;
        const Outcome resumed = run_plan<float>(plan);
        EXPECT_TRUE(resumed.resumed);
        EXPECT_EQ(bytes_of(resumed), bytes_of(expected)) << optimizer;
        EXPECT_EQ(resumed.train.values, expected.train.values);
        EXPECT_EQ(resumed.progressive.values, expected.progressive.values);
        EXPECT_EQ(resumed.validation.values, expected.validation.values);
        EXPECT_EQ(resumed.steps, expected.steps);
        ASSERT_EQ(resumed.milestones.size(), expected.milestones.size());
        for (std::size_t i = 0; i < expected.milestones.size(); ++i)
          EXPECT_EQ(resumed.milestones[i].recent_loss, expected.milestones[i].recent_loss);
      }
    }
  }
}

TEST(Checkpoint, AFinishedRunIsFinished) {
  const Folder folder;
  Plan plan = plan_for(clicks(folder / "t", 3000));
  plan.validation = plan.file;
  plan.checkpoint.folder = folder / "c";
  const Outcome expected = run_plan<float>(plan);
  plan.checkpoint.resume = true;
  const Outcome again = run_plan<float>(plan);
  EXPECT_EQ(bytes_of(again), bytes_of(expected));
  EXPECT_EQ(again.train.values, expected.train.values);
  EXPECT_EQ(again.validation.values, expected.validation.values);
  EXPECT_EQ(again.ending, Ending::completed);
}

TEST(Checkpoint, AFileThatChangedIsRefused) {
  const Folder folder;
  Plan plan = plan_for(clicks(folder / "t", 3000));
  plan.checkpoint.folder = folder / "c";
  plan.checkpoint.period = Period::parse("500steps");
  abandon<float>(plan, 1);
  plan.checkpoint.resume = true;
  std::ofstream(plan.file.path(), std::ios::app) << "1 1:1\n";
  EXPECT_TRUE(contains(message_of<Error>([&] { run_plan<float>(plan); }), "has changed since the checkpoint"));
}

TEST(Checkpoint, OneRunAtATimeHoldsAFolder) {
  const Folder folder;
  {
    const CheckpointFolder first(folder / "c");
    EXPECT_TRUE(contains(message_of<Error>([&] { CheckpointFolder second(folder / "c"); }), "another run"));
  }
  EXPECT_NO_THROW(CheckpointFolder(folder / "c"));
}

TEST(Checkpoint, ADamagedOneIsRefused) {
  const Folder folder;
  Plan plan = plan_for(clicks(folder / "t", 3000));
  plan.checkpoint.folder = folder / "c";
  run_plan<float>(plan);
  const std::string name = plan.checkpoint.folder + "/checkpoint.talweg";
  std::string bytes = file::read(name);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  put(name, bytes);
  plan.checkpoint.resume = true;
  EXPECT_THROW(run_plan<float>(plan), Error);
}

TEST(Period, ReadsTimesAndSteps) {
  EXPECT_EQ(Period::parse("60s"), (Period{.seconds = 60, .steps = 0}));
  EXPECT_EQ(Period::parse("100steps"), (Period{.seconds = 0, .steps = 100}));
  for (const char* wrong : {"", "60", "0s", "-1s", "1.5steps", "0steps", "soon", "steps"})
    EXPECT_THROW(Period::parse(wrong), Error) << wrong;
}

TEST(Understand, TellsTheBaseAndTheClasses) {
  const Folder folder;
  const auto look = [&](const std::string& content, RowRequest request = {}) {
    const std::string path = put(folder / "t", content);
    BlockReader reader(Source::open(path), 1024);
    return understand(path, reader, request);
  };
  EXPECT_EQ(look("1 1:1\n-1 2:1\n").rows.features.base, 1);
  EXPECT_EQ(look("1 0:1\n-1 2:1\n").rows.features.base, 0);
  EXPECT_EQ(look("1 1:1\n2 2:1\n").rows.target.class_values, (std::vector<double>{1, 2}));
  EXPECT_TRUE(contains(message_of<Error>([&] { look("1 1:1\n1 2:1\n"); }), "classes"));
  EXPECT_EQ(look("1 1:1\n1 2:1\n", {.classes = {"1", "-1"}}).rows.target.class_values, (std::vector<double>{-1, 1}));
  EXPECT_TRUE(contains(message_of<Error>([&] { look(""); }), "is empty"));
  EXPECT_TRUE(contains(message_of<Error>([&] { look("1 1:1\n0 1:1\n", {.crosses = {{"a", "b"}}}); }), "hash_bits"));
  // A label that only stands far behind the beginning is found.
  std::string late;
  for (int i = 0; i < 200000; ++i) late += "1 1:1 2:1\n";
  EXPECT_EQ(look(late + "0 1:1\n").rows.target.class_values, (std::vector<double>{0, 1}));
}

TEST(ScoreCurve, BinsAgreeWithTheExactArea) {
  Random random(9);
  ScoreCurve few, many;
  for (std::size_t i = 0; i < ScoreCurve::most_kept + 1000; ++i) {
    const double score = random.normal();
    const bool positive = random.uniform() < 1 / (1 + std::exp(-score));
    if (i < 5000) few.add(score, positive);
    many.add(score, positive);
  }
  // Within a bin of 2^-10 ranks are arbitrary; the area is off by at most half the share of pairs in one bin.
  EXPECT_NEAR(few.areas().roc, few.areas_of_bins().roc, 5e-4);
  EXPECT_NEAR(few.areas().precision_recall, few.areas_of_bins().precision_recall, 5e-4);
  EXPECT_EQ(many.areas().roc, many.areas_of_bins().roc);
}

}  // namespace
}  // namespace talweg::train::online
