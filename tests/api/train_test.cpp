#include "talweg/api/train/train.hpp"
#include "talweg/present/use/inspect_report.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/files.hpp"
#include "talweg/api/model.hpp"
#include "talweg/api/use/evaluate.hpp"
#include "talweg/api/use/inspect.hpp"
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
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.target = ""; }), "target"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.validation = "1"; }), "validation=1"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.validation = "none.csv"; }), "no such file"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.batch_size = "some"; }), "batch_size=some"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.precision = "half"; }), "precision=half"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.save = r.file.path(); }), "would overwrite the data"));
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
  const PredictReport p = predict(*train::load_model(r.save), {.file = put(folder / "p.csv", "k,x\nc,\na,2\n")});
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

/// Everybody listens: what a terminal, a log and a report page ask for.
TrainObserver listeners() {
  TrainObserver o;
  o.on_plan = [](const TrainPlan&) {};
  o.on_step = [](const train::StepEvent&) {};
  o.on_epoch = [](const train::EpochEvent&) {};
  o.on_stream = [](const train::StreamEvent&) {};
  o.stop = [] { return false; };
  return o;
}

TEST(Train, WhoListensChangesNoByteOfTheModel) {
  const Folder folder;
  std::string ratings = "user,item,rating\n", clicks;
  for (int u = 0; u < 30; ++u)
    for (int i = 0; i < 12; ++i)
      ratings += std::to_string(u) + "," + std::to_string(i) + "," + std::to_string(1 + (u * i + u) % 5) + "\n";
  for (int r = 0; r < 200; ++r)
    clicks += (r % 3 ? "1 " : "-1 ") + std::to_string(1 + r % 7) + ":1 " + std::to_string(9 + r % 11) + ":.5\n";
  const std::string plateau = "plateau,patience=0,threshold=.02,factor=.5";
  std::vector<TrainRequest> requests;
  const auto add = [&](TrainRequest r, const std::string& optimizer, const std::string& schedule,
                       const std::string& validation, std::optional<std::int64_t> epochs, std::int64_t patience) {
    r.optimizer = optimizer;
    r.schedule = schedule;
    r.validation = validation;
    r.epochs = epochs;
    r.patience = patience;
    requests.push_back(r);
  };
  add(request(iris, "species", "mlp:6"), "adam,learning_rate=.02", plateau, "0.3", 40, 0);
  add(request(iris, "species", "mlp:6"), "adam,learning_rate=.02", plateau, "0", 40, 0);
  add(request(iris, "species", "mlp:6"), "", "", "", {}, 5);
  add(request(iris, "species", "softmax"), "sgd,learning_rate=.2", "cosine", "0.3", {}, 0);
  add(request(iris, "petal_width", "linear"), "lbfgs", "", "0.3", {}, 1);
  add(request(iris, "petal_width", "mlp:4"), "lbfgs", "", "0.3", {}, 0);
  TrainRequest mf = request(put(folder / "r.csv", ratings), "", "mf:2");
  mf.columns = "user,item,rating";
  add(mf, "sgd,learning_rate=.05", plateau, "0.2", 12, 0);
  requests.back().batch_size = "8";
  add(mf, "sgd,learning_rate=.05", plateau, "0.2", 12, 0);
  add(mf, "", "", "0.2", {}, 2);
  add(request(put(folder / "c.libsvm", clicks), "", "logistic"), "ftrl", "", "0.3", 3, 0);
  for (TrainRequest& r : requests) {
    std::string bytes[2];
    for (const bool heard : {false, true}) {
      r.save = folder / (heard ? "heard" : "alone");
      r.inspect = heard;
      ASSERT_TRUE(train(r, heard ? listeners() : TrainObserver{}).saved) << r.model << " " << r.optimizer;
      bytes[heard] = file::read(r.save);
    }
    EXPECT_TRUE(bytes[0] == bytes[1]) << r.file.name() << " " << r.model << " " << r.optimizer << " " << r.schedule;
  }
}

/// x and y = 2x, n rows.
std::string doubled(int n) {
  std::string text = "x,y\n";
  for (int i = 1; i <= n; ++i) text += std::to_string(i) + "," + std::to_string(2 * i) + "\n";
  return text;
}

TEST(Train, ALinearModelOnASmallTableIsSolvedExactly) {
  const Folder folder;
  TrainRequest r = request(put(folder / "d.csv", doubled(5)), "y", "linear");
  r.save = folder / "m";
  const TrainReport report = train(r);
  EXPECT_TRUE(report.plan.optimizer.starts_with("lbfgs"));
  EXPECT_LT(report.train.get("rmse"), 1e-12);
  const auto json = nlohmann::json::parse(inspection(inspect(r.save, 20), "json"));
  ASSERT_EQ(json["coefficients"].size(), 1u);
  EXPECT_EQ(json["coefficients"][0]["name"], "x");
  EXPECT_EQ(json["coefficients"][0]["value"], 2);
  EXPECT_FALSE(json["coefficients"][0].contains("scaled"));
  EXPECT_EQ(json["intercept"], 0);
  EXPECT_TRUE(contains(inspection(inspect(r.save, 20), "text"), "coefficients, in the units of the file"));
}

