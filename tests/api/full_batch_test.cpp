#include "talweg/api/train/full_batch.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/files.hpp"
#include "talweg/api/use/evaluate.hpp"
#include "talweg/api/use/predict.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/data/read.hpp"
#include "talweg/present/train/train_report.hpp"

namespace talweg::api {

using namespace present;
namespace {

using nlohmann::json;
using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::message_of;
using talweg::testing::put;
using train::Ending;

const std::string data_folder = TALWEG_SOURCE_DIR "/data/", sparse_file = TALWEG_GOLDEN_DIR "/train/sparse.libsvm";
const std::string digits = data_folder + "digits.csv", iris = data_folder + "iris.csv";

TrainRequest request(const std::string& file, const std::string& target, const std::string& model,
                     const std::string& optimizer = "lbfgs") {
  TrainRequest r;
  r.file = file;
  r.target = target;
  r.model = model;
  r.optimizer = optimizer;
  return r;
}

/// W (inputs, outputs), then b (outputs), in the target's unit.
std::vector<double> coefficients(const train::TrainedModel& m) {
  std::vector<double> w = m.parameters;
  for (double& v : w) v *= m.head.deviation;
  for (std::size_t i = w.size() - m.head.outputs; i < w.size(); ++i) w[i] += m.head.mean;
  return w;
}

/// The table's `amplification` bounds the error of a weight by that of the gradient in the variables that are minimised
/// in; 1e-13 of it is the rounding of the table and of our gradient.
TEST(FullBatch, EndsInTheOptimaOfAnIndependentTable) {
  const Folder folder;
  for (const json& row : json::parse(file::read(TALWEG_GOLDEN_DIR "/train/full_batch.json"))) {
    const std::string data = row["data"] == "sparse.libsvm" ? sparse_file : data_folder + std::string(row["data"]);
    for (const char* optimizer : {"lbfgs", "cg", "lbfgsb", "gd,line_search=wolfe"}) {
      TrainRequest r = request(data, row["target"], row["model"], optimizer);
      if (row["name"] == "softmax digits" && std::string(optimizer).starts_with("gd")) continue;  // 20 s
      r.ignore = row["ignore"].get<std::vector<std::string>>();
      r.standardize = row["standardize"].get<bool>();
      r.tolerance = std::string(optimizer).starts_with("gd") ? 1e-8 : 1e-10;
      r.save = folder / "m";
      const TrainReport report = train(r);
      const std::string which = std::string(row["name"]) + " by " + optimizer;
      ASSERT_EQ(report.ending, Ending::converged) << which << ": " << report.message;
      EXPECT_NEAR(report.objective, row["objective"], 1e-12) << which;
      auto expected = row["weights"].get<std::vector<double>>();
      const auto bias = row["bias"].get<std::vector<double>>();
      expected.insert(expected.end(), bias.begin(), bias.end());
      const auto w = coefficients(train::TrainedModel::load(r.save));
      ASSERT_EQ(w.size(), expected.size()) << which;
      const double amplification = row["amplification"];
      const double bound = amplification * (report.gradient_norm + 1e-13);
      for (std::size_t i = 0; i < w.size(); ++i) EXPECT_NEAR(w[i], expected[i], bound) << which << ", i = " << i;
      EXPECT_LE(report.gradient_norm, 1e-6) << which;  // where f itself can tell no more: √(its last bit)
    }
  }
}

TEST(FullBatch, ModelFilesHaveTheSameBytesForEveryNumberOfThreads) {
  const Folder folder;
  struct Case {
    std::string file, target, model;
  };
  for (const auto& [file, target, model] :
       {Case{digits, "digit", "softmax,l2=0.001"}, Case{digits, "digit", "mlp:32,16,l2=0.001"},
        Case{iris, "species", "mlp:8"}, Case{sparse_file, "", "logistic,c=1"}}) {
    std::string bytes;
    for (const int threads : {1, 2, 8}) {
      TrainRequest r = request(file, target, model);
      r.threads = threads;
      r.epochs = 30;
      r.seed = 3;
      r.save = folder / "m";
      train(r);
      if (threads == 1) bytes = file::read(r.save);
      EXPECT_TRUE(file::read(r.save) == bytes) << model << " with " << threads << " threads";
    }
  }
}

TEST(FullBatch, SparseRowsPredictAndEvaluateAsTheyWereTrained) {
  const Folder folder;
  for (const char* model : {"logistic,c=1", "linear,l2=0.1", "softmax,l2=0.1"})
    for (const bool standardize : {false, true}) {
      TrainRequest r = request(sparse_file, "", model);
      r.standardize = standardize;
      r.save = folder / "m";
      const TrainReport report = train(r);
      ASSERT_TRUE(report.saved) << report.message;
      EXPECT_EQ(report.plan.data.sparse_columns, 30u);
      const auto kept = train::TrainedModel::load(r.save);
      EXPECT_EQ(evaluate(kept, {.file = sparse_file}).test.values, report.train.values);
      // The same model on the same rows as a dense table.
      data::Table dense = data::read_table(sparse_file);
      Pool pool(1);
      std::vector<std::string> notes;
      const auto a = kept.outputs(dense, pool, notes),
                 b = kept.outputs(data::read_table(sparse_file, {.sparse_libsvm = true}), pool, notes);
      for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-13 * (1 + std::abs(a[i])));
    }
}

TEST(FullBatch, AFileOfManyColumnsStaysSparse) {
  const Folder folder;
  std::string text;
  for (int i = 0; i < 3000; ++i)  // dense this is 24 TB
    text +=
        (i % 3 == 0 ? "1 " : "0 ") + std::to_string(1 + i % 3) + ":1 " + std::to_string(1'000 + i) + ":1 1000000:0.5\n";
  TrainRequest r = request(put(folder / "d", text), "", "logistic,l2=0.001");
  r.save = folder / "m";
  r.validation = "0.2";
  const TrainReport report = train(r);
  EXPECT_EQ(report.ending, Ending::converged) << report.message;
  EXPECT_EQ(report.validation.get("accuracy"), 1);
  EXPECT_EQ(predict(*train::load_model(r.save), {.file = put(folder / "p", "1 1:1 2000000:3\n0 2:1\n")}).rows, 2u);
}

TEST(FullBatch, EpochsAreIterationsAndEndsAreTold) {
  TrainRequest r = request(iris, "species", "softmax,l2=0.01");
  r.epochs = 3;
  std::vector<train::EpochEvent> events;
  TrainObserver observer;
  observer.on_epoch = [&](const train::EpochEvent& e) { events.push_back(e); };
  TrainReport report = train(r, observer);
  EXPECT_EQ(report.ending, Ending::completed);
  EXPECT_EQ(report.epochs, 3);
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[2].epochs, 3);
  EXPECT_LT(events[2].loss, events[0].loss);
  EXPECT_DOUBLE_EQ(events[2].loss, report.train.get("loss"));
  EXPECT_GE(report.evaluations, 4);
  r.epochs = {};
  r.max_seconds = 1e-9;
  EXPECT_EQ(train(r).ending, Ending::time_limit);
  r.max_seconds = 1e9;
  observer.on_epoch = nullptr;
  observer.stop = [] { return true; };
  EXPECT_EQ(train(r, observer).ending, Ending::stopped_by_caller);
}

/// Without --epochs a convex model converges, and a network keeps the iteration that the validation rows like best.
TEST(FullBatch, ValidationRowsDecideWhereTheModelCouldLearnByHeart) {
  TrainRequest r = request(digits, "digit", "softmax,l2=0.01");
  r.validation = "0.2";
  EXPECT_EQ(train(r).ending, Ending::converged);
  r.model = "mlp:16";
  double best = INFINITY;
  TrainObserver observer;
  observer.on_epoch = [&](const train::EpochEvent& e) { best = std::min(best, e.validation.get("log_loss")); };
  const TrainReport free = train(r, observer);
  EXPECT_EQ(free.validation.get("log_loss"), best);
  EXPECT_TRUE(contains(free.message, "the best on the validation rows by log_loss"));
  r.patience = 5;
  const TrainReport patient = train(r);
  EXPECT_EQ(patient.ending, Ending::early_stopped);
  EXPECT_LT(patient.epochs, free.epochs);
  EXPECT_TRUE(contains(patient.message, "for 5 iterations"));
}

TEST(FullBatch, AToleranceOfNothingMakesAllIterations) {
  // No linear model: its line search fails where rounding begins, after two or three.
  TrainRequest r = request(iris, "species", "softmax,l2=0.001");
  r.epochs = 12;
  r.tolerance = 0;
  const TrainReport report = train(r);
  EXPECT_EQ(report.ending, Ending::completed) << report.message;
  EXPECT_EQ(report.epochs, 12);
}

TEST(FullBatch, WhatHasNoEffectOrDoesNotGoWithItIsRefused) {
  const Folder folder;
  const auto refusal = [&](const auto& change) {
    TrainRequest r = request(digits, "digit", "mlp:8");
    r.save = folder / "m";
    change(r);
    return message_of<Error>([&] { train(r); });
  };
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.batch_size = "32"; }), "batch_size=32: lbfgs takes all rows"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.precision = "float"; }), "precision=float"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.schedule = "cosine"; }), "schedule has no effect on lbfgs"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.clip = "norm=1"; }), "clip has no effect"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.groups = {"dense1.*:learning_rate=1"}; }), "group has no"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.model = "mlp:8,dropout=0.1"; }), "dropout=0.1"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.model = "softmax,l1=0.1"; }), "kink at 0"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.model = "linear", r.loss = "mae"; }), "use huber"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.optimizer = "sqp"; }), "for constraints"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.optimizer = "lbgfs"; }), "did you mean 'lbfgs'"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.optimizer = "lbfgs,memory=-1"; }), "out of range"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.tolerance = 1; }), "tolerance=1"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.validation = iris; }), "'digit'"));
  EXPECT_EQ(folder.count(), 0u);
  TrainRequest r = request(sparse_file, "", "logistic");
  r.validation = iris;
  EXPECT_TRUE(contains(message_of<Error>([&] { train(r); }), "no libsvm file"));
  r.batch_size = "all";
  r.validation = "";
  r.precision = "double";
  EXPECT_EQ(plan(r).precision, "double");
}

