// How a run of the loop ends.
#include "talweg/train/loop.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/train/batches/batches.hpp"
#include "talweg/train/network_optimizer.hpp"
#include "train/line.hpp"

namespace talweg::train {
namespace {

using talweg::testing::contains;

TEST(Loop, ARateOfTenDivergesAndIsNotUsable) {
  const Line line = train_line("sgd,learning_rate=10", x5, y5, full_batch(1000));
  EXPECT_EQ(line.outcome.ending, Ending::diverged);
  EXPECT_FALSE(usable(line.outcome.ending));
  EXPECT_LT(line.outcome.steps, 10);
  EXPECT_TRUE(contains(line.outcome.message, "tried from the start on: with learning_rate=")) << line.outcome.message;
}

TEST(Loop, ANotFiniteLossNamesItsStepAndChangesNoParameter) {
  const Line line = train_line("sgd,learning_rate=0.01", {1, 2}, {1, INFINITY}, full_batch(5));
  EXPECT_EQ(line.outcome.ending, Ending::not_finite);
  EXPECT_EQ(line.weight, 0);
  EXPECT_TRUE(contains(line.outcome.message, "no finite number before the first step"));
}

TEST(Loop, ConvergesByGradientByLossAndByTime) {
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

TEST(Loop, TheCallerCanStopAfterAnyStep) {
  TrainerOptions o = full_batch(100);
  int steps = 0;
  o.on_step = [&](const StepEvent&) { ++steps; };
  o.stop = [&] { return steps == 7; };
  const Line line = train_line("sgd,learning_rate=0.01", x5, y5, o);
  EXPECT_EQ(line.outcome.ending, Ending::stopped_by_caller);
  EXPECT_EQ(line.outcome.steps, 7);
}

/// More rows than are measured between two questions whether to stop, in one batch.
struct ManyRows {
  Numbers x, y;
  ManyRows() {
    for (std::size_t i = 0; i < rows_between_questions + 800; ++i)
      x.push_back(static_cast<double>(i % 7) - 3), y.push_back(2 * x.back() + 1);
  }
  Line train(TrainerOptions options) const {
    options.epochs = 3;
    options.batch_size = x.size();
    return train_line("sgd,learning_rate=0.01", x, y, options);
  }
};

TEST(Loop, AStopIsHeardWhileTheFinalFiguresAreMeasured) {
  int steps = 0;
  TrainerOptions o;
  o.on_step = [&](const StepEvent&) { ++steps; };
  o.stop = [&] { return steps == 2; };
  const Line line = ManyRows().train(o);
  EXPECT_EQ(line.outcome.ending, Ending::stopped_by_caller);
  EXPECT_EQ(line.outcome.steps, 2);
  EXPECT_TRUE(line.outcome.usable());
  EXPECT_TRUE(line.outcome.train.empty());
  EXPECT_NE(line.weight, 0);
  EXPECT_TRUE(contains(line.outcome.message, "the final figures were not measured")) << line.outcome.message;
}

TEST(Loop, ARunThatHadEndedIsStoppedWhileItIsMeasured) {
  int asked = 0;
  bool measures = false;
  TrainerOptions o;
  o.on_epoch = [&](const EpochEvent& e) { measures = e.epoch == 3; };
  o.stop = [&] { return measures && ++asked == 2; };  // the first question is that after the last step
  const Line line = ManyRows().train(o);
  EXPECT_EQ(line.outcome.ending, Ending::stopped_by_caller);
  EXPECT_EQ(line.outcome.epochs, 3);
  EXPECT_TRUE(line.outcome.usable());
}

TEST(Loop, ARunThatIsStoppedBeforeItsFirstStepKeepsNothing) {
  TrainerOptions o;
  o.stop = [] { return true; };
  const Line line = ManyRows().train(o);
  EXPECT_EQ(line.outcome.ending, Ending::stopped_by_caller);
  EXPECT_EQ(line.outcome.steps, 0);
  EXPECT_FALSE(line.outcome.usable());
  EXPECT_TRUE(contains(line.outcome.message, "before the first step")) << line.outcome.message;
}

TEST(Loop, AskingWhetherToStopChangesNothing) {
  TrainerOptions o;
  o.stop = [] { return false; };
  const Line asked = ManyRows().train(o), alone = ManyRows().train({});
  EXPECT_EQ(asked.weight, alone.weight);
  EXPECT_EQ(asked.bias, alone.bias);
  EXPECT_EQ(asked.outcome.train.values, alone.outcome.train.values);
}

}  // namespace
}  // namespace talweg::train