TEST(Train, CoefficientsAreInTheUnitsOfTheFileHoweverTheRunScaled) {
  const Folder folder;
  std::string text = "a,b,k,y\n";
  for (int i = 0; i < 60; ++i) {
    const double a = i % 7, b = 1000 * ((i * 5) % 11);
    const bool red = i % 3 == 0;
    text += std::to_string(a) + "," + std::to_string(b) + (red ? ",red," : ",blue,") +
            std::to_string(100 + 3 * a - 0.002 * b + (red ? 10 : 0)) + "\n";
  }
  for (const auto& [optimizer, standardize] : {std::pair<std::string, bool>{"", true}, {"", false}, {"lbfgs", true}}) {
    TrainRequest r = request(put(folder / "d.csv", text), "y", "linear");
    r.optimizer = optimizer;
    r.standardize = standardize;
    r.save = folder / "m";
    train(r);
    const auto json = nlohmann::json::parse(inspection(inspect(r.save, 20), "json"));
    double red = 0, blue = 0;
    for (const auto& c : json["coefficients"]) {
      const double value = c["value"];
      EXPECT_EQ(c.contains("scaled"), standardize);
      if (c["name"] == "a") {
        EXPECT_NEAR(value, 3, 1e-6);
      }
      if (c["name"] == "b") {
        EXPECT_NEAR(value, -0.002, 1e-9);
      }
      if (c["name"] == "k=red") red = value;
      if (c["name"] == "k=blue") blue = value;
    }
    EXPECT_NEAR(red - blue, 10, 1e-6);  // one of the two is told by the other: only their difference is
    EXPECT_NEAR(json["intercept"].get<double>() + blue, 100, 1e-5);
  }
}

TEST(Train, ANamedOptimizerLearnsTheLineOfTheLesson) {
  // x = 1 … 5, y = 2x, J = (1/2m)Σ(b + w·x − y)² from (1, 1): ∇J = (−2, −8).
  const Folder folder;
  TrainRequest r = request(put(folder / "d.csv", doubled(5)), "y", "linear");
  r.loss = "half_mean_squared_error";
  r.optimizer = "sgd,learning_rate=0.01";
  r.batch_size = "all";
  r.epochs = 1;
  r.precision = "double";
  r.save = folder / "m";
  const auto line = [&] {
    train(r);
    const auto json = nlohmann::json::parse(inspection(inspect(r.save, 20), "json"));
    return std::pair{json["intercept"].get<double>(), json["coefficients"][0]["value"].get<double>()};
  };
  auto [zero_bias, zero_weight] = line();  // from zero: ∇J = (−6, −22)
  EXPECT_NEAR(zero_bias, 0.06, 1e-14);
  EXPECT_NEAR(zero_weight, 0.22, 1e-14);
  r.start = "weight=1,bias=1";
  auto [bias, weight] = line();
  EXPECT_NEAR(bias, 1.02, 1e-14);
  EXPECT_NEAR(weight, 1.08, 1e-14);
  EXPECT_NEAR(train(r).train.get("loss"),
              (std::pow(1.02 + 1.08 - 2, 2) + std::pow(1.02 + 2.16 - 4, 2) + std::pow(1.02 + 3.24 - 6, 2) +
               std::pow(1.02 + 4.32 - 8, 2) + std::pow(1.02 + 5.4 - 10, 2)) /
                  10,
              1e-12);
}

TEST(Train, TheClassicFirstNetworkIsPyTorchsNumberByNumber) {
  // Weight .5, bias .1, x = 1 … 4, y = 2x, mean squared error, full batch: golden/torch/linear_regression.csv.
  const Folder folder;
  TrainRequest r = request(put(folder / "d.csv", doubled(4)), "y", "linear");
  r.optimizer = "sgd,learning_rate=0.01";
  r.batch_size = "all";
  r.epochs = 1000;
  r.precision = "double";
  r.start = "weight=.5,bias=.1";
  r.save = folder / "m";
  double at_100 = 0;
  TrainObserver observer;
  observer.on_epoch = [&](const train::EpochEvent& e) {
    if (e.epoch == 100) at_100 = e.loss;
  };
  const TrainReport report = train(r, observer);
  EXPECT_NEAR(at_100, 0.027590159854764974, 1e-12);
  EXPECT_EQ(report.epochs, 1000);
}

TEST(Train, AStartThatWouldHaveNoEffectIsRefused) {
  const Folder folder;
  TrainRequest r = request(put(folder / "d.csv", doubled(5)), "y", "linear");
  r.start = "weight=1";
  EXPECT_TRUE(contains(message_of<Error>([&] { plan(r); }), "name a first-order method"));
  r.model = "mlp:3";
  EXPECT_TRUE(contains(message_of<Error>([&] { plan(r); }), "models without hidden layer"));
}

