// Tables with a text column of many values, whose rows are kept sparse: the same models as of the rows written out.
#include <cmath>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/api/train/train_inspection.hpp"
#include "talweg/api/use/evaluate.hpp"
#include "talweg/api/use/predict.hpp"
#include "talweg/training.hpp"

namespace talweg::api {
namespace {

using talweg::testing::contains;
using talweg::testing::Folder;
using talweg::testing::put;

constexpr int towns = 300, rows = 1200;

std::string town(int k) { return "t" + std::to_string(1000 + k); }  // their order is that of the numbers

/// Rows of a number, one of `towns` towns and what is to be predicted; some numbers and some towns are missing.
/// `written_out`: a column of 0 and 1 for each town in place of the text.
std::string table(const std::string& target, bool written_out, double scale = 1) {
  std::string out = "a,";
  if (written_out)
    for (int k = 0; k < towns; ++k) out += "town=" + town(k) + ",";
  out += (written_out ? "" : "town,") + target + "\n";
  for (int r = 0; r < rows; ++r) {
    const double a = std::sin(r * 1.7), z = a + std::cos(r % towns * 0.9) + 0.5 * std::sin(r * 5.3);
    const int known = r % 97 == 5 ? -1 : r % towns;
    out += r % 83 == 7 ? "," : std::to_string(scale * a) + ",";
    if (written_out)
      for (int k = 0; k < towns; ++k) out += k == known ? "1," : "0,";
    else
      out += known < 0 ? "," : town(known) + ",";
    out += target == "y"     ? std::to_string(3 + z)
           : target == "yes" ? std::to_string(int(z > 0))
                             : std::string(z > 0.7    ? "high"
                                           : z > -0.7 ? "middle"
                                                      : "low");
    out += "\n";
  }
  return out;
}

struct Case {
  const char* name;
  TrainRequest request;
  double tolerance;  ///< of the parameters, as rounding is blown up on the way
};

std::vector<Case> cases() {
  return {
      {"linear, exact", {.target = "y", .model = "linear"}, 1e-7},
      {"linear, batches", {.target = "y", .model = "linear", .optimizer = "adam", .epochs = 3}, 1e-10},
      {"logistic, exact", {.target = "yes", .model = "logistic,l2=1e-3"}, 1e-5},
      {"logistic, batches", {.target = "yes", .model = "logistic", .optimizer = "adam", .epochs = 3}, 1e-10},
      {"logistic, penalised", {.target = "yes", .model = "logistic,l2=1e-3", .optimizer = "sgd", .epochs = 3}, 1e-10},
      {"softmax, exact", {.target = "height", .model = "softmax,l2=1e-3"}, 1e-5},
      {"softmax, batches", {.target = "height", .model = "softmax", .optimizer = "nadam", .epochs = 3}, 1e-10},
      {"network, batches", {.target = "height", .model = "mlp:6", .optimizer = "adam", .epochs = 3}, 1e-9},
      {"network, exact", {.target = "y", .model = "mlp:4,activation=tanh", .optimizer = "lbfgs", .epochs = 5}, 1e-7},
  };
}

std::shared_ptr<const train::TrainedModel> model_of(const TrainReport& report) {
  return std::dynamic_pointer_cast<const train::TrainedModel>(report.model);
}

TEST(WideTables, TrainAsTheSameRowsWrittenOut) {
  const Folder folder;
  for (Case& c : cases()) {
    SCOPED_TRACE(c.name);
    TrainRequest& r = c.request;
    r.validation = "0";
    r.standardize = false;
    r.precision = "double";
    r.file = put(folder / "wide.csv", table(r.target, false));
    const auto wide = model_of(train(r));
    r.file = put(folder / "written.csv", table(r.target, true));
    const auto written = model_of(train(r));
    ASSERT_TRUE(wide && written);
    ASSERT_TRUE(wide->preprocess.is_wide());
    ASSERT_FALSE(written->preprocess.is_wide());
    ASSERT_EQ(wide->parameters.size(), written->parameters.size());
    for (std::size_t i = 0; i < wide->parameters.size(); ++i)
      ASSERT_NEAR(wide->parameters[i], written->parameters[i], c.tolerance) << i;
  }
}

TEST(WideTables, AnyNumberOfThreadsGivesTheSameBytes) {
  const Folder folder;
  for (Case& c : cases()) {
    SCOPED_TRACE(c.name);
    c.request.file = put(folder / "wide.csv", table(c.request.target, false));
    c.request.threads = 1;
    const std::string one = train(c.request).model->archive().bytes();
    for (const int threads : {2, 8}) {
      c.request.threads = threads;
      EXPECT_EQ(train(c.request).model->archive().bytes(), one) << threads;
    }
  }
}

TEST(WideTables, AStoppedRunGoesOnToTheSameBytes) {
  const Folder folder;
  for (Case& c : cases()) {
    SCOPED_TRACE(c.name);
    TrainRequest r = c.request;
    r.file = put(folder / "wide.csv", table(r.target, false));
    const std::string straight = train(r).model->archive().bytes();
    r.checkpoint = folder / c.name;
    r.every = "1steps";
    int steps = 0;
    TrainObserver observer;
    observer.on_step = [&](const train::StepEvent&) { ++steps; };
    observer.stop = [&] { return steps >= 2; };
    EXPECT_EQ(train(r, observer).ending, train::Ending::stopped_by_caller);
    TrainRequest again;
    again.file = r.file;
    again.target = r.target;
    again.resume = r.checkpoint;
    const TrainReport report = train(again);
    EXPECT_TRUE(report.resumed);
    EXPECT_EQ(report.model->archive().bytes(), straight);
  }
}

/// The figures of training are those that evaluating the model gives, to the bit.
TEST(WideTables, EvaluateAndPredictSeeWhatTrainingSaw) {
  const Folder folder;
  for (Case& c : cases()) {
    SCOPED_TRACE(c.name);
    TrainRequest& r = c.request;
    r.file = put(folder / "wide.csv", table(r.target, false));
    r.validation = r.file;
    r.inspect = true;
    const TrainReport report = train(r);
    const auto model = model_of(report);
    ASSERT_TRUE(model);
    const EvaluateReport seen = evaluate(*model, {.file = r.file});
    EXPECT_EQ(seen.test.values, report.validation.values);
    EXPECT_EQ(report.train.values, report.validation.values);
    ASSERT_TRUE(report.inspection);
    EXPECT_EQ(report.inspection->rows, std::size_t{rows});
    EXPECT_GT(report.inspection->gradient_rows, 0u);
    const std::string unseen = put(folder / "new.csv", "town,a\nt1005,0.5\nnever seen,0.5\n,0.5\n");
    const PredictReport predicted = predict(*model, {.file = unseen});
    EXPECT_EQ(predicted.rows, 3u);
    ASSERT_EQ(predicted.notes.size(), 1u);
    EXPECT_TRUE(contains(predicted.notes[0], "column 'town': 1 row has a text never seen in training"));
  }
}

TEST(WideTables, ThePostMortemNamesTheColumnThatIsOffScale) {
  const Folder folder;
  const TrainReport report = train({.file = put(folder / "wide.csv", table("y", false, 1e6)),
                                    .target = "y",
                                    .model = "linear",
                                    .optimizer = "sgd,learning_rate=0.1",
                                    .epochs = 3,
                                    .standardize = false});
  ASSERT_TRUE(report.post_mortem);
  EXPECT_EQ(report.failure.input, "a");
  ASSERT_TRUE(report.post_mortem->remedy());
  EXPECT_EQ(report.post_mortem->remedy()->change, "standardised inputs");
}

}  // namespace
}  // namespace talweg::api
