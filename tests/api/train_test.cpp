#include "talweg/api/train/train.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/files.hpp"
#include "talweg/api/model.hpp"
#include "talweg/api/train/train_report.hpp"
#include "talweg/api/use/evaluate.hpp"
#include "talweg/api/use/predict.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"

namespace talweg::api {
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

TEST(Train, DigitsReachTheirAccuracyWithDefaults) {
  double sum = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    TrainRequest r = request(digits, "digit", "mlp:64,32");
    r.validation = "0.2";
    r.standardize = true;
    r.seed = seed;
    sum += train(r).validation.get("accuracy");
  }
  EXPECT_GE(sum / 5, 0.965);
}

TEST(Train, IrisReachesItsAccuracyWithDefaults) {
  double sum = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    TrainRequest r = request(iris, "species", "softmax");
    r.validation = "0.2";
    r.seed = seed;
    sum += train(r).validation.get("accuracy");
  }
  EXPECT_GE(sum / 5, 0.94);
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
    const TrainReport report = train(r);
    ASSERT_TRUE(report.saved);
    const auto model = train::TrainedModel::load(r.save);
    const EvaluateReport again = evaluate(model, iris);
    EXPECT_EQ(again.test.get("accuracy"), report.train.get("accuracy"));
    EXPECT_EQ(again.test.get("loss"), report.train.get("loss"));
    EXPECT_EQ(model.record.optimizer, report.plan.optimizer);
    EXPECT_TRUE(contains(predict(model, iris).csv, "prediction,p_setosa,p_versicolor,p_virginica\nsetosa,"));
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
      if (e.name != name) {
        if (e.type == Archive::Type::text) a.put(e.name, std::string_view(e.bytes));
        if (e.type == Archive::Type::float32) a.put(e.name, good.floats(e.name), e.shape);
        if (e.type == Archive::Type::float64) a.put(e.name, good.doubles(e.name), e.shape);
        if (e.type == Archive::Type::int64) a.put(e.name, good.integers(e.name), e.shape);
      }
    return a;
  };
  for (const auto& e : good.entries())
    EXPECT_TRUE(contains(message_of<Error>([&] { train::TrainedModel::from(without(e.name)); }), e.name));
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

TEST(Train, BadInputIsRefusedBeforeAnythingIsWritten) {
  const Folder folder;
  const std::string data = put(folder / "d.csv", "x,y\n1,a\n2,b\n3,a\n");
  const auto refusal = [&](const auto& change) {
    TrainRequest r = request(data, "y", "softmax");
    r.save = folder / "m";
    change(r);
    return message_of<Error>([&] { train(r); });
  };
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.target = "yy"; }), "did you mean 'y'"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.target = ""; }), "--target"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.validation = "1"; }), "--validation 1"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.validation = "none.csv"; }), "no such file"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.batch_size = "some"; }), "--batch-size some"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.precision = "half"; }), "--precision half"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.save = r.file; }), "would overwrite the data"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.model = "linear"; }), "is text"));
  EXPECT_EQ(folder.count(), 1u);
}

TEST(Train, FiguresAreInTheTargetsUnitWhateverItIs) {
  const Folder folder;
  std::string text = "a,b,y\n";
  for (int i = 0; i < 200; ++i) {
    const double a = i % 17, b = 1000 * (i % 13);
    text += std::to_string(a) + "," + std::to_string(b) + "," + std::to_string(1e6 + 3000 * a + 2 * b) + "\n";
  }
  TrainRequest r = request(put(folder / "d.csv", text), "y", "linear");
  const TrainReport report = train(r);
  EXPECT_TRUE(report.plan.data.standardized);
  EXPECT_LT(report.train.get("rmse"), 20);  // of targets that spread over ±20,000: an exact line
  EXPECT_NEAR(report.train.get("loss"), std::pow(report.train.get("rmse"), 2), 1e-9 * report.train.get("loss") + 1e-6);
}

TEST(Train, AnEmptyCellAndAnUnknownTextArePredictedAndCounted) {
  const Folder folder;
  TrainRequest r = request(put(folder / "d.csv", "x,k,y\n1,a,1.5\n2,b,2.5\n3,a,4\n9,b,5\n"), "y", "linear");
  r.save = folder / "m";
  train(r);
  const PredictReport p = predict(train::TrainedModel::load(r.save), put(folder / "p.csv", "k,x\nc,\na,2\n"));
  EXPECT_EQ(p.rows, 2u);
  EXPECT_TRUE(contains(p.notes.at(0), "'k': 1 row has a text never seen"));
}

TEST(Train, ASeparateValidationFileIsReadLikeTheFirst) {
  const Folder folder;
  TrainRequest r = request(put(folder / "d.csv", "x,k,y\n1,1,u\n2,2,v\n3,x,u\n4,y,v\n"), "y", "softmax");
  r.validation = put(folder / "v.csv", "y,k,x\nu,1,1\nv,2,2\n");  // here k looks like numbers
  r.epochs = 5;
  EXPECT_EQ(train(r).plan.validation_rows, 2u);
  r.validation = put(folder / "w.csv", "y,k,x\nu,1,1\nw,2,2\n");
  EXPECT_TRUE(contains(message_of<Error>([&] { train(r); }), "w.csv:3: the class 'w'"));
}

TEST(Train, FtrlGoesThroughTheFileInItsOrderRowByRow) {
  TrainRequest r = request(iris, "species", "softmax");
  r.optimizer = "ftrl";
  EXPECT_EQ(plan(r).batch_size, 1);
}

TEST(Train, RpropWithMiniBatchesWarns) {
  TrainRequest r = request(iris, "species", "softmax");
  r.optimizer = "rprop";
  EXPECT_FALSE(plan(r).warnings.empty());
  r.batch_size = "all";
  EXPECT_TRUE(plan(r).warnings.empty());
}

TEST(Train, ThePlanSaysWhatWasUnderstood) {
  TrainRequest r = request(digits, "digit", "mlp:64,32");
  r.validation = "0.2";
  const auto json = nlohmann::json::parse(plan_json(plan(r)));
  EXPECT_EQ(json["rows"], 1797);
  EXPECT_EQ(json["columns"].size(), 65u);
  EXPECT_EQ(json["classes"].size(), 10u);
  EXPECT_EQ(json["parameters"], 64 * 64 + 64 + 64 * 32 + 32 + 32 * 10 + 10);
  EXPECT_TRUE(contains(plan_text(plan(r)), "constant"));
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
