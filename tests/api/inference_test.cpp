// Standard errors of linear models, from training to what `inspect` says.
#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/archives.hpp"
#include "support/files.hpp"
#include "talweg/api/train/train.hpp"
#include "talweg/api/use/inspect.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/random.hpp"
#include "talweg/base/text.hpp"
#include "talweg/present/train/train_page.hpp"
#include "talweg/present/use/inspect_page.hpp"
#include "talweg/present/use/inspect_report.hpp"
#include "talweg/train/load_model.hpp"

namespace talweg::api {
namespace {

using nlohmann::json;
using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::message_of;
using talweg::testing::put;

const std::string golden = TALWEG_GOLDEN_DIR "/inference/";

TrainRequest request(const std::string& file, const std::string& target, const std::string& model) {
  TrainRequest r;
  r.file = file;
  r.target = target;
  r.model = model;
  r.optimizer = "lbfgs";
  return r;
}

json inspected(const TrainRequest& r) {
  return json::parse(present::inspection(inspect(*train(r).model, 10'000), "json"));
}

/// The coefficient of a column, and of a class where there are several.
json entry(const json& document, const std::string& name, const std::string& label = "") {
  for (const json& c : document["coefficients"])
    if (c["name"] == name && c.value("class", "") == label) return c;
  return {};
}

json at(const json& row, const char* key, std::size_t i, std::size_t k) {
  return row["classes"].empty() ? row[key][i] : row[key][i][k];
}

/// Every number of a coefficient against those of the table, in units of its error where it may be near 0.
void expect_same(const json& row, const json& found, std::size_t i, std::size_t k, const std::string& what) {
  const double error = at(row, "errors", i, k);
  const auto near = [&](const char* mine, const char* theirs, double unit) {
    EXPECT_NEAR(found[mine].get<double>(), at(row, theirs, i, k).get<double>(), 1e-6 * unit) << what << " " << mine;
  };
  near("value", "values", error);
  near("standard_error", "errors", error);
  near(row["degrees_of_freedom"] > 0 ? "t" : "z", "statistics", 1);
  near("p", "p", 1);
  near("low", "low", error);
  near("high", "high", error);
}

TEST(Inference, IsThatOfAnIndependentTable) {
  for (const json& row : json::parse(file::read(golden + "estimates.json"))) {
    const bool penalised = row["model"].get<std::string>().find("l2") != std::string::npos;
    for (const bool standardize : {true, false}) {
      if (!standardize && penalised) continue;  // another problem
      TrainRequest r = request(golden + row["data"].get<std::string>(), row["target"], row["model"]);
      r.standardize = standardize;
      r.loss = row.value("loss", "");
      r.tolerance = 1e-10;
      const json found = inspected(r);
      const std::string name = row["name"];
      const std::size_t columns = row["values"].size() - 1;
      const std::vector<std::string> classes =
          row["classes"].empty() ? std::vector<std::string>{""} : row["classes"].get<std::vector<std::string>>();
      ASSERT_EQ(found["coefficients"].size(), columns * classes.size()) << name;
      const std::string text = file::read(golden + row["data"].get<std::string>()),
                        first = text.substr(0, text.find_first_of("\r\n"));
      std::vector<std::string> names;
      for (const auto column : text::split(first, ','))
        if (column != row["target"].get<std::string>()) names.emplace_back(column);
      for (std::size_t k = 0; k < classes.size(); ++k) {
        for (std::size_t i = 0; i < columns; ++i)
          expect_same(row, entry(found, names[i], classes[k]), i, k, text::cat(name, " ", names[i], " ", classes[k]));
        json intercept;
        for (const char* key : {"standard_error", "z", "t", "p", "low", "high"})
          if (const std::string in = text::cat("intercept_", key); found.contains(in))
            intercept[key] = classes[k].empty() ? found[in] : found[in][classes[k]];
        intercept["value"] = classes[k].empty() ? found["intercept"] : found["intercept"][classes[k]];
        expect_same(row, intercept, columns, k, text::cat(name, " intercept ", classes[k]));
      }
      EXPECT_EQ(found["standard_errors"].get<std::string>().find("l2 penalty") != std::string::npos, penalised);
    }
  }
}

TEST(Inference, NamesTheColumnsWhoseErrorsCannotBeHad) {
  const Folder folder;
  Random random(3);
  std::string text = "a,b,sum,same,free,colour,y\n";
  for (int r = 0; r < 60; ++r) {
    const double a = random.normal(), b = random.normal(), c = random.normal();
    text += text::cat(a, ",", b, ",", a + 2 * b, ",7,", c, ",", r % 3 == 0 ? "red" : "blue", ",",
                      1 + a - b + c + random.normal(), "\n");
  }
  const json found = inspected(request(put(folder / "d.csv", text), "y", "linear"));
  EXPECT_EQ(found["undetermined"], (json{"a", "b", "sum", "same", "colour=blue", "colour=red", "intercept"})) << found;
  for (const json& c : found["coefficients"]) EXPECT_EQ(c["standard_error"].is_null(), c["name"] != "free") << c;
  EXPECT_TRUE(found["intercept_standard_error"].is_null());
  // What is left is what a fit without the redundant columns says.
  std::string fewer = "a,b,free,red,y\n";
  for (const auto line : text::split(text, '\n')) {
    const auto cells = text::split(line, ',');
    if (cells.size() < 7 || cells[0] == "a") continue;
    fewer += text::cat(cells[0], ",", cells[1], ",", cells[4], ",", cells[5] == "red" ? 1 : 0, ",", cells[6], "\n");
  }
  const json other = inspected(request(put(folder / "f.csv", fewer), "y", "linear"));
  EXPECT_FALSE(other.contains("undetermined"));
  const double mine = entry(found, "free")["standard_error"], theirs = entry(other, "free")["standard_error"];
  EXPECT_NEAR(mine, theirs, 1e-9 * theirs);
}

TEST(Inference, SaysWhyThereIsNone) {
  const Folder folder;
  const std::string separable = put(folder / "s.csv", "x,y\n1,0\n2,0\n3,0\n4,1\n5,1\n6,1\n"),
                    few = put(folder / "few.csv", "a,b,y\n1,2,3\n2,1,5\n7,5,1\n");
  TrainRequest first_order = request(golden + "cancer.csv", "benign", "logistic");
  first_order.optimizer = "adam";
  first_order.epochs = 3;
  TrainRequest cut = request(golden + "cancer.csv", "benign", "logistic");
  cut.optimizer = "lbfgs";
  cut.epochs = 2;
  TrainRequest huber = request(golden + "diabetes.csv", "target", "linear");
  huber.loss = "huber";
  const std::vector<std::pair<TrainRequest, std::string>> wanted{
      {request(separable, "y", "logistic"), "separable"},
      {request(few, "y", "linear"), "3 rows do not determine 3 parameters"},
      {first_order, "lbfgs does"},
      {cut, "completed"},
      {huber, "none of a likelihood"}};
  for (const auto& [r, words] : wanted) {
    const json found = inspected(r);
    const std::string said = found["standard_errors"];
    EXPECT_TRUE(said.starts_with("none: ")) << said;
    EXPECT_TRUE(contains(said, words)) << said;
    EXPECT_FALSE(found["coefficients"][0].contains("standard_error"));
  }
}

TEST(Inference, OfRowsOnAPlaneIsNoughtAndNeverNaN) {
  const Folder folder;
  const json found = inspected(request(put(folder / "d.csv", "x,y\n1,3\n2,5\n3,7\n4,9\n"), "y", "linear"));
  EXPECT_EQ(found["coefficients"][0]["value"], 2);
  EXPECT_LT(found["coefficients"][0]["standard_error"].get<double>(), 1e-7);
  const json constant = inspected(request(put(folder / "c.csv", "x,y\n1,3\n2,3\n3,3\n4,3\n"), "y", "linear"));
  EXPECT_EQ(constant["coefficients"][0]["standard_error"], 0);
  EXPECT_TRUE(constant["coefficients"][0]["t"].is_null());
}

TEST(Inference, OfSparseRowsIsThatOfTheSameTable) {
  const Folder folder;
  Random random(5);
  std::string sparse, dense = "f1,f2,f3,label\n";
  for (int r = 0; r < 200; ++r) {
    const bool a = random.uniform() < 0.4, b = random.uniform() < 0.6;
    const double c = random.normal();
    const int y = random.uniform() < 1 / (1 + std::exp(-(a - 2 * b + c))) ? 1 : 0;
    sparse += text::cat(y, a ? " 1:1" : "", b ? " 2:1" : "", " 3:", c, "\n");
    dense += text::cat(a ? 1 : 0, ",", b ? 1 : 0, ",", c, ",", y, "\n");
  }
  put(folder / "d.libsvm", sparse), put(folder / "d.csv", dense);
  for (const bool standardize : {true, false}) {
    TrainRequest s = request(folder / "d.libsvm", "", "logistic"), d = request(folder / "d.csv", "label", "logistic");
    s.standardize = d.standardize = standardize;
    const json in_sparse = inspected(s), in_dense = inspected(d);
    for (int i = 1; i <= 3; ++i) {
      const json x = entry(in_sparse, text::cat("f", i)), y = entry(in_dense, text::cat("f", i));
      for (const char* key : {"value", "standard_error", "low", "high", "odds_ratio"})
        EXPECT_NEAR(x[key].get<double>(), y[key].get<double>(), 1e-6 * std::abs(y[key].get<double>())) << i << key;
    }
    EXPECT_NEAR(in_sparse["intercept_standard_error"].get<double>(), in_dense["intercept_standard_error"].get<double>(),
                1e-7);
  }
}

TEST(Inference, StandsInTheFileOfTheModel) {
  const Folder folder;
  TrainRequest r = request(golden + "wine.csv", "cultivar", "softmax");
  std::string one;
  for (const int threads : {1, 3}) {
    r.threads = threads;
    r.save = folder / text::cat("m", threads, ".talweg");
    train(r);
    const std::string bytes = file::read(r.save);
    if (one.empty()) one = bytes;
    EXPECT_EQ(bytes, one);
  }
  const auto loaded = train::load_model(r.save);
  EXPECT_EQ(present::inspection(inspect(*loaded, 9), "text"), present::inspection(inspect(*train(r).model, 9), "text"));
}

TEST(Inference, StandsOnThePagesOfATrainingAndOfAModel) {
  TrainRequest r = request(golden + "cancer.csv", "benign", "logistic");
  r.inspect = true;
  const TrainReport report = train(r);
  const auto titles_of = [](const report::html::Page& page) {
    std::string titles;
    for (const report::html::Section& s : page.sections) titles += s.title + "; ";
    return titles;
  };
  const std::string trained = titles_of(present::train_page(report, {}, {}, {}));
  EXPECT_TRUE(contains(trained, "Coefficients; Intervals; ")) << trained;
  const report::html::Page page = present::inspect_page(inspect(*report.model, 9), {});
  EXPECT_TRUE(contains(titles_of(page), "Coefficients; Intervals; Network; Model; ")) << titles_of(page);
  const std::string html = report::html::document(page);
  for (const char* words : {"standard error", "odds ratio", "mean_area", "the normal distribution"})
    EXPECT_TRUE(contains(html, words)) << words;
  // Without errors there are no intervals, and networks have layers in their place.
  r.optimizer = "adam", r.epochs = 1;
  EXPECT_FALSE(contains(titles_of(present::inspect_page(inspect(*train(r).model, 9), {})), "Intervals"));
  r.model = "mlp:3";
  EXPECT_TRUE(contains(titles_of(present::inspect_page(inspect(*train(r).model, 9), {})), "Layers; Network; Model; "));
}

TEST(Inference, OfADamagedFileIsRefusedByEntry) {
  const Archive good = train(request(golden + "cancer.csv", "benign", "logistic")).model->archive();
  const auto refusal = [&](const std::string& name, bool put_one) {
    Archive bad;
    for (const auto& e : good.entries())
      if (e.name != name) testing::put_copy(bad, good, e);
    if (put_one) bad.put(name, std::vector<double>{1});
    return message_of<Error>([&] { train::TrainedModel::from(bad); });
  };
  EXPECT_TRUE(contains(refusal("inference.errors", true), "holds 1 numbers where the model has 5"));
  EXPECT_TRUE(contains(refusal("inference.degrees_of_freedom", false), "inference.degrees_of_freedom"));
  EXPECT_TRUE(contains(refusal("inference.penalised", false), "inference.penalised"));
}

}  // namespace
}  // namespace talweg::api
