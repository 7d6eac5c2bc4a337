// What listens to a run of minimize: several, in their order, and times.
#include <cmath>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/first_order/run.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/optim/minimizer.hpp"

namespace talweg {
namespace {

using In = std::span<const double>;
using Out = std::span<double>;

double bowl(In x, Out g) {
  g[0] = 2 * x[0], g[1] = 8 * x[1];
  return x[0] * x[0] + 4 * x[1] * x[1];
}

/// Writes what it hears into a common list, and ends the run at one iteration.
Callback listener(std::string& heard, char name, std::int64_t ends_at = -1) {
  return {.begin =
              [&heard, name](const Iteration& i) {
                heard += name;
                heard += 'b';
                EXPECT_EQ(i.iteration, 0);
              },
          .step =
              [&heard, name, ends_at](const Iteration& i) {
                heard += name;
                heard += std::to_string(i.iteration);
                return i.iteration == ends_at;
              },
          .end =
              [&heard, name](const Result& r) {
                heard += name;
                heard += 'e';
                EXPECT_NE(r.status, Status::running);
                EXPECT_FALSE(r.message.empty());
              }};
}

TEST(Callbacks, AreAllCalledInTheirOrder) {
  std::string heard;
  Options o{.max_iterations = 2, .tolerance = 0};
  o.on_iteration = [&](const Iteration& i) { heard += "_" + std::to_string(i.iteration); };
  o.callbacks = {listener(heard, 'A'), {}, listener(heard, 'B')};
  minimize(bowl, {1, 1}, "sgd,learning_rate=0.01", o);
  EXPECT_EQ(heard, "_0AbBb_1A1B1_2A2B2AeBe");
}

TEST(Callbacks, AnyOfThemEndsTheRunAndTheOthersHearOfIt) {
  for (const bool first : {true, false}) {
    std::string heard;
    Options o{.tolerance = 0};
    o.callbacks = {listener(heard, 'A', first ? 1 : -1), listener(heard, 'B', first ? -1 : 1)};
    const Result r = minimize(bowl, {1, 1}, "sgd,learning_rate=0.01", o);
    EXPECT_EQ(r.status, Status::stopped_by_caller);
    EXPECT_EQ(r.iterations, 1);
    EXPECT_EQ(heard, "AbBbA1B1AeBe");
  }
}

TEST(Callbacks, BeginMayEndTheRun) {
  Options o;
  o.callbacks = {{.begin = [](const Iteration&) { return true; }}};
  const Result r = minimize(bowl, {1, 1}, Lbfgs{}, o);
  EXPECT_EQ(r.status, Status::stopped_by_caller);
  EXPECT_EQ(r.iterations, 0);
}

TEST(Callbacks, EndHearsOfEveryEndOnce) {
  const auto wrong = [](In x, Out g) { return bowl(x, g), g[0] = -g[0], x[0] * x[0] + 4 * x[1] * x[1]; };
  const auto hole = [](In, Out g) { return g[0] = g[1] = 0, NAN; };
  for (const auto& [f, status] :
       {std::pair{Function(bowl), Status::converged}, std::pair{Function(wrong), Status::wrong_gradient},
        std::pair{Function(hole), Status::not_finite}}) {
    int ends = 0;
    Options o;
    o.callbacks = {{.end = [&ends, wanted = status](const Result& r) {
      ++ends;
      EXPECT_EQ(r.status, wanted);
    }}};
    Minimizer m(f, {1, 1}, Lbfgs{}, o);
    for (int k = 0; k < 100; ++k) m.step();
    EXPECT_EQ(ends, 1);
  }
  int ends = 0;
  Options limited{.max_evaluations = 4};
  limited.callbacks = {{.end = [&](const Result& r) { ends += r.status == Status::evaluation_limit; }}};
  minimize(bowl, {1, 1}, "gd,line_search=wolfe", limited);
  EXPECT_EQ(ends, 1);
}

TEST(Callbacks, WhatTheyThrowPassesThrough) {
  struct Mine : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  const auto throws = [](const auto&) { throw Mine("mine"); };
  for (const Callback& c : {Callback{.begin = throws}, Callback{.step = throws}, Callback{.end = throws}}) {
    Options o;
    o.callbacks = {c};
    EXPECT_THROW(minimize(bowl, {1, 1}, Lbfgs{}, o), Mine);
  }
}

TEST(Callbacks, OfARunThatIsTakenUpHearNoSecondBeginning) {
  std::string heard;
  Options o{.max_iterations = 3, .tolerance = 0};
  Minimizer first(bowl, {1, 1}, "sgd,learning_rate=0.01", o);
  first.step(), first.step();
  Archive archive;
  first.save(archive);
  o.callbacks = {listener(heard, 'A')};
  Minimizer second(bowl, {1, 1}, "sgd,learning_rate=0.01", o);
  second.load(archive);
  while (second.step() == Status::running) continue;
  EXPECT_EQ(heard, "A2A3Ae");
}

TEST(Times, OfASlowFunctionAreToldApart) {
  const auto slow = [](In x, Out g) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return bowl(x, g);
  };
  const Result r = minimize(slow, {1, 1}, Lbfgs{});
  ASSERT_TRUE(r.function_seconds);
  const auto calls = static_cast<double>(r.evaluations.function + r.evaluations.check);
  EXPECT_GE(*r.function_seconds, 1e-3 * calls);  // a sleep is never shorter
  EXPECT_GE(r.seconds, *r.function_seconds);
}

TEST(Times, OfARunThatEndedStandStill) {
  Minimizer m(bowl, {1, 1}, Lbfgs{});
  while (m.step() == Status::running) continue;
  const double seconds = m.result().seconds;
  EXPECT_GT(seconds, 0);
  EXPECT_EQ(m.result().seconds, seconds);
}

}  // namespace
}  // namespace talweg
