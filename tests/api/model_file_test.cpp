// What training saves: the same bytes, the same predictions, and no damage that goes unseen.
#include "talweg/api/train/train.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/archives.hpp"
#include "support/files.hpp"
#include "talweg/api/model.hpp"
#include "talweg/api/use/evaluate.hpp"
#include "talweg/api/use/predict.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/present/train/train_report.hpp"

namespace talweg::api {

using namespace present;
namespace {

using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::message_of;
using talweg::testing::put;

const std::string digits = TALWEG_SOURCE_DIR "/data/digits.csv", iris = TALWEG_SOURCE_DIR "/data/iris.csv";

TrainRequest request(const std::string& file, const std::string& target, const std::string& model) {
  TrainRequest r;
  r.file = file;
  r.target = target;
  r.model = model;
  return r;
}

TEST(Train, TheModelFileHasTheSameBytesForEveryNumberOfThreads) {
  const Folder folder;
  for (const char* model : {"mlp:256,128", "softmax", "mlp:32,activation=gelu,dropout=0.2,l2=0.001"}) {
    std::string bytes;
    for (const int threads : {1, 2, 3}) {
      TrainRequest r = request(digits, "digit", model);
      r.epochs = 2;
      r.batch_size = "256";  // large enough for products to be cut into tiles
      r.threads = threads;
      r.seed = 5;
      r.save = folder / "m";
      train(r);
      if (threads == 1) bytes = file::read(r.save);
      EXPECT_TRUE(file::read(r.save) == bytes) << model << " with " << threads << " threads";
    }
  }
}

TEST(Train, ModelFilesPredictWhatWasTrained) {
  const Folder folder;
  for (const char* precision : {"float", "double"}) {
    TrainRequest r = request(iris, "species", "mlp:8");
    r.save = folder / precision;
    r.precision = precision;
    r.validation = "0";
    const TrainReport report = train(r);
    ASSERT_TRUE(report.saved);
    const auto model = train::TrainedModel::load(r.save);
    const EvaluateReport again = evaluate(model, {.file = iris});
    EXPECT_EQ(again.test.get("accuracy"), report.train.get("accuracy"));
    EXPECT_EQ(again.test.get("loss"), report.train.get("loss"));
    EXPECT_EQ(model.record.optimizer, report.plan.optimizer);
    EXPECT_TRUE(contains(predict(model, {.file = iris}).csv, "prediction,p_setosa,p_versicolor,p_virginica\nsetosa,"));
  }
}

TEST(Train, EveryChangedByteAndEveryCutOfAModelFileIsRefused) {
  const Folder folder;
  TrainRequest r = request(put(folder / "t.csv", "x,k,y\n1,a,1.5\n2,b,2.5\n3,a,4\n"), "y", "linear");
  r.epochs = 3;
  r.save = folder / "m.talweg";
  train(r);
  const std::string good = file::read(r.save);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x20);
    put(folder / "bad", bad);
    ASSERT_TRUE(contains(message_of<Error>([&] { train::TrainedModel::load(folder / "bad"); }), folder / "bad")) << at;
    put(folder / "bad", good.substr(0, at));
    ASSERT_TRUE(contains(message_of<Error>([&] { train::TrainedModel::load(folder / "bad"); }), folder / "bad")) << at;
  }
}

TEST(Train, WholeArchivesThatAreNoModelAreRefusedByEntry) {
  const Folder folder;
  TrainRequest r = request(iris, "species", "softmax");
  r.epochs = 1;
  r.save = folder / "m";
  train(r);
  const Archive good = Archive::load(r.save);
  const auto without = [&](const std::string& name) {
    Archive a;
    for (const auto& e : good.entries())
      if (e.name != name) testing::put_copy(a, good, e);
    return a;
  };
  for (const auto& e : good.entries()) {
    if (e.name == "training.kernel" || e.name == "inference.none") continue;  // older files have none
    EXPECT_TRUE(contains(message_of<Error>([&] { train::TrainedModel::from(without(e.name)); }), e.name));
  }
  Archive more = without("");
  more.put("checkpoint.step", std::int64_t{1});
  EXPECT_TRUE(contains(message_of<Error>([&] { train::TrainedModel::from(more); }), "'checkpoint.step' is unknown"));
}

TEST(Train, NothingIsSavedOfARunThatDiverged) {
  const Folder folder;
  TrainRequest r = request(digits, "digit", "linear");
  r.optimizer = "sgd,learning_rate=10";
  r.save = folder / "m";
  const TrainReport report = train(r);
  EXPECT_FALSE(train::succeeds(report.ending));
  EXPECT_FALSE(report.saved);
  EXPECT_EQ(folder.count(), 0u);
  const auto json = nlohmann::json::parse(report_json(report, {r.save, ""}));
  EXPECT_TRUE(json["metrics"]["train"]["loss"].is_null());
  EXPECT_EQ(json["status"], "diverged");
}

TEST(LoadModel, PredictsRowsOfNumbersFromCpp) {
  const Folder folder;
  TrainRequest r = request(iris, "species", "softmax");
  r.save = folder / "iris.talweg";
  train(r);
  const LoadedModel model = load_model(r.save);
  const Predictions p = model.predict({{5.1, 3.5, 1.4, 0.2}, {6.7, 3.0, 5.2, 2.3}});
  EXPECT_EQ(p.labels, (std::vector<std::string>{"setosa", "virginica"}));
  EXPECT_NEAR(p.probabilities[0][0] + p.probabilities[0][1] + p.probabilities[0][2], 1, 1e-12);
  EXPECT_EQ(model.predict_file(iris).size(), 150u);
  EXPECT_TRUE(contains(message_of<Error>([&] {
                         model.predict({{1, 2}});
                       }),
                       "row 0 has 2 numbers where the model has 4"));
}

}  // namespace
}  // namespace talweg::api
