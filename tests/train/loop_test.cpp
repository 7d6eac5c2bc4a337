#include "talweg/train/loop.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/optim/deterministic/lbfgs.hpp"
#include "talweg/train/batches/batches.hpp"
#include "talweg/train/full_batch/full_batch.hpp"
#include "talweg/train/network_optimizer.hpp"
#include "train/line.hpp"

namespace talweg::train {
namespace {

using data::Task;
using talweg::testing::contains;

TEST(Loop, OneFullStepIsTheTextbooks) {
  // J = (1/2m)Σ(θ0 + θ1·x − y)² from θ = 0: ∇J = (−Σy/m, −Σxy/m) = (−6, −22).
  const Line line = train_line("sgd,learning_rate=0.01", x5, y5, full_batch(1));
  EXPECT_NEAR(line.bias, 0.06, 1e-15);
  EXPECT_NEAR(line.weight, 0.22, 1e-15);
  EXPECT_EQ(line.outcome.steps, 1);
}

TEST(Loop, ALastShortBatchWeighsAsMuchAsItHasRows) {
  TrainerOptions o;
  o.epochs = 1;
  o.batch_size = 2;
  o.order = data::Order::as_in_file;
  // Rows (1, 2), (2, 4) | (3, 6), η .01. First: ∇ = (−3, −5) → (.03, .05). Then r = .03 + .15 − 6 = −5.82 on one row of
  // a batch of two: ∇ = ½(−5.82, −17.46) → (.0591, .1373).
  const Line line = train_line("sgd,learning_rate=0.01", {1, 2, 3}, {2, 4, 6}, o);
  EXPECT_NEAR(line.bias, 0.0591, 1e-15);
  EXPECT_NEAR(line.weight, 0.1373, 1e-15);
}

TEST(Loop, TheLossOfAnEpochIsTheMeanOverItsExamples) {
  TrainerOptions o;
  o.epochs = 1;
  o.batch_size = 2;
  o.order = data::Order::as_in_file;
  double loss = 0;
  o.on_epoch = [&](const EpochEvent& e) { loss = e.loss; };
  train_line("sgd,learning_rate=1e-30", {1, 2, 3}, {2, 4, 6}, o, "mean_squared_error");
  EXPECT_NEAR(loss, (4 + 16 + 36) / 3.0, 1e-13);
}

TEST(Loop, LookAheadMethodsGetTheirGradientThere) {
  // v = μv + η∇f(x − μv); x −= v, by hand beside the trainer.
  double b = 0, w = 0, vb = 0, vw = 0;
  for (int t = 0; t < 20; ++t) {
    double gb = 0, gw = 0;
    for (std::size_t i = 0; i < 5; ++i) {
      const double r = (b - 0.9 * vb) + (w - 0.9 * vw) * x5[i] - y5[i];
      gb += r / 5;
      gw += r * x5[i] / 5;
    }
    vb = 0.9 * vb + 0.01 * gb;
    vw = 0.9 * vw + 0.01 * gw;
    b -= vb;
    w -= vw;
  }
  const Line line = train_line("nesterov:lookahead,learning_rate=0.01,momentum=0.9", x5, y5, full_batch(20));
  EXPECT_NEAR(line.bias, b, 1e-13);  // 20 steps of a few roundings on numbers near 2
  EXPECT_NEAR(line.weight, w, 1e-13);
}

TEST(Loop, StopsEarlyAndRestoresTheBest) {
  // The validation rows lie on the opposite line: every step away from the start is worse than the one before.
  TrainerOptions o = full_batch(50);
  o.patience = 3;
  const Line line =
      train_line("sgd,learning_rate=0.01", x5, y5, o, "half_mean_squared_error", x5, {-2, -4, -6, -8, -10});
  EXPECT_EQ(line.outcome.ending, Ending::early_stopped);
  EXPECT_EQ(line.outcome.epochs, 4);
  EXPECT_EQ(line.outcome.best_epoch, 1);
  EXPECT_NEAR(line.weight, 0.22, 1e-15);
  EXPECT_TRUE(contains(line.outcome.message, "the parameters of epoch 1 are kept"));
}

/// Epochs on rows of their own, whose schedule halves the rate when what it watches does not fall.
std::vector<double> weights_after(TrainerOptions options, const char* schedule, bool listen) {
  const models::Head head = plain_head("half_mean_squared_error");
  models::Model<double> model(models::ModelSpec::parse("linear"), head, 1, 0);
  // The training rows want the weight to grow for ever, the validation rows want it to stay near .3.
  const auto rows = examples(x5, y5, head), validation = examples(x5, {0.3, 0.6, 0.9, 1.2, 1.5}, head);
  FirstOrder method = FirstOrder::parse("sgd,learning_rate=0.01");
  method.schedule = Schedule::parse(schedule);
  Pool pool(1);
  if (listen) {
    options.on_step = [](const StepEvent&) {};
    options.on_epoch = [](const EpochEvent&) {};
  }
  Trainer trainer(model, optimizer_of(method, model), rows, validation, options, pool);
  trainer.run();
  const auto values = model.network().parameters().values;
  return {values.begin(), values.end()};
}

TEST(Loop, WhoListensChangesNoBit) {
  for (const char* schedule : {"constant", "plateau,patience=0,factor=.5", "cosine"})
    for (const bool keep_best : {false, true})
      for (const std::int64_t patience : {0, 2}) {
        TrainerOptions o = full_batch(30);
        o.keep_best = keep_best;
        o.patience = patience;
        EXPECT_EQ(weights_after(o, schedule, false), weights_after(o, schedule, true))
            << schedule << ", keep_best " << keep_best << ", patience " << patience;
      }
}

TEST(Loop, ThePlateauGoesByTheValidationRows) {
  // By the training rows the loss falls at every epoch; by the validation rows it soon does not.
  EXPECT_NE(weights_after(full_batch(30), "plateau,patience=0,factor=.5", false),
            weights_after(full_batch(30), "constant", false));
}

TEST(Loop, StepsAloneEndTheirEpochs) {
  TrainerOptions o;
  o.epochs = 3;
  o.batch_size = 2;
  const models::Head head = plain_head("half_mean_squared_error");
  const auto rows = examples(x5, y5, head), none = examples({}, {}, head);
  Pool pool(1);
  FirstOrder method = FirstOrder::parse("sgd,learning_rate=0.01");
  method.schedule = Schedule::parse("plateau,patience=0,threshold=.999,factor=.5");  // hardly anything is a progress
  std::vector<std::string> told[2];
  std::vector<double> weights[2];
  for (const bool alone : {false, true}) {
    models::Model<double> model(models::ModelSpec::parse("linear"), head, 1, 0);
    o.on_step = [&](const StepEvent& e) { told[alone].push_back("step " + std::to_string(e.step)); };
    o.on_epoch = [&](const EpochEvent& e) {
      told[alone].push_back("epoch " + std::to_string(e.epoch) + " at " + std::to_string(e.learning_rate));
    };
    Trainer trainer(model, optimizer_of(method, model), rows, none, o, pool);
    if (alone)
      for (int i = 0; i < 9; ++i) trainer.step();  // 2 + 2 + 1 rows, three times
    else
      trainer.run();
    const auto values = model.network().parameters().values;
    weights[alone].assign(values.begin(), values.end());
  }
  EXPECT_EQ(told[0], told[1]);
  EXPECT_EQ(std::count_if(told[1].begin(), told[1].end(), [](const auto& s) { return s[0] == 'e'; }), 3);
  EXPECT_NE(told[1].back().find("0.005"), std::string::npos) << told[1].back();
  EXPECT_EQ(weights[0], weights[1]);
}

/// A rate that grows by 4 at every step: the run finds the line, and loses it.
Line explode(TrainerOptions options, const Numbers& vx = {}, const Numbers& vy = {}) {
  const models::Head head = plain_head("half_mean_squared_error");
  models::Model<double> model(models::ModelSpec::parse("linear"), head, 1, 0);
  const auto rows = examples(x5, y5, head), validation = examples(vx, vy, head);
  FirstOrder method = FirstOrder::parse("sgd,learning_rate=1e-4");
  method.schedule = Schedule::parse("exponential,factor=4");
  Pool pool(1);
  Line line{Trainer(model, optimizer_of(method, model), rows, validation, options, pool).run(), 0, 0};
  line.weight = model.network().parameters().value("dense1.weight")[0];
  line.bias = model.network().parameters().value("dense1.bias")[0];
  return line;
}

TEST(Loop, TheBestEpochSurvivesADivergence) {
  TrainerOptions o = full_batch(1000);
  const Line by_loss = explode(o);
  EXPECT_EQ(by_loss.outcome.ending, Ending::diverged);
  EXPECT_TRUE(by_loss.outcome.usable());
  ASSERT_GT(by_loss.outcome.best_epoch, 1);
  EXPECT_LT(by_loss.outcome.best_epoch, by_loss.outcome.epochs);
  EXPECT_LT(by_loss.outcome.train.get("rmse"), 1);  // 6.6 at the start
  EXPECT_NEAR(by_loss.weight, 1.8, 0.4);
  EXPECT_TRUE(contains(by_loss.outcome.message, "are kept, where the loss was lowest")) << by_loss.outcome.message;
  o.keep_best = true;
  const Line by_validation = explode(o, x5, {0.3, 0.6, 0.9, 1.2, 1.5});
  EXPECT_EQ(by_validation.outcome.ending, Ending::diverged);
  EXPECT_TRUE(by_validation.outcome.usable());
  EXPECT_NEAR(by_validation.weight, 0.3, 0.2);
  EXPECT_TRUE(contains(by_validation.outcome.message, "the best on the validation rows by loss"))
      << by_validation.outcome.message;
}

TEST(Batches, ACopyAndAMovedOneLearnOn) {
  const models::Head head = plain_head("half_mean_squared_error");
  const auto rows = examples(x5, y5, head), none = examples({}, {}, head);
  Pool pool(2);
  models::Model<double> straight = line_model(), model = line_model();
  Batches<double> one(straight, optimizer_of(FirstOrder::parse("adam"), straight), rows, none, {}, pool);
  one.begin(10);
  for (int i = 0; i < 6; ++i) one.step();
  auto first = std::make_unique<Batches<double>>(model, optimizer_of(FirstOrder::parse("adam"), model), rows, none,
                                                 BatchOptions{}, pool);
  first->begin(10);
  for (int i = 0; i < 2; ++i) first->step();
  Batches<double> copy = *first;
  first.reset();  // nothing of the copy may point there
  for (int i = 0; i < 2; ++i) copy.step();
  Batches<double> moved = std::move(copy);
  for (int i = 0; i < 2; ++i) moved.step();
  EXPECT_TRUE(std::ranges::equal(straight.network().parameters().values, model.network().parameters().values));
}

TEST(Loop, LeavesTheModelToWorkWithoutItsPool) {
  const models::Head head = plain_head("half_mean_squared_error");
  const auto rows = examples(x5, y5, head), none = examples({}, {}, head);
  models::Model<double> model = line_model();
  Pool* const before = &model.network().tape().pool();
  {
    Pool pool(2);
    Trainer trainer(model, optimizer_of(FirstOrder::parse("adam"), model), rows, none, full_batch(3), pool);
    trainer.step();
    EXPECT_EQ(&model.network().tape().pool(), before);
    trainer.run();
    train(*full_batch(model, Lbfgs{}, rows, none, {}, pool), {});
  }
  EXPECT_EQ(&model.network().tape().pool(), before);
}

TEST(Loop, RefusesAnOptimizerOfOtherParametersAndShiftedSparseRows) {
  const models::Head head = plain_head("half_mean_squared_error");
  auto rows = examples(x5, y5, head);
  const auto none = examples({}, {}, head);
  models::Model<double> model = line_model();
  Pool pool(1);
  const auto refused = [&](Optimizer<double> optimizer) {
    return talweg::testing::message_of<Error>(
        [&] { Trainer(model, std::move(optimizer), rows, none, full_batch(1), pool); });
  };
  EXPECT_EQ(refused(Optimizer<double>(FirstOrder::parse("adam"), 3)),
            "the optimizer was made for the parameters x (3), and the model has dense1.weight (1), dense1.bias (1); "
            "make it from segments(model.network().parameters().list)");
  rows.sparse.starts = {0, 0};
  rows.sparse.shift = {1};
  EXPECT_TRUE(contains(refused(optimizer_of(FirstOrder::parse("adam"), model)), "shifted"));
}

TEST(Loop, IsJudgedByWhatWasAskedFor) {
  TrainerOptions o = full_batch(5);
  o.select = "mae";
  o.keep_best = true;
  const Line line = train_line("sgd,learning_rate=0.01", x5, y5, o, "half_mean_squared_error", x5, y5);
  EXPECT_EQ(line.outcome.judged_by, "mae");
  EXPECT_TRUE(contains(line.outcome.message, "the best on the validation rows by mae"));
  o.select = "rsme";
  const auto refuse = [&](const Numbers& vx, const Numbers& vy) {
    return talweg::testing::message_of<Error>(
        [&] { train_line("sgd,learning_rate=0.01", x5, y5, o, "half_mean_squared_error", vx, vy); });
  };
  EXPECT_EQ(refuse(x5, y5),
            "metric 'rsme' is none of this model; did you mean 'rmse'? It is judged by loss, rmse, mae, "
            "r2 and median_absolute_error");
  o.select = "r2";
  EXPECT_TRUE(contains(refuse({1, 2}, {3, 3}), "r2 is not defined on the validation rows"));
  EXPECT_TRUE(contains(refuse({}, {}), "no effect without validation rows"));
}

TEST(Loop, AnAverageThatTheMethodKeepsIsTheResult) {
  const Line last = train_line("sgd,learning_rate=0.01", x5, y5, full_batch(2));
  const Line mean = train_line("sgd,learning_rate=0.01,averaging=true", x5, y5, full_batch(2));
  const Line first = train_line("sgd,learning_rate=0.01", x5, y5, full_batch(1));
  EXPECT_NEAR(mean.weight, (first.weight + last.weight) / 2, 1e-15);
}

TEST(Loop, OptionsWithoutEffectAreErrors) {
  TrainerOptions patience = full_batch(5);
  patience.patience = 2;
  EXPECT_THROW(train_line("sgd", x5, y5, patience), Error);
  TrainerOptions tolerance;
  tolerance.batch_size = 2;
  tolerance.gradient_tolerance = 1e-3;
  EXPECT_THROW(train_line("sgd", x5, y5, tolerance), Error);
}

}  // namespace
}  // namespace talweg::train
