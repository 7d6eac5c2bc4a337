// Minimisations that are killed and taken up again; the command has its own in tests/cli/checkpoint_test.cpp.
#include "talweg/api/minimize/checkpoint.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/present/minimize/minimize_report.hpp"

namespace talweg::api {

using namespace present;
namespace {

using testing::contains;
using testing::Folder;
using testing::message_of;

MinimizeRequest valley(const std::string& optimizer) {
  MinimizeRequest r;
  r.formula = "100*(y-x^2)^2 + (1-x)^2";
  r.start = parse_start("x=-1.2,y=1");
  r.method.optimizer = optimizer;
  r.options.max_iterations = 400;
  return r;
}

std::string json(const MinimizeOutcome& outcome) {
  std::string all;
  render(outcome, Format::json, [&](std::string_view piece) { all += piece; });
  return all;
}

struct Killed {};

/// In as many lives as it takes when each is killed after some iterations.
MinimizeOutcome in_pieces(MinimizeRequest r, const std::string& folder, int life, bool trace) {
  r.checkpoint = folder;
  r.every = "7steps";
  for (int lives = 0; lives < 1000; ++lives) {
    int left = life + lives % 3;
    r.options.on_iteration = [&](const Iteration&) {
      if (left-- == 0) throw Killed();
    };
    try {
      return minimize(r);
    } catch (const Killed&) {
      r = {};
      r.resume = folder;
      r.trace = trace;
      r.keep_last = "2";
    }
  }
  ADD_FAILURE() << "never came to an end";
  return {};
}

TEST(MinimizeCheckpoint, KilledAgainAndAgainTheDocumentIsTheSame) {
  for (const char* optimizer :
       {"adam,learning_rate=0.01", "gd,line_search=armijo", "cg:fr", "lbfgs", "lbfgsb", "sqp", "auglag"})
    for (const bool trace : {false, true}) {
      MinimizeRequest r = valley(optimizer);
      const std::string_view name = optimizer;
      if (name == "lbfgsb" || name == "auglag") r.bounds = parse_bounds("x=-2:0.5,y=-inf:4");
      if (name == "sqp" || name == "auglag") r.constraints = {"x^2+y^2 <= 1.5", "x+y >= -1"};
      r.trace = trace;
      const std::string whole = json(minimize(r));
      const Folder folder;
      EXPECT_EQ(json(in_pieces(r, folder / "c", 11, trace)), whole) << optimizer;
      MinimizeRequest finished;
      finished.resume = folder / "c";
      finished.trace = trace;
      EXPECT_EQ(json(minimize(finished)), whole) << optimizer << ", finished";
    }
}

MinimizeRequest batches(const std::string& optimizer) {
  MinimizeRequest r;
  r.formula = "mean((a+b*x-y)^2)/2";
  r.data = TALWEG_SOURCE_DIR "/data/nist/Norris.csv";
  r.start = parse_start("a=1,b=0.5");
  r.method.optimizer = optimizer;
  r.batch_size = "5";
  r.seed = 3;
  r.epochs = 6;
  return r;
}

TEST(MinimizeCheckpoint, RunsInBatchesTooComeToTheSameDocument) {
  for (const char* optimizer : {"adam,learning_rate=0.01", "momentum,learning_rate=1e-7", "nesterov,learning_rate=1e-7",
                                "sgd,learning_rate=1e-7,averaging=true"})
    for (const bool trace : {false, true})
      for (const char* schedule : {"", "cosine"}) {
        MinimizeRequest r = batches(optimizer);
        r.trace = trace;
        r.method.schedule = schedule;
        const std::string whole = json(minimize(r));
        const Folder folder;
        MinimizeRequest life = r;
        life.checkpoint = folder / "c";
        life.every = "3steps";
        std::string end;
        for (int lives = 0; end.empty() && lives < 100; ++lives) {
          int left = 5 + lives % 3;
          life.options.on_iteration = [&](const Iteration&) {
            if (left-- == 0) throw Killed();
          };
          try {
            end = json(minimize(life));
          } catch (const Killed&) {
            life = {};
            life.resume = folder / "c";
            life.data = r.data;
            life.trace = trace;
          }
        }
        EXPECT_EQ(end, whole) << optimizer << schedule;
        life.options.on_iteration = {};
        EXPECT_EQ(json(minimize(life)), whole) << optimizer << schedule << ", finished";
      }
}

TEST(MinimizeCheckpoint, ARunInBatchesMayBeMadeLonger) {
  const Folder folder;
  MinimizeRequest r = batches("adam,learning_rate=0.01");
  const std::string whole = json(minimize(r));
  r.checkpoint = folder / "c";
  r.epochs.reset();
  r.options.max_iterations = 11;  // amid an epoch
  EXPECT_EQ(minimize(r).result.iterations, 11);
  MinimizeRequest longer;
  longer.resume = folder / "c";
  longer.data = r.data;
  longer.epochs = 6;
  EXPECT_EQ(json(minimize(longer)), whole);
  const auto refusal = [&](auto change) {
    MinimizeRequest again;
    again.resume = folder / "c";
    again.data = r.data;
    change(again);
    return message_of<Error>([&] { minimize(again); });
  };
  EXPECT_TRUE(contains(refusal([](auto& a) { a.epochs = 2; }), "may be made longer, not shorter"));
  EXPECT_TRUE(contains(refusal([](auto& a) { a.batch_size = "6"; }), "has batch_size=5"));
  EXPECT_TRUE(contains(refusal([](auto& a) { a.seed = 4; }), "has seed=3"));
  EXPECT_TRUE(contains(refusal([](auto& a) { a.data = data::Input(); }), "goes over rows, which it does not hold"));
  const std::string other = testing::put(folder / "other.csv", "x,y\n1,2\n2,4\n3,6\n4,8\n5,9\n6,9\n7,9\n");
  EXPECT_TRUE(contains(refusal([&](auto& a) { a.data = other; }), "was made on other rows"));
  MinimizeRequest scheduled = batches("adam");
  scheduled.method.schedule = "cosine";
  scheduled.checkpoint = folder / "d";
  minimize(scheduled);
  EXPECT_TRUE(contains(refusal([&](auto& a) { a.resume = folder / "d", a.epochs = 7; }), "took its length from"));
  MinimizeRequest full = batches("adam");
  full.batch_size.clear();
  full.seed = 0;
  full.checkpoint = folder / "e";
  minimize(full);
  EXPECT_TRUE(
      contains(refusal([&](auto& a) { a.resume = folder / "e", a.batch_size = "5"; }), "takes all rows in each step"));
}

TEST(MinimizeCheckpoint, OfALongPathEveryRowIsThere) {
  MinimizeRequest r = valley("sgd,learning_rate=1e-5");
  r.options.max_iterations = 24'000;
  r.options.tolerance = 0;
  r.trace = true;
  const std::string whole = json(minimize(r));
  const Folder folder;
  r.every = "500steps";
  r.checkpoint = folder / "c";
  int left = 21'300;
  MinimizeRequest first = r;
  first.options.on_iteration = [&](const Iteration&) { return left-- == 0; };
  EXPECT_EQ(minimize(first).result.status, Status::stopped_by_caller);
  MinimizeRequest second;
  second.resume = folder / "c";
  second.trace = true;
  EXPECT_TRUE(json(minimize(second)) == whole);
}

TEST(MinimizeCheckpoint, ARunMayBeMadeLonger) {
  for (const char* optimizer : {"adam,learning_rate=0.01", "lbfgs"}) {
    MinimizeRequest r = valley(optimizer);
    const std::string whole = json(minimize(r));
    const Folder folder;
    r.options.max_iterations = 9;
    r.checkpoint = folder / "c";
    EXPECT_EQ(minimize(r).result.status, Status::iteration_limit);
    MinimizeRequest longer;
    longer.resume = folder / "c";
    longer.options.max_iterations = 400;
    EXPECT_EQ(json(minimize(longer)), whole);
    longer.options.max_iterations = 5;
    EXPECT_TRUE(contains(message_of<Error>([&] { minimize(longer); }), "may be made longer, not shorter"));
  }
  MinimizeRequest r = valley("adam");
  r.method.schedule = "cosine";
  const Folder folder;
  r.checkpoint = folder / "c";
  minimize(r);
  MinimizeRequest longer;
  longer.resume = folder / "c";
  longer.options.max_iterations = 500;
  EXPECT_TRUE(contains(message_of<Error>([&] { minimize(longer); }), "the saved run has schedule cosine"));
}

TEST(MinimizeCheckpoint, ALimitInsideAnIterationLeavesTheStateBefore) {
  MinimizeRequest r = valley("lbfgs");
  const std::string whole = json(minimize(r));
  const Folder folder;
  r.checkpoint = folder / "c";
  r.options.max_evaluations = 21;
  const MinimizeOutcome short_run = minimize(r);
  EXPECT_EQ(short_run.result.status, Status::evaluation_limit);
  ASSERT_EQ(short_run.warnings.size(), 1u);
  EXPECT_TRUE(contains(short_run.warnings[0], "the limit ended the run inside an iteration"));
  MinimizeRequest again;
  again.resume = folder / "c";
  EXPECT_EQ(json(minimize(again)), json(short_run));
  again.options.max_evaluations = 100'000;
  EXPECT_EQ(json(minimize(again)), whole);
}

TEST(MinimizeCheckpoint, WhatDiffersIsNamed) {
  const Folder folder;
  MinimizeRequest r = valley("lbfgs,memory=5");
  r.checkpoint = folder / "c";
  minimize(r);
  const auto refusal = [&](auto change) {
    MinimizeRequest again;
    again.resume = folder / "c";
    change(again);
    return message_of<Error>([&] { minimize(again); });
  };
  EXPECT_TRUE(contains(refusal([](auto& a) { a.formula = "x^2"; }), "formula=x^2: the run of the checkpoint in"));
  EXPECT_TRUE(contains(refusal([](auto& a) { a.start = parse_start("x=1,y=1"); }), "has start=x=-1.2,y=1"));
  EXPECT_TRUE(
      contains(refusal([](auto& a) { a.method.optimizer = "lbfgs,memory=6"; }), "has optimizer=lbfgs,memory=5"));
  EXPECT_TRUE(contains(refusal([](auto& a) { a.bounds = parse_bounds("x=0:1"); }), "has no bounds"));
  EXPECT_TRUE(contains(refusal([](auto& a) { a.options.tolerance = 1e-3; }), "tolerance"));
  EXPECT_TRUE(contains(refusal([](auto& a) { a.options.maximize = true; }), "has no maximize"));
  EXPECT_TRUE(contains(refusal([](auto& a) { a.trace = true; }), "did not keep its path"));
  EXPECT_TRUE(contains(refusal([](auto& a) { a.checkpoint = "other"; }), "leave checkpoint out"));
  EXPECT_TRUE(contains(refusal([](auto& a) { a.every = "2epochs"; }), "write 60s or 100steps"));
  EXPECT_TRUE(contains(refusal([](auto& a) { a.keep_last = "0"; }), "from 1 to 20"));
  MinimizeRequest idle = valley("lbfgs");
  idle.every = "5s";
  EXPECT_TRUE(contains(message_of<Error>([&] { minimize(idle); }), "every has no effect without"));
  MinimizeRequest same;  // the same method in other words is no difference
  same.resume = folder / "c";
  same.method.optimizer = "lbfgs,memory=5,curvature=0.7";
  EXPECT_TRUE(minimize(same).result.success());
}

TEST(MinimizeCheckpoint, DamageIsToldAndTheOneBeforeIsUsed) {
  const Folder folder;
  MinimizeRequest r = valley("lbfgs");
  r.trace = true;
  const std::string whole = json(minimize(r));
  r.checkpoint = folder / "c";
  r.every = "3steps";
  r.keep_last = "3";
  minimize(r);
  const std::string newest = train::CheckpointFolder::state_file(folder / "c");
  std::filesystem::resize_file(newest, std::filesystem::file_size(newest) / 2);
  MinimizeRequest again;
  again.resume = folder / "c";
  again.trace = true;
  const MinimizeOutcome outcome = minimize(again);
  EXPECT_EQ(json(outcome), whole);
  ASSERT_EQ(outcome.warnings.size(), 1u);
  EXPECT_TRUE(contains(outcome.warnings[0], "the one before it is used"));
  testing::put(train::CheckpointFolder::trace_file(folder / "c"), "rows of another run");
  EXPECT_TRUE(contains(message_of<Error>([&] { minimize(again); }), "trace.talweg: cannot be gone on with"));
  std::filesystem::remove(train::CheckpointFolder::trace_file(folder / "c"));
  EXPECT_TRUE(contains(message_of<Error>([&] { minimize(again); }), "trace.talweg: cannot be gone on with"));
  MinimizeRequest empty = valley("lbfgs");
  empty.resume = folder / "nothing";
  const MinimizeOutcome fresh = minimize(empty);
  ASSERT_EQ(fresh.warnings.size(), 1u);
  EXPECT_TRUE(contains(fresh.warnings[0], "holds no checkpoint; the run starts from the beginning"));
}

}  // namespace
}  // namespace talweg::api
