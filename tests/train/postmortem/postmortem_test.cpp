#include "talweg/train/postmortem/postmortem.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/random.hpp"
#include "talweg/train/postmortem/examination.hpp"
#include "train/line.hpp"

namespace talweg::train {
namespace {

using talweg::testing::contains;

/// A network that learns the sign of a sum of two numbers, in batches of 8 of 200 rows.
struct Task {
  models::Head head = [] {
    models::Head h = plain_head("binary_cross_entropy");
    h.outputs = 1;
    return h;
  }();
  Examples<double> rows, none;
  Pool pool{1};

  explicit Task(double second = 1) {
    Random random(3);
    rows.rows = 200, rows.inputs = 2;
    for (std::size_t i = 0; i < rows.rows; ++i) {
      const double a = random.uniform() - 0.5, b = random.uniform() - 0.5;
      rows.x.push_back(a), rows.x.push_back(second * b);
      rows.truth.push_back(a + b > 0 ? 1 : 0);
    }
    rows.targets = models::encode_targets<double>(head, rows.truth);
    none.inputs = 2;
  }

  models::Model<double> model() const { return {models::ModelSpec::parse("mlp:6"), head, 2, 1}; }

  Outcome run(const char* optimizer, std::int64_t epochs, models::Model<double>& m, TrainerOptions options = {}) {
    options.epochs = epochs;
    options.batch_size = 8;
    Trainer trainer(m, optimizer_of(FirstOrder::parse(optimizer), m), rows, none, options, pool);
    return trainer.run();
  }
  Outcome run(const char* optimizer, std::int64_t epochs) {
    models::Model<double> m = model();
    return run(optimizer, epochs, m);
  }
};

TEST(PostMortem, ARunThatWentWellHasNone) {
  Task task;
  EXPECT_EQ(task.run("adam,learning_rate=0.02", 20).post_mortem, nullptr);
}

TEST(PostMortem, NaNIsFoundInItsStepAndItsRow) {
  Task task;
  task.rows.x[2 * 77] = INFINITY;
  const Outcome o = task.run("sgd,learning_rate=0.1", 5);
  ASSERT_EQ(o.ending, Ending::not_finite);
  ASSERT_NE(o.post_mortem, nullptr);
  const PostMortem& found = *o.post_mortem;
  EXPECT_EQ(found.finding, PostMortem::Finding::not_finite);
  EXPECT_EQ(found.step, o.steps + 1) << "the step that was not made";
  EXPECT_EQ(found.part, "the outputs of dense1");
  EXPECT_TRUE(std::isinf(found.size));
  EXPECT_TRUE(std::isfinite(found.size_before));
  ASSERT_TRUE(found.row);
  EXPECT_EQ(*found.row, 77u);
  EXPECT_NE(std::ranges::find(found.rows, 77u), found.rows.end());
  EXPECT_EQ(found.rows.size(), 8u);
  EXPECT_EQ(found.last.back().step, found.step);
}

TEST(PostMortem, AParameterThatIsNoNumberIsNamed) {
  Task task;
  const Outcome o = task.run("sgd,learning_rate=1e308", 3);
  ASSERT_NE(o.post_mortem, nullptr) << o.message;
  EXPECT_TRUE(contains(o.post_mortem->part, "dense")) << o.post_mortem->part;
  EXPECT_TRUE(std::isinf(o.post_mortem->size));
}

TEST(PostMortem, TheStepsMadeAgainAreThoseOfTheRun) {
  Task task(1e4);
  std::vector<StepEvent> steps;
  TrainerOptions options;
  options.on_step = [&](const StepEvent& e) { steps.push_back(e); };
  models::Model<double> m = task.model();
  const Outcome o = task.run("momentum,learning_rate=0.05", 40, m, options);
  ASSERT_NE(o.post_mortem, nullptr) << o.message;
  const PostMortem& found = *o.post_mortem;
  ASSERT_LE(found.last.size(), static_cast<std::size_t>(Recorder::kept));
  for (const StepRecord& s : found.last) {
    EXPECT_EQ(s.loss, steps.at(static_cast<std::size_t>(s.step - 1)).loss);
    if (s.step > found.tried_from && s.step <= found.step) {
      EXPECT_TRUE(std::isfinite(s.gradient_norm)) << s.step;
    }
  }
  ASSERT_TRUE(found.odd);
  EXPECT_EQ(found.odd->input, 1u);
  EXPECT_NEAR(found.odd->largest / found.odd->typical, 1e4, 500);
}

TEST(PostMortem, LooksWithoutChangingAnything) {
  Task task;
  models::Model<double> m = task.model();
  Trainer trainer(
      m, optimizer_of(FirstOrder::parse("adam,learning_rate=0.02"), m), task.rows, task.none,
      [] {
        TrainerOptions o;
        o.epochs = 40, o.batch_size = 8;
        return o;
      }(),
      task.pool);
  for (int i = 0; i < 620; ++i) trainer.step();
  Archive before, after;
  trainer.learner.save(before);
  const PostMortem found = examine(trainer.learner, PostMortem::Finding::stalled, {});
  trainer.learner.save(after);
  EXPECT_TRUE(before == after);
  EXPECT_EQ(found.last.size(), 50u);
  EXPECT_EQ(found.last.front().step, 571);
  EXPECT_EQ(found.tried_from, 250);
  EXPECT_FALSE(found.tried.empty());
}

TEST(PostMortem, AChangeThatIsToldHasHelped) {
  for (const char* rate : {"1e3", "1e5", "1e-9", "1e-7"}) {
    Task task;
    const Outcome o = task.run((std::string("sgd,learning_rate=") + rate).c_str(), 4);
    ASSERT_NE(o.post_mortem, nullptr) << rate;
    const Trial* const remedy = o.post_mortem->remedy();
    ASSERT_NE(remedy, nullptr) << rate << o.message;
    EXPECT_LT(remedy->to, remedy->from);
    EXPECT_TRUE(contains(o.message, "with " + remedy->change + " the loss fell")) << o.message;
    const auto equals = remedy->change.find('=');
    ASSERT_NE(equals, std::string::npos);
    const Outcome again = task.run(("sgd," + remedy->change).c_str(), 4);
    EXPECT_TRUE(succeeds(again.ending)) << again.message;
  }
}

TEST(PostMortem, SaysWhenNothingHelped) {
  Task task;
  std::ranges::fill(task.rows.x, 0.0);  // nothing to learn from
  for (std::size_t r = 0; r < task.rows.rows; ++r) task.rows.truth[r] = static_cast<double>(r % 2);
  task.rows.targets = models::encode_targets<double>(task.head, task.rows.truth);
  const Outcome o = task.run("sgd,learning_rate=1e-6", 4);
  ASSERT_NE(o.post_mortem, nullptr);
  EXPECT_EQ(o.post_mortem->finding, PostMortem::Finding::stalled);
  EXPECT_EQ(o.post_mortem->remedy(), nullptr) << o.message;
  EXPECT_TRUE(contains(o.message, "nothing that was tried helped")) << o.message;
  EXPECT_TRUE(succeeds(o.ending));
}

TEST(PostMortem, AMethodWithoutARateIsLeftAsItIs) {
  Task task;
  task.rows.x[0] = NAN;
  TrainerOptions options;
  models::Model<double> m = task.model();
  options.epochs = 3, options.batch_size = 200;
  Trainer trainer(m, optimizer_of(FirstOrder::parse("rprop"), m), task.rows, task.none, options, task.pool);
  const Outcome o = trainer.run();
  ASSERT_NE(o.post_mortem, nullptr);
  EXPECT_TRUE(o.post_mortem->rows.empty()) << "all of them";
  EXPECT_TRUE(contains(o.message, "use "));
}

}  // namespace
}  // namespace talweg::train
