#include "talweg/api/train/folds.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/files.hpp"
#include "talweg/api/train/train.hpp"
#include "talweg/api/use/evaluate.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/folds.hpp"
#include "talweg/present/train/train_report.hpp"

namespace talweg::api {
namespace {

using nlohmann::json;
using testing::contains;
using testing::Folder;
using testing::message_of;
using testing::put;

const std::string table = TALWEG_GOLDEN_DIR "/train/folds.csv", iris = TALWEG_SOURCE_DIR "/data/iris.csv";

TrainRequest request(const std::string& target, const std::string& model) {
  TrainRequest r;
  r.file = table;
  r.target = target;
  r.model = model;
  for (const char* other : {"w", "y", "label"})
    if (other != target) r.ignore.emplace_back(other);
  r.standardize = false;
  return r;
}

/// tools/folds_oracle.py
TEST(Folds, OfAColumnHaveTheFiguresOfScikitLearn) {
  const Folder folder;
  for (const json& row : json::parse(file::read(TALWEG_GOLDEN_DIR "/train/folds.json"))) {
    TrainRequest r = request(row["target"], row["model"]);
    r.folds_from = "part";
    r.tolerance = 1e-12;
    r.output = folder / "left_out.csv";
    if (row["weights"] != "") {
      r.weights = "w";
      std::erase(r.ignore, "w");
    }
    const TrainReport report = train(r);
    ASSERT_TRUE(report.folds);
    EXPECT_EQ(report.plan.folds, 4);
    EXPECT_EQ(report.plan.train_rows, 90u);
    std::map<std::string, FoldsReport::Figure> figures;
    for (const auto& f : report.folds->figures) figures[f.name] = f;
    for (const auto& [name, value] : row["mean"].items())
      EXPECT_NEAR(figures.at(name).mean, value.get<double>(), 1e-6) << name;
    for (const auto& [name, value] : row["standard_deviation"].items())
      EXPECT_NEAR(figures.at(name).standard_deviation, value.get<double>(), 1e-6) << name;
    const std::string written = file::read(r.output);
    const auto lines = text::split(written, '\n');
    EXPECT_EQ(lines[0], row["target"] == "y" ? "row,fold,prediction" : "row,fold,prediction,p_no,p_yes");
    for (std::size_t i = 0; i < 90; ++i) {
      const auto cells = text::split(lines[i + 1], ',');
      EXPECT_EQ(cells[0], std::to_string(i + 1));
      EXPECT_NEAR(*text::parse_number(cells.back()), row["left_out"][i].get<double>(), 1e-6);
    }
  }
}

TEST(Folds, MeasureAndTheModelLearnsFromAllRows) {
  const Folder folder;
  TrainRequest r;
  r.file = iris, r.target = "species", r.model = "softmax,c=1", r.save = folder / "plain";
  const TrainReport plain = train(r);
  r.folds = 5, r.repeats = 2, r.save = folder / "folds";
  const TrainReport report = train(r);
  EXPECT_EQ(file::read(folder / "plain"), file::read(folder / "folds"));
  EXPECT_EQ(report.train.values, plain.train.values);
  ASSERT_EQ(report.folds->folds.size(), 10u);
  EXPECT_EQ(report.folds->folds[7].repeat, 2);
  EXPECT_EQ(report.folds->folds[7].fold, 3);
  for (const FoldReport& f : report.folds->folds) EXPECT_EQ(f.rows, 30u);
  EXPECT_NE(report.folds->folds[0].metrics.values, report.folds->folds[5].metrics.values);  // drawn anew
  const auto document = json::parse(present::report_json(report, {}));
  EXPECT_GT(document["metrics"]["folds"]["accuracy"]["mean"], 0.9);
  EXPECT_GT(document["metrics"]["folds"]["accuracy"]["standard_deviation"], 0);
  EXPECT_EQ(document["folds"].size(), 10u);
  EXPECT_TRUE(contains(present::report_text(report, {}), "of 5 folds, drawn 2 times"));
  EXPECT_EQ(train(r).folds->figures[0].mean, report.folds->figures[0].mean);
}

/// Networks hold rows back within the rows of each run, and standardise by them.
TEST(Folds, OfNetworksHoldRowsBackWithinEach) {
  TrainRequest r;
  r.file = iris, r.target = "species", r.model = "mlp:4", r.folds = 3;
  const TrainReport report = train(r);
  ASSERT_EQ(report.folds->folds.size(), 3u);
  for (const auto& f : report.folds->figures)
    if (f.name == "accuracy") EXPECT_GT(f.mean, 0.85);
}

TEST(Folds, AreDrawnEvenlyFromEachClass) {
  std::vector<double> classes;
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i < 100; ++i) classes.push_back(i % 10 == 0), rows.push_back(i);
  rows.erase(rows.begin() + 50, rows.end());
  const data::Folds folds = data::draw_folds(rows, 100, classes, 5, 3, 0);
  for (std::uint32_t k = 0; k < 5; ++k) {
    const auto inside = folds.inside(rows, k), outside = folds.outside(rows, k);
    EXPECT_EQ(inside.size(), 10u);
    EXPECT_EQ(outside.size(), 40u);
    EXPECT_EQ(std::ranges::count_if(inside, [&](auto r) { return classes[r] == 1; }), 1);
  }
  EXPECT_EQ(data::draw_folds(rows, 100, classes, 5, 3, 0).fold, folds.fold);
  EXPECT_NE(data::draw_folds(rows, 100, classes, 5, 3, 1).fold, folds.fold);
}

TEST(Folds, ThatSayNothingAreRefused) {
  const auto refusal = [](auto&& change) {
    TrainRequest r = request("label", "logistic");
    change(r);
    return message_of<Error>([&] { train(r); });
  };
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.repeats = 3; }), "has no effect without"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.output = "x.csv"; }), "has no effect without"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.folds = 5, r.folds_from = "part"; }), "leave one of them out"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.folds = 91; }), "there are 90 rows"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.folds = 1; }), "expected 2 to 1000"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.folds_from = "fold"; }), "fold"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.folds_from = "label"; }), "is the target"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.folds = 3, r.checkpoint = "c"; }), "no checkpoint is kept"));
  EXPECT_TRUE(contains(refusal([](TrainRequest& r) { r.folds = 3, r.model = "mf:2"; }), "no effect on model mf"));
  EXPECT_TRUE(
      contains(refusal([](TrainRequest& r) { r.folds = 3, r.file = data::Input("-"); }), "streamed one by one"));
  const Folder folder;
  std::string rows = "x,y\n";
  for (int i = 0; i < 12; ++i) rows += std::to_string(i) + (i == 7 ? ",rare\n" : i % 2 == 0 ? ",a\n" : ",b\n");
  TrainRequest r;
  r.file = put(folder / "rare.csv", rows), r.target = "y", r.model = "softmax", r.folds = 3;
  EXPECT_TRUE(contains(message_of<Error>([&] { train(r); }), "the class 'rare' has 1"));
}

