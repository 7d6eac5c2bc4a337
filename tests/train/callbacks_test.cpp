// What listens to a training: several, in their order, whatever is trained.
#include <array>
#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/train/loop.hpp"
#include "talweg/train/terms/terms.hpp"

namespace talweg::train {
namespace {

/// Halves one number, two steps to an epoch.
class Halving final : public Learner {
 public:
  double begin(std::int64_t) override { return x_; }
  Step step() override {
    x_ /= 2;
    return {.number = ++steps_, .loss = x_, .learning_rate = 0.5, .ends_epoch = steps_ % 2 == 0};
  }
  EpochEvent epoch() const override {
    EpochEvent event;
    event.loss = x_;
    return event;
  }
  bool has_validation() const override { return true; }
  Metrics measure(Part) override { return {.values = {{"loss", x_}}, .confusion = {}}; }
  Judge judge(std::string_view metric, bool) const override {
    return Judge::among(std::array<std::string_view, 1>{"loss"}, metric);
  }
  std::vector<double> parameters() const override { return {x_}; }
  void restore(std::span<const double> p) override { x_ = p[0]; }
  std::string_view kind() const override { return "checkpoint of halves"; }
  void save(Archive& archive) const override { archive.put("state", std::vector<double>{x_, double(steps_)}); }
  void load(const Archive& archive) override {
    const auto state = archive.doubles("state");
    x_ = state[0], steps_ = static_cast<std::int64_t>(state[1]);
  }
  Work work() const override { return {.steps = steps_}; }
  std::string done(std::int64_t epochs) const override { return std::to_string(epochs) + " epochs"; }

