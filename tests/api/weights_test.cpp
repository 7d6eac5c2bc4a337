#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/files.hpp"
#include "talweg/api/train/train.hpp"
#include "talweg/api/use/evaluate.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/train/load_model.hpp"

namespace talweg::api {
namespace {

using nlohmann::json;
using testing::contains;
using testing::Folder;
using testing::message_of;
using testing::put;

const std::string table = TALWEG_GOLDEN_DIR "/train/weighted.csv";

TrainRequest request(const std::string& target, const std::string& model) {
  TrainRequest r;
  r.file = table;
  r.target = target;
  r.model = model;
  for (const char* other : {"w", "y", "label", "kind"})
    if (other != target) r.ignore.emplace_back(other);
  r.standardize = false;
  return r;
}

void weigh(TrainRequest& r) {
  r.weights = "w";
  std::erase(r.ignore, "w");
}

/// W (inputs, outputs), then b (outputs), in the target's unit.
std::vector<double> coefficients(const TrainReport& report) {
  const auto& m = dynamic_cast<const train::TrainedModel&>(*report.model);
  std::vector<double> w = m.parameters;
  for (double& v : w) v *= m.head.deviation;
  for (std::size_t i = w.size() - m.head.outputs; i < w.size(); ++i) w[i] += m.head.mean;
  return w;
}

/// tools/weights_oracle.py
TEST(Weights, GiveTheCoefficientsAndFiguresOfScikitLearn) {
  for (const json& row : json::parse(file::read(TALWEG_GOLDEN_DIR "/train/weighted.json"))) {
    TrainRequest r = request(row["target"], row["model"]);
    if (row["weights"] != "") weigh(r);
    r.class_weight = row["class_weight"];
    r.tolerance = 1e-12;
    const std::string which = row.dump().substr(0, 90);
    const TrainReport report = train(r);
    ASSERT_EQ(report.ending, train::Ending::converged) << which << ": " << report.message;
    const auto w = coefficients(report);
    const auto& expected = row["coefficients"];
    const std::size_t outputs = expected.size();
    for (std::size_t k = 0; k < outputs; ++k) {
      for (std::size_t i = 0; i < 3; ++i)
        EXPECT_NEAR(w[i * outputs + k], expected[k][i].get<double>(), 1e-6) << which << i;
      EXPECT_NEAR(w[3 * outputs + k], row["intercepts"][k].get<double>(), 1e-6) << which;
    }
    for (const auto& [name, value] : row["figures"].items())
      EXPECT_NEAR(report.train.get(name), value.get<double>(), 1e-6) << which << name;
    const auto& model = dynamic_cast<const train::TrainedModel&>(*report.model);
    const auto again = evaluate(model, {.file = table, .weights = row["weights"]});
    if (r.class_weight.empty()) EXPECT_EQ(again.test.values, report.train.values) << which;
    if (!report.classes.empty()) EXPECT_EQ(again.test.get("accuracy"), report.train.get("accuracy")) << which;
  }
}

/// A row of weight 2 is one that stands twice, a row of weight 0 none: by every way of training.
TEST(Weights, CountAsManyRowsAsTheySay) {
  const Folder folder;
  std::string weighted = "x,w,y\n", repeated = "x,y\n";
  for (int i = 0; i < 40; ++i) {
    const std::string x = std::to_string(i % 7), y = std::to_string(i % 7 + (i * 5 % 3) * 0.25);
    weighted += x + "," + std::to_string(i % 3) + "," + y + "\n";
    for (int k = 0; k < i % 3; ++k) repeated += x + "," + y + "\n";
  }
  const std::string a = put(folder / "weighted.csv", weighted), b = put(folder / "repeated.csv", repeated);
  struct Way {
    const char *model, *optimizer;
  };
  for (const auto& [model, optimizer] :
       {Way{"linear", ""}, Way{"linear", "gd"}, Way{"linear", "momentum,learning_rate=0.002"}, Way{"mlp:3", "lbfgs"}}) {
    TrainRequest r;
    r.target = "y", r.model = model, r.optimizer = optimizer, r.precision = "double";
    r.epochs = 20, r.standardize = false;
    if (*optimizer != 0 && std::string(optimizer) != "lbfgs") r.batch_size = "all";
    r.file = b;
    const TrainReport plain = train(r);
    r.file = a, r.weights = "w";
    const TrainReport report = train(r);
    // The objective divides by the rows, 40 and 39: the same optimum, and the same path where steps do not scale with
    // it.
    if (std::string(model) == "linear" && *optimizer == 0)
      for (const auto& [name, value] : plain.train.values) EXPECT_NEAR(report.train.get(name), value, 1e-7) << name;
    EXPECT_LT(report.train.get("rmse"), 2 * plain.train.get("rmse")) << model << optimizer;
  }
}

TEST(Weights, OfOneChangeNothing) {
  const Folder folder;
  std::string text = "x,w,y\n";
  for (int i = 0; i < 60; ++i) text += std::to_string(i * 37 % 11) + ",1," + (i * 29 % 13 < 6 ? "no" : "yes") + "\n";
  const std::string file = put(folder / "rows.csv", text);
  for (const char* model : {"logistic", "mlp:4"})
    for (const char* optimizer : {"", "adam", "lbfgs"}) {
      TrainRequest r;
      r.file = file, r.target = "y", r.model = model, r.optimizer = optimizer, r.epochs = 15, r.precision = "double";
      r.ignore = {"w"};
      const TrainReport plain = train(r);
      r.ignore = {};
      r.weights = "w";
      const TrainReport report = train(r);
      for (const auto& [name, value] : plain.train.values)
        EXPECT_NEAR(report.train.get(name), value, 1e-9) << model << optimizer << name;
    }
}

TEST(Weights, OfClassesJudgeByTheLossThatHasThem) {
  TrainRequest r = request("label", "mlp:4");
  r.class_weight = "balanced";
  const TrainReport report = train(r);
  EXPECT_EQ(report.plan.judged_by, "loss");
  EXPECT_NE(report.validation.get("loss"), report.validation.get("log_loss"));
}

TEST(Weights, ThatAreNoneAreRefusedWithTheirPlace) {
  const Folder folder;
  const auto refusal = [&](const std::string& rows, auto&& change) {
    TrainRequest r;
    r.file = put(folder / "bad.csv", "x,w,y\n1,1,2\n2,1,4\n" + rows);
    r.target = "y", r.model = "linear", r.weights = "w";
    change(r);
    return message_of<Error>([&] { train(r); });
  };
  const auto as_is = [](TrainRequest&) {};
  EXPECT_TRUE(contains(refusal("3,-1,6\n", as_is), "bad.csv:4: the weight 'w' is -1"));
  EXPECT_TRUE(contains(refusal("3,,6\n", as_is), "bad.csv:4: the weight 'w' is missing"));
  EXPECT_TRUE(
      contains(refusal("3,nan,6\n4,1,7\n5,1,8\n6,1,9\n7,1,9\n8,1,9\n9,1,9\n1,1,2\n2,2,4\n", as_is), "bad.csv:4"));
  EXPECT_TRUE(contains(refusal("3,1,6\n", [](TrainRequest& r) { r.weights = "v"; }), "v"));
  EXPECT_TRUE(contains(refusal("3,1,6\n", [](TrainRequest& r) { r.weights = "y"; }), "is the target"));
  EXPECT_TRUE(contains(refusal("3,1,6\n", [](TrainRequest& r) { r.ignore = {"w"}; }), "ignored as well"));
  EXPECT_TRUE(contains(refusal("3,1,6\n", [](TrainRequest& r) { r.class_weight = "balanced"; }), "is a number"));
  EXPECT_TRUE(contains(refusal("3,1,6\n", [](TrainRequest& r) { r.model = "mf:2"; }), "no effect on model mf"));
  TrainRequest r;
  r.file = put(folder / "zeros.csv", "x,w,y\n1,0,2\n2,0,4\n"), r.target = "y", r.model = "linear", r.weights = "w";
  EXPECT_TRUE(contains(message_of<Error>([&] { train(r); }), "all weights 'w' are 0"));
  r.file = TALWEG_GOLDEN_DIR "/train/sparse.libsvm", r.target = "", r.model = "logistic";
  EXPECT_TRUE(contains(message_of<Error>([&] { train(r); }), "has no columns of weights"));
}

TEST(Weights, OfClassesThatSayNothingAreRefused) {
  const auto refusal = [](const std::string& text) {
    TrainRequest r = request("label", "logistic");
    r.class_weight = text;
    return message_of<Error>([&] { train(r); });
  };
  EXPECT_TRUE(contains(refusal("maybe=2"), "'maybe' is no class of the target 'label'; they are no and yes"));
  EXPECT_TRUE(contains(refusal("yes=-1"), "expected balanced, or a weight of at least 0"));
  EXPECT_TRUE(contains(refusal("yes"), "as in yes=5,no=1"));
  EXPECT_TRUE(contains(refusal("yes=nan"), "as in yes=5,no=1"));
  EXPECT_TRUE(contains(refusal("yes=1,yes=2"), "twice"));
  EXPECT_TRUE(contains(refusal("yes=0,no=0"), "no class would count"));
}

/// Rows read one by one: the same steps as rows of a table in their order.
TEST(Weights, OfStreamsWeighStepsAndFigures) {
  const Folder folder;
  std::string weighted = "x,w,y\n", doubled = "x,w,y\n";
  for (int i = 0; i < 300; ++i) {
    const std::string cells =
        std::to_string(i * 37 % 11) + "," + std::to_string(1 + i % 2) + "," + (i * 29 % 13 < 4 ? "1" : "0");
    weighted += cells + "\n";
  }
  TrainRequest r;
  r.file = put(folder / "weighted.csv", weighted);
  r.target = "y", r.model = "logistic", r.stream.hash_bits = "8", r.optimizer = "sgd,learning_rate=0.01",
  r.precision = "double";
  r.weights = "w";
  const TrainReport report = train(r);
  ASSERT_TRUE(report.stream);
  EXPECT_EQ(report.train.classes[0].weight + report.train.classes[1].weight, 450);
  const auto again = evaluate(*report.model, {.file = r.file, .weights = "w", .threads = 1});
  EXPECT_EQ(again.test.classes[1].weight, report.train.classes[1].weight);
  // The same weights, by class: where they are those of the rows.
  r.weights = "", r.ignore = {"w"}, r.class_weight = "1=3";
  const TrainReport by_class = train(r);
  EXPECT_EQ(by_class.train.classes[1].weight, by_class.train.classes[1].rows);
  EXPECT_GT(evaluate(*by_class.model, {.file = r.file}).test.get("recall"), 0.5);
  r.class_weight = "balanced";
  const TrainReport balanced = train(r);
  EXPECT_NE(balanced.train.get("loss"), balanced.train.get("log_loss"));
  r.file = put(folder / "bad.csv", weighted + "1,-2,1\n"), r.class_weight = "", r.weights = "w", r.ignore = {};
  EXPECT_TRUE(contains(message_of<Error>([&] { train(r); }), "bad.csv:302:3: the weight 'w' is -2"));
}

TEST(PositiveClass, DecidesWhatPrecisionIsAbout) {
  TrainRequest r = request("label", "logistic,c=1");
  const TrainReport yes = train(r);
  EXPECT_EQ(yes.plan.positive, "yes");
  EXPECT_EQ(yes.train.get("precision"), yes.train.classes[1].precision);
  r.positive = "no";
  const TrainReport no = train(r);
  EXPECT_EQ(no.plan.positive, "no");
  EXPECT_EQ(no.train.get("recall"), no.train.classes[0].recall);
  EXPECT_EQ(no.train.get("accuracy"), yes.train.get("accuracy"));
  EXPECT_EQ(no.train.get("roc_auc"), yes.train.get("roc_auc"));
  const auto& model = dynamic_cast<const train::TrainedModel&>(*no.model);
  EXPECT_EQ(evaluate(model, {.file = table}).positive, "no");
  EXPECT_EQ(evaluate(model, {.file = table, .positive = "yes"}).test.values, yes.train.values);
}

/// The model keeps the threshold: what it predicts and what is measured agree.
TEST(PositiveClass, IsSaidAboveTheThreshold) {
  const Folder folder;
  TrainRequest r = request("label", "logistic,c=1");
  r.threshold = 0.2;
  r.save = folder / "m";
  const TrainReport report = train(r);
  const TrainReport plain = [&] {
    TrainRequest usual = request("label", "logistic,c=1");
    return train(usual);
  }();
  EXPECT_GT(report.train.get("recall"), plain.train.get("recall"));
  EXPECT_EQ(report.train.get("roc_auc"), plain.train.get("roc_auc"));
  const auto kept = train::TrainedModel::load(r.save);
  EXPECT_EQ(kept.head.threshold, 0.2);
  EXPECT_EQ(evaluate(kept, {.file = table}).test.values, report.train.values);
  EXPECT_EQ(evaluate(kept, {.file = table, .threshold = 0.5}).test.values, plain.train.values);
  // The other class at the threshold that says the same rows.
  EXPECT_EQ(evaluate(kept, {.file = table, .positive = "no"}).test.get("accuracy"), report.train.get("accuracy"));
}

TEST(PositiveClass, IsRefusedWhereThereIsNone) {
  const auto refusal = [](const std::string& target, const std::string& model, auto&& change) {
    TrainRequest r = request(target, model);
    change(r);
    return message_of<Error>([&] { train(r); });
  };
  EXPECT_TRUE(contains(refusal("label", "logistic", [](TrainRequest& r) { r.positive = "maybe"; }),
                       "is no class of the target 'label'; they are no and yes"));
  EXPECT_TRUE(
      contains(refusal("kind", "softmax", [](TrainRequest& r) { r.positive = "mid"; }), "'kind' has 3 classes"));
  EXPECT_TRUE(contains(refusal("y", "linear", [](TrainRequest& r) { r.threshold = 0.3; }), "'y' is a number"));
  EXPECT_TRUE(
      contains(refusal("label", "softmax", [](TrainRequest& r) { r.threshold = 0.3; }), "no effect on softmax"));
  EXPECT_TRUE(contains(refusal("label", "logistic", [](TrainRequest& r) { r.threshold = 0.3, r.loss = "hinge"; }),
                       "gives no probabilities"));
  EXPECT_TRUE(contains(refusal("label", "logistic", [](TrainRequest& r) { r.threshold = 1.5; }), "between 0 and 1"));
}

}  // namespace
}  // namespace talweg::api