TEST(LearningCurve, LearnsFromGrowingSharesOfTheRows) {
  TrainRequest r;
  r.file = iris, r.target = "species", r.model = "softmax,c=1", r.folds = 5, r.learning_curve = true;
  const TrainReport report = train(r);
  ASSERT_TRUE(report.learning_curve);
  const auto& points = report.learning_curve->points;
  ASSERT_EQ(points.size(), 6u);
  EXPECT_EQ(points.front().rows, 12);
  EXPECT_EQ(points.back().rows, 120);
  EXPECT_EQ(points.back().left_out.front().mean, report.folds->figures.front().mean);  // all rows: the folds themselves
  EXPECT_GT(points.front().left_out.front().mean, points.back().left_out.front().mean);
  const auto document = json::parse(present::report_json(report, {}));
  EXPECT_EQ(document["learning_curve"].size(), 6u);
  EXPECT_GT(document["learning_curve"][5]["folds"]["accuracy"]["mean"], 0.9);
  EXPECT_TRUE(contains(present::report_text(report, {}), "folds log_loss"));
  r.jobs = 1;
  EXPECT_EQ(train(r).learning_curve->points[2].left_out.front().mean, points[2].left_out.front().mean);
  r.folds = {}, r.jobs = 0;
  EXPECT_TRUE(contains(message_of<Error>([&] { train(r); }), "is measured by folds"));
}

