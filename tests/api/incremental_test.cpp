#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/archive.hpp"
#include "talweg/base/error.hpp"
#include "talweg/models/saved_model.hpp"
#include "talweg/training.hpp"

/// Rows that a program brings piece by piece are learned as the rows of a text are.
namespace talweg {
namespace {

using talweg::testing::contains;
using talweg::testing::message_of;

data::SparseRows rows_of(std::uint32_t from, std::uint32_t to) {
  data::SparseRows rows;
  rows.width = 30;
  for (std::uint32_t r = from; r < to; ++r) {
    for (std::uint32_t c = 0; c < 30; ++c)
      if ((r * 7 + c * 5) % 11 < 2) rows.columns.push_back(c), rows.values.push_back(1 + (r + c) % 3 / 7.0);
    rows.starts.push_back(rows.columns.size());
  }
  return rows;
}

std::vector<double> classes_of(std::uint32_t from, std::uint32_t to, std::uint32_t classes) {
  std::vector<double> out;
  for (std::uint32_t r = from; r < to; ++r) out.push_back((r * 7 % 11 + r % 3) % classes);
  return out;
}

/// What decides every prediction.
std::vector<double> weights_of(const LoadedModel& model) {
  const Archive archive = model.details().archive();
  std::vector<double> out;
  for (const Archive::Entry& entry : archive.entries())
    if (entry.type == Archive::Type::float64) {
      const auto numbers = archive.doubles(entry.name);
      out.insert(out.end(), numbers.begin(), numbers.end());
    } else if (entry.type == Archive::Type::int64 && entry.name.find("places") != std::string::npos) {
      for (const auto place : archive.integers(entry.name)) out.push_back(static_cast<double>(place));
    }
  return out;
}

TEST(Incremental, PiecesGiveTheWeightsOfAStream) {
  for (const std::uint32_t classes : {2u, 3u})
    for (const char* method : {"ftrl,l1=0.1", "adagrad,learning_rate=0.1", "sgd,learning_rate=0.05"}) {
      const std::string model = classes == 2 ? "logistic" : "softmax";
      const auto report = api::train({.file = data::table_of(classes_of(0, 90, classes), rows_of(0, 90)),
                                      .model = model,
                                      .optimizer = method,
                                      .epochs = 1,
                                      .precision = "double",
                                      .stream = {.hash_bits = "", .index_base = "0", .features = "30", .classes = ""}});
      ASSERT_TRUE(report.model);
      const std::vector<double> expected = weights_of(LoadedModel(report.model));
      for (const std::vector<std::uint32_t>& cuts :
           {std::vector<std::uint32_t>{0, 90}, {0, 1, 90}, {0, 40, 41, 80, 90}}) {
        std::vector<std::string> names;
        for (std::uint32_t k = 0; k < classes; ++k) names.push_back(std::to_string(k));
        IncrementalModel learner({.model = model, .optimizer = method, .classes = names, .loss = ""});
        for (std::size_t i = 1; i < cuts.size(); ++i)
          learner.learn(rows_of(cuts[i - 1], cuts[i]), classes_of(cuts[i - 1], cuts[i], classes));
        EXPECT_EQ(weights_of(learner.model()), expected) << model << " " << method << " " << cuts.size();
        EXPECT_EQ(learner.rows(), 90);
      }
    }
}

TEST(Incremental, AStateGoesOnToTheSameWeights) {
  const IncrementalModel::Request request{.optimizer = "ftrl,l1=0.1", .classes = {"no", "yes"}, .loss = ""};
  IncrementalModel whole(request), first(request);
  whole.learn(rows_of(0, 90), classes_of(0, 90, 2));
  first.learn(rows_of(0, 50), classes_of(0, 50, 2));
  const std::string state = first.state();
  IncrementalModel second = IncrementalModel::from_state(state);
  EXPECT_EQ(second.state(), state);
  second.learn(rows_of(50, 90), classes_of(50, 90, 2));
  EXPECT_EQ(second.state(), whole.state());
  const LoadedModel model = second.model();
  EXPECT_EQ(model.classes(), (std::vector<std::string>{"no", "yes"}));
  EXPECT_EQ(model.kind(), "sparse model");
}

TEST(Incremental, AModelIsAFileLikeAnyOther) {
  IncrementalModel learner({.model = "linear", .optimizer = "sgd,learning_rate=0.01", .classes = {}, .loss = ""});
  std::vector<double> y;
  for (int r = 0; r < 60; ++r) y.push_back(r % 7);
  learner.learn(rows_of(0, 60), y);
  const talweg::testing::Folder folder;
  learner.model().save(folder / "m");
  const LoadedModel read = load_model(folder / "m");
  EXPECT_EQ(weights_of(read), weights_of(learner.model()));
  const auto table = data::table_of(y, rows_of(0, 60));
  EXPECT_EQ(read.predict_table(table).values, learner.model().predict_table(table).values);
}

TEST(Incremental, WrongUseIsToldBeforeAnythingIsLearned) {
  const auto wrong = [](const IncrementalModel::Request& request) {
    return message_of<Error>([&] { const IncrementalModel made(request); });
  };
  EXPECT_TRUE(contains(wrong({.model = "mlp:4", .classes = {"a", "b"}, .loss = ""}), "linear, logistic or softmax"));
  EXPECT_TRUE(
      contains(wrong({.model = "logistic", .classes = {"a", "b", "c"}, .loss = ""}), "3 where logistic has two"));
  EXPECT_TRUE(contains(wrong({.model = "logistic", .classes = {}, .loss = ""}), "0 where"));
  EXPECT_TRUE(contains(wrong({.model = "linear", .classes = {"a", "b"}, .loss = ""}), "leave them out"));
  EXPECT_TRUE(contains(wrong({.model = "logistic,l2=1", .classes = {"a", "b"}, .loss = ""}), "ftrl has l1 and l2"));
  EXPECT_TRUE(contains(wrong({.optimizer = "lbfgs", .classes = {"a", "b"}, .loss = ""}), "lbfgs"));
  EXPECT_TRUE(contains(wrong({.optimizer = "ftrl,alpha=-1", .classes = {"a", "b"}, .loss = ""}), "alpha"));
  EXPECT_TRUE(contains(wrong({.classes = {"a", "b"}, .loss = "mean_squared_error"}), "no loss for such a target"));

  IncrementalModel learner({.classes = {"a", "b"}, .loss = ""});
  const std::string untouched = learner.state();
  const auto refused = [&](const data::SparseRows& rows, const std::vector<double>& targets) {
    const std::string message = message_of<Error>([&] { learner.learn(rows, targets); });
    EXPECT_EQ(learner.state(), untouched) << message;
    return message;
  };
  EXPECT_TRUE(contains(refused(rows_of(0, 3), {0, 1}), "2 for 3 rows"));
  for (const double y : {2.0, -1.0, 0.5, std::nan(""), std::numeric_limits<double>::infinity()})
    EXPECT_TRUE(contains(refused(rows_of(0, 2), {0, y}), "of row 2: expected the place of a class, 0 to 1"));
  data::SparseRows falling = rows_of(0, 1);
  std::swap(falling.columns[0], falling.columns[1]);
  EXPECT_TRUE(contains(refused(falling, {0}), "row 1"));
  data::SparseRows infinite = rows_of(0, 1);
  infinite.values[0] = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(contains(refused(infinite, {0}), "inf"));
}

TEST(Incremental, ARowThatOverflowsIsNamedAndTheRowsBeforeItStay) {
  IncrementalModel learner({.model = "linear", .optimizer = "sgd,learning_rate=1e6", .classes = {}, .loss = ""});
  const std::string message = message_of<Error>([&] { learner.learn(rows_of(0, 60), std::vector<double>(60, 1)); });
  EXPECT_TRUE(contains(message, "no finite number")) << message;
  EXPECT_TRUE(contains(message, "row " + std::to_string(learner.rows() + 1) + ":")) << message;
}

TEST(Incremental, EveryChangedByteAndCutOfAStateIsRefused) {
  IncrementalModel learner({.classes = {"a", "b"}, .loss = ""});
  learner.learn(rows_of(0, 5), classes_of(0, 5, 2));
  const std::string state = learner.state();
  for (std::size_t i = 0; i < state.size(); i += 3) {
    std::string changed = state;
    changed[i] = static_cast<char>(changed[i] ^ 0x20);
    EXPECT_THROW(IncrementalModel::from_state(changed), Error) << i;
    EXPECT_THROW(IncrementalModel::from_state(state.substr(0, i)), Error) << i;
  }
}

}  // namespace
}  // namespace talweg
