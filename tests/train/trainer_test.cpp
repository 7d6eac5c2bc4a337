#include "talweg/train/trainer.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"

namespace talweg::train {
namespace {

using data::Task;
using Numbers = std::vector<double>;

/// One input, one output, targets as they are.
models::Head plain_head(const char* loss) {
  models::Head head;
  head.loss = loss;
  return head;
}

Examples<double> examples(const Numbers& x, const Numbers& y, const models::Head& head) {
  Examples<double> e;
  e.rows = x.size();
  e.inputs = 1;
  e.x.assign(x.begin(), x.end());
  e.truth = y;
  e.targets = models::encode_targets<double>(head, y);
  return e;
}

/// A line from zero through points, and what training did to it.
struct Line {
  Outcome outcome;
  double weight, bias;
};
Line train_line(const char* optimizer, const Numbers& x, const Numbers& y, TrainerOptions options,
                const char* loss = "half_mean_squared_error", const Numbers& vx = {}, const Numbers& vy = {}) {
  const models::Head head = plain_head(loss);
  models::Model<double> model(models::ModelSpec::parse("linear"), head, 1, 0);
  const auto rows = examples(x, y, head), validation = examples(vx, vy, head);
  Pool pool(1);
  Trainer<double> trainer(model, Optimizer<double>(FirstOrder::parse(optimizer), 2), rows, validation,
                          std::move(options), pool);
  Line line{trainer.run(), 0, 0};
  const auto p = model.network().parameters();
  line.weight = p.value("dense1.weight")[0];
  line.bias = p.value("dense1.bias")[0];
  return line;
}
TrainerOptions full_batch(std::int64_t epochs) {
  TrainerOptions o;
  o.epochs = epochs;
  o.batch_size = 1000;
  return o;
}
const Numbers x5{1, 2, 3, 4, 5}, y5{2, 4, 6, 8, 10};

TEST(Trainer, OneFullStepIsTheTextbooks) {
  // J = (1/2m)Σ(θ0 + θ1·x − y)² from θ = 0: ∇J = (−Σy/m, −Σxy/m) = (−6, −22).
  const Line line = train_line("sgd,learning_rate=0.01", x5, y5, full_batch(1));
  EXPECT_NEAR(line.bias, 0.06, 1e-15);
  EXPECT_NEAR(line.weight, 0.22, 1e-15);
  EXPECT_EQ(line.outcome.steps, 1);
}

TEST(Trainer, ALastShortBatchWeighsAsMuchAsItHasRows) {
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

TEST(Trainer, TheLossOfAnEpochIsTheMeanOverItsExamples) {
  TrainerOptions o;
  o.epochs = 1;
  o.batch_size = 2;
  o.order = data::Order::as_in_file;
  double loss = 0;
  o.on_epoch = [&](const EpochEvent& e) { loss = e.loss; };
  train_line("sgd,learning_rate=1e-30", {1, 2, 3}, {2, 4, 6}, o, "mean_squared_error");
  EXPECT_NEAR(loss, (4 + 16 + 36) / 3.0, 1e-13);
}

TEST(Trainer, LookAheadMethodsGetTheirGradientThere) {
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

TEST(Trainer, StopsEarlyAndRestoresTheBest) {
  // The validation rows lie on the opposite line: every step away from the start is worse than the one before.
  TrainerOptions o = full_batch(50);
  o.patience = 3;
  const Line line =
      train_line("sgd,learning_rate=0.01", x5, y5, o, "half_mean_squared_error", x5, {-2, -4, -6, -8, -10});
  EXPECT_EQ(line.outcome.ending, Ending::early_stopped);
  EXPECT_EQ(line.outcome.epochs, 4);
  EXPECT_EQ(line.outcome.best_epoch, 1);
  EXPECT_NEAR(line.weight, 0.22, 1e-15);
  EXPECT_TRUE(talweg::testing::contains(line.outcome.message, "the parameters of epoch 1 are kept"));
}

TEST(Trainer, ARateOfTenDivergesAndIsNotUsable) {
  const Line line = train_line("sgd,learning_rate=10", x5, y5, full_batch(1000));
  EXPECT_EQ(line.outcome.ending, Ending::diverged);
  EXPECT_FALSE(usable(line.outcome.ending));
  EXPECT_LT(line.outcome.steps, 10);
  EXPECT_TRUE(talweg::testing::contains(line.outcome.message, "use a smaller learning rate"));
}

TEST(Trainer, ANotFiniteLossNamesItsStepAndChangesNoParameter) {
  const Line line = train_line("sgd,learning_rate=0.01", {1, 2}, {1, INFINITY}, full_batch(5));
  EXPECT_EQ(line.outcome.ending, Ending::not_finite);
  EXPECT_EQ(line.weight, 0);
  EXPECT_TRUE(talweg::testing::contains(line.outcome.message, "at step 1 (epoch 1)"));
}

TEST(Trainer, ConvergesByGradientByLossAndByTime) {
  TrainerOptions by_gradient = full_batch(100000);
  by_gradient.gradient_tolerance = 1e-6;
  const Line line = train_line("sgd,learning_rate=0.1", x5, y5, by_gradient);
  EXPECT_EQ(line.outcome.ending, Ending::converged);
  EXPECT_NEAR(line.weight, 2, 1e-4);  // the smallest eigenvalue of the Hessian is about 0.1
  TrainerOptions by_loss = full_batch(100000);
  by_loss.loss_tolerance = 1e-3;
  EXPECT_EQ(train_line("sgd,learning_rate=0.01", x5, y5, by_loss).outcome.ending, Ending::converged);
  TrainerOptions by_time = full_batch(1000000000);
  by_time.max_seconds = 1e-3;
  EXPECT_EQ(train_line("sgd,learning_rate=0.01", x5, y5, by_time).outcome.ending, Ending::time_limit);
}

TEST(Trainer, TheCallerCanStopAfterAnyStep) {
  TrainerOptions o = full_batch(100);
  int steps = 0;
  o.on_step = [&](const StepEvent&) { ++steps; };
  o.stop = [&] { return steps == 7; };
  const Line line = train_line("sgd,learning_rate=0.01", x5, y5, o);
  EXPECT_EQ(line.outcome.ending, Ending::stopped_by_caller);
  EXPECT_EQ(line.outcome.steps, 7);
}

TEST(Trainer, AnAverageThatTheMethodKeepsIsTheResult) {
  const Line last = train_line("sgd,learning_rate=0.01", x5, y5, full_batch(2));
  const Line mean = train_line("sgd,learning_rate=0.01,averaging=true", x5, y5, full_batch(2));
  const Line first = train_line("sgd,learning_rate=0.01", x5, y5, full_batch(1));
  EXPECT_NEAR(mean.weight, (first.weight + last.weight) / 2, 1e-15);
}

TEST(Trainer, OptionsWithoutEffectAreErrors) {
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