TEST(Train, NetworksForClassesHoldRowsBack) {
  const TrainPlan small = plan(request(iris, "species", "mlp:4"));
  EXPECT_EQ(small.validation_rows, 30u);  // a fifth: 50 would be more than that
  EXPECT_EQ(small.train_rows, 120u);
  EXPECT_EQ(small.judged_by, "log_loss");
  EXPECT_TRUE(contains(small.data.notes.at(0), "30 of 150 rows are held back"));
  EXPECT_EQ(plan(request(digits, "digit", "mlp:4")).validation_rows, 179u);  // a tenth of 1797
  TrainRequest all = request(iris, "species", "mlp:4");
  all.validation = "0";
  EXPECT_EQ(plan(all).validation_rows, 0u);
  EXPECT_EQ(plan(request(iris, "petal_width", "mlp:4")).validation_rows, 0u);
  EXPECT_EQ(plan(request(iris, "species", "softmax")).validation_rows, 0u);
  const Folder folder;
  std::string letters = "x,letter\n";
  for (char c = 'a'; c <= 'z'; ++c) letters += std::to_string(c) + "," + c + "\n";
  EXPECT_EQ(plan(request(put(folder / "l.csv", letters), "letter", "mlp:4")).validation_rows, 0u);
}

TEST(Train, NetworksForClassesArePenalisedAndCalibratedUnlessSomethingElseIsNamed) {
  TrainRequest r = request(iris, "species", "mlp:6");
  EXPECT_EQ(plan(r).model, "mlp:6,l2=0.03333333333333333");  // 4 over the 120 rows that are left
  const TrainReport report = train(r);
  EXPECT_TRUE(contains(report.message, "the outputs were scaled by ")) << report.message;
  r.model = "mlp:6,l2=0";
  EXPECT_EQ(plan(r).model, "mlp:6");
  r.model = "mlp:6,dropout=0.1";
  EXPECT_EQ(plan(r).model, "mlp:6,dropout=0.1");
  r.model = "mlp:6";
  r.optimizer = "sgd";
  EXPECT_EQ(plan(r).model, "mlp:6");
  EXPECT_EQ(train(r).message.find("the outputs were scaled"), std::string::npos);
  EXPECT_EQ(plan(request(iris, "petal_width", "mlp:6")).model, "mlp:6");
}

TEST(Train, TheBestIsJudgedByLogLossAndSaysSo) {
  // Few positives: "never" is right almost always, and accuracy would keep whichever epoch said it first.
  const Folder folder;
  std::string text = "a,b,rare\n";
  for (int i = 0; i < 600; ++i) {
    const double a = i % 23, b = (i * 7) % 19;
    text += std::to_string(a) + "," + std::to_string(b) + (a + b > 33 ? ",yes\n" : ",no\n");
  }
  TrainRequest r = request(put(folder / "d.csv", text), "rare", "mlp:8");
  r.seed = 2;
  r.validation = "0.3";
  const TrainReport by_loss = train(r);
  EXPECT_TRUE(contains(by_loss.message, "the best on the validation rows by log_loss")) << by_loss.message;
  const auto json = nlohmann::json::parse(report_json(by_loss, {}));
  EXPECT_EQ(json["judged_by"], "log_loss");
  r.select = "accuracy";
  const TrainReport by_accuracy = train(r);
  EXPECT_TRUE(contains(by_accuracy.message, "by accuracy"));
  EXPECT_LE(by_loss.validation.get("log_loss"), by_accuracy.validation.get("log_loss"));
  r.select = "recall_of_all";
  EXPECT_TRUE(contains(message_of<Error>([&] { train(r); }), "it is judged by loss, accuracy, balanced_accuracy"));
  r.select = "accuracy";
  r.validation = "0";
  EXPECT_TRUE(contains(message_of<Error>([&] { train(r); }), "select has no effect without validation rows"));
}

TEST(Train, ABestEpochIsSavedThoughTheRunDivergedLater) {
  const Folder folder;
  TrainRequest r = request(iris, "petal_width", "linear");
  r.optimizer = "sgd,learning_rate=1e-4";
  r.schedule = "exponential,factor=1.3";
  r.epochs = 500;
  r.save = folder / "m";
  const TrainReport report = train(r);
  EXPECT_EQ(report.ending, train::Ending::diverged) << report.message;
  EXPECT_TRUE(report.saved) << report.message;
  EXPECT_LT(evaluate(train::TrainedModel::load(r.save), {.file = iris}).test.get("rmse"), 0.7);  // 1.43 at the start
  EXPECT_TRUE(contains(report.message, "are kept"));
}

}  // namespace
}  // namespace talweg::api