TEST(TestRows, AreTouchedOnceAtTheEnd) {
  const Folder folder;
  TrainRequest r;
  r.file = iris, r.target = "species", r.model = "softmax,c=1", r.test = data::Input("0.2"), r.save = folder / "m";
  const TrainReport report = train(r);
  EXPECT_EQ(report.plan.train_rows, 120u);
  EXPECT_EQ(report.plan.test_rows, 30u);
  EXPECT_GT(report.test.get("accuracy"), 0.8);
  for (const auto& c : report.test.classes) EXPECT_EQ(c.rows, 10);
  const auto document = json::parse(present::report_json(report, {}));
  EXPECT_EQ(document["metrics"]["test"]["accuracy"], report.test.get("accuracy"));
  EXPECT_TRUE(contains(present::report_text(report, {}), "test"));
  // Other rows, of a file: what evaluate says of them.
  r.test = data::Input(iris);
  const TrainReport other = train(r);
  EXPECT_EQ(other.plan.train_rows, 150u);
  EXPECT_EQ(other.test.values, evaluate(*other.model, {.file = iris}).test.values);
}

TEST(TestRows, AreApartFromValidationAndFolds) {
  TrainRequest r;
  r.file = iris, r.target = "species", r.model = "mlp:4", r.test = data::Input("0.2"),
  r.validation = data::Input("0.25");
  const TrainReport report = train(r);
  EXPECT_EQ(report.plan.test_rows, 30u);
  EXPECT_EQ(report.plan.validation_rows, 30u);
  EXPECT_EQ(report.plan.train_rows, 90u);
  r.validation = {}, r.model = "softmax,c=1", r.folds = 4;
  const TrainReport folds = train(r);
  EXPECT_EQ(folds.plan.train_rows, 120u);
  for (const FoldReport& f : folds.folds->folds) EXPECT_EQ(f.rows, 30u);
  EXPECT_EQ(folds.plan.test_rows, 30u);
}

TEST(TestRows, OfStreamsAreDrawnByAHash) {
  const Folder folder;
  std::string rows;
  for (int i = 0; i < 2000; ++i)
    rows += std::string(i * 7 % 5 < 2 ? "1" : "-1") + " 1:" + std::to_string(i * 7 % 5) + " 2:1\n";
  TrainRequest r;
  r.file = put(folder / "rows.libsvm", rows), r.model = "logistic", r.optimizer = "ftrl,l1=0";
  r.test = data::Input("0.25"), r.validation = data::Input("0.2");
  const TrainReport report = train(r);
  ASSERT_TRUE(report.stream);
  EXPECT_NEAR(static_cast<double>(report.plan.test_rows), 500, 60);
  EXPECT_NEAR(static_cast<double>(report.plan.validation_rows), 300, 60);
  EXPECT_EQ(report.plan.test_rows + report.plan.validation_rows + report.plan.train_rows, 2000u);
  EXPECT_GT(report.test.get("accuracy"), 0.95);
}

TEST(TestRows, ThatAreNoneAreRefused) {
  const auto refusal = [](const std::string& test) {
    TrainRequest r;
    r.file = iris, r.target = "species", r.model = "softmax", r.test = data::Input(test);
    return message_of<Error>([&] { train(r); });
  };
  EXPECT_TRUE(contains(refusal("0"), "holds no row back"));
  EXPECT_TRUE(contains(refusal("1.5"), "expected a share"));
  EXPECT_TRUE(contains(refusal("0.0001"), "is no row"));
  EXPECT_TRUE(contains(refusal("nowhere.csv"), "nowhere.csv"));
}

}  // namespace
}  // namespace talweg::api