 private:
  double x_ = 1;
  std::int64_t steps_ = 0;
};

Callback listener(std::string& heard, char name, std::int64_t ends_at_step = -1, std::int64_t ends_at_epoch = -1) {
  return {.begin = [&heard, name](const BeginEvent& b) { heard += name, heard += "b" + std::to_string(b.made); },
          .step =
              [&heard, name, ends_at_step](const StepEvent& s) {
                heard += name, heard += std::to_string(s.step);
                return s.step == ends_at_step;
              },
          .epoch =
              [&heard, name, ends_at_epoch](const EpochEvent& e) {
                heard += name, heard += "." + std::to_string(e.epoch);
                EXPECT_FALSE(e.validation.empty());
                return e.epoch == ends_at_epoch;
              },
          .end =
              [&heard, name](const Outcome& o) {
                heard += name, heard += 'e';
                EXPECT_FALSE(o.message.empty());
              }};
}

TEST(TrainCallbacks, AreAllCalledInTheirOrder) {
  std::string heard;
  Halving learner;
  Observer observer{.on_step = [&](const StepEvent&) { heard += '_'; },
                    .callbacks = {listener(heard, 'A'), {}, listener(heard, 'B')}};
  train(learner, {.epochs = 2}, observer);
  EXPECT_EQ(heard, "Ab0Bb0_A1B1_A2B2A.1B.1_A3B3_A4B4A.2B.2AeBe");
}

TEST(TrainCallbacks, AnyOfThemEndsTheRunAndTheOthersHearOfIt) {
  for (const bool first : {true, false}) {
    std::string heard;
    Halving by_step, by_epoch;
    Observer at_step{.callbacks = {listener(heard, 'A', first ? 1 : -1), listener(heard, 'B', first ? -1 : 1)}};
    const Outcome one = train(by_step, {.epochs = 9}, at_step);
    EXPECT_EQ(one.ending, Ending::stopped_by_caller);
    EXPECT_EQ(one.steps, 1);
    EXPECT_EQ(heard, "Ab0Bb0A1B1AeBe");
    heard.clear();
    Observer at_epoch{
        .callbacks = {listener(heard, 'A', -1, first ? 1 : -1), listener(heard, 'B', -1, first ? -1 : 1)}};
    const Outcome two = train(by_epoch, {.epochs = 9}, at_epoch);
    EXPECT_EQ(two.ending, Ending::stopped_by_caller);
    EXPECT_EQ(two.epochs, 1);
    EXPECT_EQ(heard, "Ab0Bb0A1B1A2B2A.1B.1AeBe");
  }
}

TEST(TrainCallbacks, BeginMayEndTheRunBeforeAStep) {
  Halving learner;
  const Outcome o =
      train(learner, {.epochs = 9}, {.callbacks = {{.begin = [](const BeginEvent& b) { return b.loss == 1; }}}});
  EXPECT_EQ(o.ending, Ending::stopped_by_caller);
  EXPECT_EQ(o.steps, 0);
  EXPECT_FALSE(o.usable());
}

TEST(TrainCallbacks, WhatTheyThrowPassesThrough) {
  struct Mine : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  const auto throws = [](const auto&) { throw Mine("mine"); };
  for (const Callback& c :
       {Callback{.begin = throws}, Callback{.step = throws}, Callback{.epoch = throws}, Callback{.end = throws}}) {
    Halving learner;
    EXPECT_THROW(train(learner, {.epochs = 2}, {.callbacks = {c}}), Mine);
  }
}

TEST(TrainCallbacks, ChangeNothingAndTellWhatWasMadeBefore) {
  const testing::Folder folder;
  CheckpointPlan plan;
  plan.folder = folder.path();
  plan.period = Period::parse("1steps");
  Halving first;
  train(first, {.epochs = 9, .checkpoint = plan},
        {.callbacks = {{.epoch = [](const EpochEvent& e) { return e.epoch == 3; }}}});
  Halving second, whole;
  std::int64_t made = 0;
  CheckpointPlan again = plan;
  again.resume = true;
  const Outcome o = train(second, {.epochs = 9, .checkpoint = again},
                          {.callbacks = {{.begin = [&](const BeginEvent& b) { made = b.made; }}}});
  train(whole, {.epochs = 9});
  EXPECT_EQ(made, 3);
  EXPECT_EQ(o.epochs, 9);
  EXPECT_EQ(second.parameters(), whole.parameters());
}

/// The mean of (x − i)²/2 for i = 0 … 3.
struct Spread {
  std::size_t examples() const { return 4; }
  double operator()(std::span<const double> x, std::span<const std::uint32_t> rows, std::span<double> g) const {
    g[0] = 0;
    for (const auto i : rows) g[0] += (x[0] - i) / static_cast<double>(rows.size());
    return value(x, rows);
  }
  static double value(std::span<const double> x, std::span<const std::uint32_t> rows) {
    double f = 0;
    for (const auto i : rows) f += (x[0] - i) * (x[0] - i) / 2;
    return f / static_cast<double>(rows.size());
  }
};
/// The same, which gives its value alone as well.
struct SpreadByValue : Spread {
  int* values;
  int* gradients;
  double operator()(std::span<const double> x, std::span<const std::uint32_t> rows) const {
    return ++*values, value(x, rows);
  }
  double operator()(std::span<const double> x, std::span<const std::uint32_t> rows, std::span<double> g) const {
    return ++*gradients, Spread::operator()(x, rows, g);
  }
};

TEST(SeparableCallbacks, HearTheRunInTheirOrderAndAnyEndsIt) {
  for (const std::int64_t ends_at : {-1, 3}) {
    std::string heard;
    const auto listens = [&](char name) {
      return StochasticOptions::Callback{
          .begin =
              [&heard, name](const StochasticOptions::Epoch& e) {
                heard += name, heard += 'b';
                EXPECT_EQ(e.value, (100 + 81 + 64 + 49) / 8.0);  // of (10 − i)²/2
                EXPECT_EQ(e.x[0], 10);
              },
          .step =
              [&heard, name, ends_at](const StochasticOptions::Step& s) {
                heard += name, heard += std::to_string(s.step);
                return s.step == ends_at;
              },
          .epoch = [&heard,
                    name](const StochasticOptions::Epoch& e) { heard += name, heard += "." + std::to_string(e.epoch); },
          .end = [&heard, name](const Result&) { heard += name, heard += 'e'; }};
    };
    StochasticOptions options{.batch_size = 2, .epochs = 2};
    options.on_step = [&](const StochasticOptions::Step&) { return heard += '_', false; };
    options.callbacks = {listens('A'), listens('B')};
    const Result r = minimize(Spread{}, {10}, Sgd{.learning_rate = 0.1}, options);
    EXPECT_EQ(heard, ends_at < 0 ? "AbBb_A1B1_A2B2A.1B.1_A3B3_A4B4A.2B.2AeBe" : "AbBb_A1B1_A2B2A.1B.1_A3B3AeBe");
    EXPECT_EQ(r.status, ends_at < 0 ? Status::completed : Status::stopped_by_caller);
    EXPECT_GT(r.seconds, 0);
  }
}

TEST(Separable, AValueAloneIsAskedForWhereNoGradientIsWanted) {
  int values = 0, gradients = 0;
  const SpreadByValue f{{}, &values, &gradients};
  const StochasticOptions options{.batch_size = 2, .epochs = 3};
  const Result with = minimize(f, {10}, Sgd{.learning_rate = 0.1}, options);
  const Result without = minimize(Spread{}, {10}, Sgd{.learning_rate = 0.1}, options);
  EXPECT_EQ(with.x, without.x);
  EXPECT_EQ(with.value, without.value);
  EXPECT_EQ(gradients, 6 + 1);  // the steps, and the gradient of the result
  EXPECT_GE(values, 2);         // before and after
  EXPECT_TRUE(on_all_examples(separable(f)).gives_values());
  EXPECT_EQ(on_all_examples(separable(f)).value(std::vector<double>{1.5}), 0.625);
}

}  // namespace
}  // namespace talweg::train