TEST(FullBatch, ServesLinearModelsForWhichNothingElseIsNamed) {
  TrainRequest r = request(iris, "petal_width", "linear", "");
  const auto optimizer = [&] { return plan(r).optimizer.substr(0, 5); };
  EXPECT_EQ(optimizer(), "lbfgs");
  r.batch_size = "all";
  EXPECT_EQ(optimizer(), "lbfgs");
  for (const auto& change : std::vector<std::function<void()>>{
           [&] { r.batch_size = "16"; }, [&] { r.schedule = "cosine"; }, [&] { r.clip = "norm=1"; },
           [&] { r.precision = "float"; }, [&] { r.model = "linear,l1=0.1", r.loss = "mae"; }, [&] { r.loss = "mae"; },
           [&] { r.model = "mlp:4"; }}) {
    const TrainRequest before = r;
    change();
    EXPECT_EQ(optimizer(), "adam:");
    r = before;
  }
  for (const auto& change : std::vector<std::function<void()>>{[&] { r.epochs = 5; }, [&] { r.tolerance = 0.01; },
                                                               [&] { r.model = "linear,l2=0.1"; }}) {
    const TrainRequest before = r;
    change();
    EXPECT_EQ(optimizer(), "lbfgs");
    r = before;
  }
  r = request(iris, "species", "softmax", "");
  EXPECT_EQ(optimizer(), "adam:");
  r.model = "softmax,c=1";  // with a penalty it has an optimum
  EXPECT_EQ(optimizer(), "lbfgs");
  r = request(digits, "p33", "linear", "");  // 64 pixels and 1,797 rows
  EXPECT_EQ(optimizer(), "lbfgs");
}

TEST(FullBatch, TheReportTellsTheObjectiveAndThePlanTheTolerance) {
  TrainRequest r = request(sparse_file, "", "logistic,c=1,bias=regularized");
  EXPECT_EQ(plan(r).model, "logistic,l2=0.0033333333333333335,bias=regularized");
  const json planned = json::parse(plan_json(plan(r)));
  EXPECT_EQ(planned["tolerance"], 1e-8);
  EXPECT_EQ(planned["sparse"]["columns"], 30);
  EXPECT_TRUE(contains(plan_text(plan(r)), "at most 10000 iterations, tolerance 1e-08"));
  const json report = json::parse(report_json(train(r), {}));
  EXPECT_EQ(report["status"], "converged");
  EXPECT_GT(report["objective"], report["metrics"]["train"]["loss"]);
  EXPECT_LE(report["gradient_norm"], 1e-6);
}

}  // namespace
}  // namespace talweg::api
