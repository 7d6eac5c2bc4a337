#include "talweg/api/train/grid.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/files.hpp"
#include "talweg/api/train/train.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/present/train/train_report.hpp"

namespace talweg::api {
namespace {

using nlohmann::json;
using testing::contains;
using testing::Folder;
using testing::message_of;

const std::string table = TALWEG_GOLDEN_DIR "/train/folds.csv", iris = TALWEG_SOURCE_DIR "/data/iris.csv";

TrainRequest request(const std::string& target, const std::string& model) {
  TrainRequest r;
  r.file = table;
  r.target = target;
  r.model = model;
  for (const char* other : {"w", "y", "label", "part"})
    if (other != target) r.ignore.emplace_back(other);
  return r;
}

TEST(Grid, TriesEveryCombinationAndTrainsTheBest) {
  const Folder folder;
  TrainRequest r = request("label", "logistic");
  r.grid = {"l2=1e-4,1e-1,10", "bias=free,regularized"};
  r.folds = 5;
  r.save = folder / "grid";
  const TrainReport report = train(r);
  ASSERT_TRUE(report.grid);
  ASSERT_EQ(report.grid->entries.size(), 6u);
  EXPECT_EQ(report.grid->metric, "log_loss");
  const auto& entries = report.grid->entries;
  EXPECT_EQ(entries[1].settings[0].second, "1e-4");
  EXPECT_EQ(entries[1].settings[1].second, "regularized");
  for (const auto& e : entries) EXPECT_LE(entries[report.grid->best].mean, e.mean);
  // Each is what folds say of it alone, and the model is that of the best.
  TrainRequest alone = request("label", "logistic");
  alone.folds = 5;
  alone.save = folder / "alone";
  alone.model = "logistic,l2=" + entries[report.grid->best].settings[0].second +
                ",bias=" + entries[report.grid->best].settings[1].second;
  const TrainReport best = train(alone);
  for (const auto& f : best.folds->figures)
    if (f.name == "log_loss") EXPECT_EQ(f.mean, entries[report.grid->best].mean);
  EXPECT_EQ(file::read(r.save), file::read(alone.save));
  const auto document = json::parse(present::report_json(report, {}));
  EXPECT_EQ(document["grid"]["metric"], "log_loss");
  EXPECT_EQ(document["grid"]["combinations"].size(), 6u);
  EXPECT_EQ(document["grid"]["combinations"][report.grid->best]["chosen"], true);
  EXPECT_EQ(document["grid"]["combinations"][0]["settings"]["l2"], "1e-4");
  EXPECT_TRUE(contains(present::report_text(report, {}), "chosen"));
}

TEST(Grid, GivesTheSameForEveryNumberOfJobs) {
  const Folder folder;
  std::string bytes;
  std::vector<double> means;
  for (const int jobs : {1, 2, 7}) {
    TrainRequest r;
    r.file = iris, r.target = "species", r.model = "mlp:3", r.optimizer = "adam", r.epochs = 5;
    r.grid = {"l2=0,1e-3", "learning_rate=0.01,0.1"}, r.folds = 3, r.jobs = jobs, r.save = folder / "m",
    r.output = folder / "left_out.csv";
    const TrainReport report = train(r);
    std::vector<double> found;
    for (const auto& e : report.grid->entries) found.push_back(e.mean), found.push_back(e.standard_deviation);
    const std::string now = file::read(r.save) + file::read(r.output);
    if (jobs == 1) bytes = now, means = found;
    EXPECT_EQ(found, means) << jobs;
    EXPECT_TRUE(now == bytes) << jobs;
  }
}

TEST(Grid, ByValidationRowsJudgesByTheMetricThatIsNamed) {
  TrainRequest r = request("label", "logistic");
  r.grid = {"c=0.01,1,100"};
  r.validation = "0.3";
  r.select = "roc_auc";
  const TrainReport report = train(r);
  EXPECT_EQ(report.grid->metric, "roc_auc");
  for (const auto& e : report.grid->entries) EXPECT_GE(report.grid->entries[report.grid->best].mean, e.mean);
  EXPECT_EQ(report.validation.get("roc_auc"), report.grid->entries[report.grid->best].mean);
  // With folds a metric needs no validation rows.
  r.validation = {}, r.folds = 4, r.select = "accuracy";
  EXPECT_EQ(train(r).grid->metric, "accuracy");
}

TEST(Grid, OneStandardErrorTakesTheStrongestPenaltyThatIsAsGood) {
  TrainRequest r = request("y", "linear");
  r.grid = {"l2=1e-6,1e-4,1e-3,1e-2,5"};
  r.folds = 5;
  const TrainReport best = train(r);
  r.one_se = true;
  const TrainReport chosen = train(r);
  const auto& entries = chosen.grid->entries;
  const auto& lowest = best.grid->entries[best.grid->best];
  EXPECT_GT(chosen.grid->best, best.grid->best);
  const double most = lowest.mean + lowest.standard_deviation / 2;  // √(folds − 1)
  for (std::size_t i = 0; i < entries.size(); ++i)
    EXPECT_EQ(entries[i].mean <= most && i > chosen.grid->best, false) << i;
  EXPECT_LE(entries[chosen.grid->best].mean, most);
}

TEST(Grid, ThatSaysNothingIsRefused) {
  const auto refusal = [](auto&& change) {
    TrainRequest r = request("label", "logistic");
    r.grid = {"l2=1e-3,1e-2"};
    r.folds = 3;
    change(r);
    return message_of<Error>([&] { train(r); });
  };
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.folds = {}; }), "needs rows that combinations are measured on"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.grid = {"l2"}; }), "expected a key and its values"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.grid = {"l2=1,"}; }), "expected a key and its values"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.grid = {"l2=1,1"}; }), "twice"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.grid = {"l2=1", "l2=2"}; }), "stands in another grid"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.model = "logistic,l2=1"; }), "leave it out there"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.grid = {"learning_rate=1,2"}; }), "of which optimizer is it?"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.grid = {"l2=-1,2"}; }), "l2"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.optimizer = "adam", r.grid = {"beta=1,2"}; }), "beta"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.select = "rmse"; }), "none of this model"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.one_se = true, r.folds = {}, r.validation = "0.3"; }),
                       "no effect without"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.one_se = true, r.grid = {"bias=free,regularized"}; }),
                       "takes the strongest penalty"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.grid = {}, r.folds = {}, r.jobs = 2; }), "no effect without"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.grid = {}, r.one_se = true; }), "no effect without"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.checkpoint = "c"; }), "no checkpoint is kept"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.model = "mf:2"; }), "no effect on model mf"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.file = "-"; }), "streamed one by one"));
}

}  // namespace
}  // namespace talweg::api
