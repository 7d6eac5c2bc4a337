#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/api/use/predict.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/data/read.hpp"
#include "talweg/train/factorization/saved.hpp"
#include "talweg/training.hpp"

/// A table in memory trains as a file of the same rows does: the same bytes, whatever learns.
namespace talweg::api {
namespace {

using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::message_of;
using talweg::testing::put;

const std::string iris = TALWEG_SOURCE_DIR "/data/iris.csv";

/// Rows with everything that a table may hold: missing cells, texts with commas, quotes and line breaks, texts that
/// look like numbers in a column of texts.
data::Table people() {
  std::vector<double> age, income, bought;
  std::vector<std::string> city;
  const std::vector<std::string> cities{"Bonn", "Sankt Goar, am Rhein", "\"Kölle\"", "", "two\nlines", " x "};
  for (int i = 0; i < 240; ++i) {
    age.push_back(i % 17 == 3 ? std::nan("") : 18 + (i * 7) % 60);
    income.push_back(1000.125 + (i * 37) % 500 / 3.0);
    city.push_back(cities[static_cast<std::size_t>(i) % cities.size()]);
    bought.push_back((i * 7) % 60 + (i % 6) * 5 > 35 ? 1 : 0);
  }
  return data::table_of({data::numbers("age", age), data::numbers("income", income), data::texts("city", city),
                         data::numbers("bought", bought)},
                        "people");
}

data::Table ratings() {
  std::vector<double> user, rating;
  std::vector<std::string> item;
  for (int u = 0; u < 30; ++u)
    for (int i = 0; i < 12; ++i)
      if ((u * 5 + i * 3) % 4 != 0) {
        user.push_back(100 + u);
        item.push_back("film " + std::to_string(i));
        rating.push_back(1 + (u + i * i) % 5);
      }
  return data::table_of({data::numbers("user", user), data::texts("item", item), data::numbers("rating", rating)},
                        "stars");
}

data::Table sparse() {
  data::SparseRows rows;
  std::vector<double> labels;
  for (std::uint32_t r = 0; r < 200; ++r) {
    for (std::uint32_t c = 1; c < 40; ++c)
      if ((r * 7 + c * c) % 11 == 0) {
        rows.columns.push_back(c);
        rows.values.push_back(0.25 * c);
      }
    rows.starts.push_back(rows.columns.size());
    labels.push_back((r * 7 + 9) % 11 < 5 ? 1 : -1);
  }
  rows.width = 40;
  return data::table_of(labels, std::move(rows), "pages");
}

struct Case {
  const char* name;
  data::Table (*table)();
  TrainRequest request;
};

std::vector<Case> cases() {
  return {
      {"batches of a network", people, {.target = "bought", .model = "mlp:5", .optimizer = "adam", .epochs = 3}},
      {"its defaults", people, {.target = "bought"}},
      {"the full batch", people, {.target = "bought", .model = "logistic,l2=1e-3", .optimizer = "lbfgs"}},
      {"a stream",
       people,
       {.target = "bought", .model = "logistic", .optimizer = "ftrl", .stream = {.hash_bits = "12"}}},
      {"a stream of a regression",
       people,
       {.target = "income", .model = "linear", .epochs = 2, .stream = {.hash_bits = "10"}}},
      {"ratings by als", ratings, {.model = "mf:3", .optimizer = "als", .epochs = 4}},
      {"ratings in batches", ratings, {.model = "mf:3", .optimizer = "adagrad", .epochs = 4, .batch_size = "16"}},
      {"sparse rows, full batch", sparse, {.model = "logistic,l2=1e-3", .optimizer = "lbfgs"}},
      {"sparse rows, batches", sparse, {.model = "logistic", .optimizer = "adam", .epochs = 3}},
      {"sparse rows, one by one", sparse, {.model = "logistic", .optimizer = "ftrl"}},
  };
}

/// What `request` learns from `input`, as the bytes of its model file.
std::string learned(TrainRequest request, const data::Input& input) {
  request.file = input;
  const TrainReport report = train(request);
  EXPECT_TRUE(report.model);
  return report.model ? report.model->archive().bytes() : "";
}

TEST(Memory, TrainsToTheBytesOfAFileOfTheSameRows) {
  const Folder folder;
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    const auto table = std::make_shared<const data::Table>(c.table());
    const std::string file = put(folder / "rows", data::text_of(table));
    EXPECT_EQ(learned(c.request, table), learned(c.request, file));
  }
}

TEST(Memory, TheModelOfTheReportIsTheModelOfTheFile) {
  const Folder folder;
  for (Case& c : cases()) {
    SCOPED_TRACE(c.name);
    c.request.file = c.table();
    c.request.save = folder / "model.talweg";
    const TrainReport report = train(c.request);
    EXPECT_TRUE(report.saved);
    EXPECT_EQ(report.model->archive().bytes(), file::read(c.request.save));
  }
}

TEST(Memory, PredictsAsAFileOfTheSameRowsDoes) {
  const Folder folder;
  for (Case& c : cases()) {
    SCOPED_TRACE(c.name);
    const auto table = std::make_shared<const data::Table>(c.table());
    const std::string file = put(folder / "rows", data::text_of(table));
    c.request.file = table;
    const TrainReport report = train(c.request);
    const std::string predicted = predict(*report.model, {.file = table}).csv;
    EXPECT_GT(predicted.size(), 100u);
    EXPECT_EQ(predicted, predict(*report.model, {.file = file}).csv);
    EXPECT_EQ(LoadedModel(report.model).predict_table(*table).values,
              LoadedModel(report.model).predict_file(file).values);
  }
}

TEST(Memory, ValidationRowsMayBeATableToo) {
  const auto table = std::make_shared<const data::Table>(people());
  TrainRequest r{.file = table, .target = "bought", .model = "mlp:4", .epochs = 2};
  const Folder folder;
  r.validation = put(folder / "rows", data::text_of(table));
  const std::string from_file = train(r).model->archive().bytes();
  r.validation = table;
  EXPECT_EQ(train(r).model->archive().bytes(), from_file);
  r.stream.hash_bits = "10";
  r.model = "logistic";
  EXPECT_FALSE(train(r).validation.empty());
}

TEST(Memory, ACheckpointKnowsItsTable) {
  const Folder folder;
  TrainRequest r{.file = people(), .target = "bought", .model = "mlp:4", .optimizer = "adam", .epochs = 4};
  const std::string whole = train(r).model->archive().bytes();
  r.epochs = 2;
  r.checkpoint = folder / "run";
  train(r);
  r.epochs = 4;
  r.resume = r.checkpoint;
  r.checkpoint = "";
  EXPECT_EQ(train(r).model->archive().bytes(), whole);
  data::Table other = people();
  other.columns[1].numbers[7] += 1;
  r.file = other;
  EXPECT_TRUE(contains(message_of<Error>([&] { train(r); }), "people: has changed since the checkpoint"));
}

TEST(Memory, ColumnsAreFoundByNameAndMadeWhatTheModelNeeds) {
  TrainRequest r{.file = people(), .target = "bought", .model = "logistic"};
  const LoadedModel model(train(r).model);
  const double right = model.predict_table(
      data::table_of({data::texts("city", {"Bonn"}), data::numbers("income", {1100}), data::numbers("age", {33})}))[0];
  const auto as_texts = data::table_of({data::texts("age", {"33"}), data::texts("income", {"1100"}),
                                        data::texts("city", {"Bonn"}), data::numbers("more", {1})});
  EXPECT_EQ(model.predict_table(as_texts)[0], right);
  const auto wrong =
      data::table_of({data::texts("age", {"old"}), data::numbers("income", {1}), data::texts("city", {"Bonn"})});
  EXPECT_TRUE(contains(message_of<Error>([&] { model.predict_table(wrong); }),
                       "the rows in memory: row 1: 'old' in the numeric column 'age'"));
  const auto short_of = data::table_of({data::numbers("age", {1}), data::numbers("income", {1})});
  EXPECT_TRUE(contains(message_of<Error>([&] { model.predict_table(short_of); }), "city"));
}

TEST(Memory, TablesThatAreNoneAreRefused) {
  using data::numbers, data::table_of, data::texts;
  const auto refused = [](auto&& make, const std::string& part) {
    EXPECT_TRUE(contains(message_of<Error>(make), part));
  };
  refused([] { table_of({}); }, "at least one column");
  refused([] { table_of({numbers("a", {})}); }, "at least one row");
  refused([] { table_of({numbers("a", {1}), numbers("b", {1, 2})}); }, "'b' has 2 rows where 'a' has 1");
  refused([] { table_of({numbers("a", {1}), texts("a", {"x"})}); }, "stands twice");
  refused([] { table_of({numbers("", {1})}); }, "has no name");
  refused([] { table_of({numbers("a", {1, std::numeric_limits<double>::infinity()})}); }, "row 2: the number inf");
  data::SparseRows rows;
  rows.width = 3, rows.starts = {0, 2}, rows.columns = {2, 1}, rows.values = {1, 1};
  refused([&] { table_of({1.0}, rows); }, "row 1: the column 1 does not rise above 2");
  rows.columns = {1, 3};
  refused([&] { table_of({1.0}, rows); }, "is not below the width 3");
  rows.columns = {1, 2}, rows.values = {1, std::nan("")};
  refused([&] { table_of({1.0}, rows); }, "row 1: the column 2 holds nan");
  rows.values = {1};
  refused([&] { table_of({1.0}, rows); }, "as many values");
  rows.values = {1, 1};
  refused([&] { table_of({1.0, 2.0}, rows); }, "2 labels for 1 rows");
  refused([&] { table_of({std::nan("")}, rows); }, "row 1: the label is missing");
}

TEST(Memory, AnErrorNamesTheOptionThatIsWrong) {
  const auto option_of = [](TrainRequest r) -> std::string {
    r.file = people();
    try {
      train(r);
    } catch (const Error& error) {
      return error.option();
    }
    return "nothing was thrown";
  };
  EXPECT_EQ(option_of({.target = "bought", .batch_size = "none"}), "batch_size");
  EXPECT_EQ(option_of({.target = "bought", .precision = "half"}), "precision");
  EXPECT_EQ(option_of({.target = "bought", .tolerance = 2.0}), "tolerance");
  EXPECT_EQ(option_of({.target = "bought", .validation = "1.5"}), "validation");
  EXPECT_EQ(option_of({.target = "bought", .model = "linear", .stream = {.hash_bits = "99"}}), "hash_bits");
}

}  // namespace
}  // namespace talweg::api
