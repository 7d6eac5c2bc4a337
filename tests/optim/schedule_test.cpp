#include "talweg/optim/schedule.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "talweg/base/error.hpp"

namespace talweg {
namespace {

TEST(Schedule, FollowsPyTorch) {
  std::ifstream file(std::string(TALWEG_GOLDEN_DIR) + "/first_order/schedules.json");
  for (const auto& row : nlohmann::json::parse(file)) {
    const auto spec = row["schedule"].get<std::string>();
    const Schedule s = Schedule::parse(spec);
    ScheduleState state;
    const double rate = row["learning_rate"];
    const std::vector<double> rates = row["rates"];
    for (std::size_t k = 0; k < rates.size(); ++k) {
      // PyTorch multiplies its way from step to step: k roundings of the rate, and the cosine's near its zero.
      EXPECT_NEAR(scheduled_rate(s, state, rate, std::int64_t(k) + 1), rates[k], 1e-14 * rate)
          << spec << ", step " << k + 1;
      if (row.contains("watched")) state.watch(s, row["watched"][k]);
    }
  }
}

TEST(Schedule, HoldsItsEnd) {
  const Schedule cosine = Schedule::parse("cosine,steps=10,min=0.1");
  EXPECT_EQ(scheduled_rate(cosine, {}, 1, 11), 0.1);
  EXPECT_EQ(scheduled_rate(cosine, {}, 1, 500), 0.1);
  const Schedule cycle = Schedule::parse("one_cycle,steps=10");
  EXPECT_DOUBLE_EQ(scheduled_rate(cycle, {}, 1, 10), 1 / 25e4);
  EXPECT_DOUBLE_EQ(scheduled_rate(cycle, {}, 1, 99), 1 / 25e4);
}

TEST(Schedule, WarmupRisesToTheRate) {
  const Schedule s = Schedule::parse("cosine,warmup=4,steps=24");
  for (int t = 1; t <= 4; ++t) EXPECT_EQ(scheduled_rate(s, {}, 8, t), 2.0 * t);
  EXPECT_EQ(scheduled_rate(s, {}, 8, 5), 8);
}

TEST(Schedule, SpecReadsBack) {
  for (const char* spec :
       {"constant", "constant,warmup=3", "step,every=2", "exponential,factor=.9", "polynomial,steps=9,power=2",
        "inverse_time,decay=.1", "cosine", "cosine,warmup=100,steps=5000,min=1e-5", "one_cycle,steps=10,rise=.5",
        "warm_restarts,period=5,multiply=2", "plateau,patience=0,cooldown=2,threshold=0"}) {
    const Schedule s = Schedule::parse(spec);
    EXPECT_EQ(Schedule::parse(s.spec()), s) << s.spec();
  }
}

void expect_error(const std::string& spec, std::vector<std::string> words) {
  try {
    Schedule::parse(spec);
    ADD_FAILURE() << spec << " was taken";
  } catch (const Error& e) {
    for (const auto& word : words) EXPECT_NE(std::string(e.what()).find(word), std::string::npos) << e.what();
  }
}

TEST(Schedule, RefusesByName) {
  expect_error("cosin", {"cosin", "did you mean 'cosine'"});
  expect_error("cosine,step=3", {"'step'", "steps"});
  expect_error("cosine,steps=0", {"steps", "'0'", "at least 1"});
  expect_error("cosine,steps=2.5", {"steps", "2.5", "whole"});
  expect_error("cosine,steps=nan", {"steps", "nan"});
  expect_error("cosine,steps=5,steps=6", {"steps", "twice"});
  expect_error("cosine,warmup=5,steps=5", {"steps", "warmup"});
  expect_error("cosine,factor=.5", {"factor", "reads"});
  expect_error("step", {"needs every"});
  expect_error("exponential", {"needs factor"});
  expect_error("plateau,patience=-1", {"patience", "-1"});
  expect_error("cosine,steps", {"key=value"});
}

TEST(Schedule, EveryKindIsDescribedWithTheKeysThatItReads) {
  const auto items = Schedule::items();
  ASSERT_EQ(items.size(), Schedule::kinds().size());
  for (std::size_t k = 0; k < items.size(); ++k) {
    EXPECT_EQ(items[k].card.name, Schedule::kinds()[k]);
    std::string needed(items[k].card.name), all = needed;
    for (const FieldInfo& f : items[k].fields) {
      const bool whole = f.kind == FieldKind::whole;
      if (f.default_value.empty() && f.name != "steps") needed += "," + std::string(f.name) + (whole ? "=9" : "=0.5");
      all += "," + std::string(f.name) + "=" +
             (f.name == "warmup" ? "2"
              : whole            ? "9"
              : f.range.low == 1 ? "1"
                                 : "0.5");
    }
    EXPECT_NO_THROW(Schedule::parse(needed)) << needed;
    const Schedule s = Schedule::parse(all);
    EXPECT_EQ(Schedule::parse(s.spec()), s) << all;
  }
}

TEST(Schedule, SaysWhenItLacksItsLength) {
  EXPECT_TRUE(Schedule::parse("cosine").lacks_steps());
  EXPECT_FALSE(Schedule::parse("cosine,steps=5").lacks_steps());
  EXPECT_FALSE(Schedule::parse("exponential,factor=.9").lacks_steps());
}

/// Every kind with what it needs, for a run of `length` steps after its warm-up; one_cycle with its top at every place.
std::vector<Schedule> every_schedule(std::int64_t warmup, std::int64_t length) {
  std::vector<Schedule> out;
  for (std::size_t kind = 0; kind < Schedule::kinds().size(); ++kind) {
    Schedule s;
    s.kind = static_cast<Schedule::Kind>(kind);
    s.warmup = warmup;
    s.steps = warmup + length;
    s.every = s.period = 1;
    s.decay = 0.5;
    for (const double rise : {1e-9, 0.1, 0.3, 1 / double(length), 0.5, 1.0})
      for (const double min : {0.0, 0.01, 2.0})
        for (const double divide : {1.0, 25.0}) {
          s.rise = rise;
          s.min = min;
          s.divide = s.final_divide = s.multiply = divide;
          out.push_back(s);
        }
  }
  return out;
}

TEST(Schedule, EveryKindIsFiniteAndNotNegativeAtEveryLength) {
  constexpr double rate = 0.5;
  for (std::int64_t warmup : {0, 1, 3})
    for (std::int64_t length = 1; length <= 30; ++length)
      for (const Schedule& s : every_schedule(warmup, length)) {
        ASSERT_NO_THROW(s.validate()) << s.spec();
        for (const double factor : {1.0, 0.1}) {
          ScheduleState state;
          state.factor = factor;
          for (std::int64_t t = 1; t <= s.steps + 2; ++t) {
            const double at = scheduled_rate(s, state, rate, t);
            ASSERT_TRUE(std::isfinite(at) && at >= 0 && at <= std::max(rate, s.min)) << s.spec() << ", step " << t;
          }
        }
      }
}

TEST(Schedule, ACycleWithoutRoomToRiseBeginsAtTheRate) {
  // top = rise·steps − 1 = 0: the first step is the top; with a single step there is no way down either.
  EXPECT_EQ(scheduled_rate(Schedule::parse("one_cycle,steps=4,rise=.25"), {}, 0.5, 1), 0.5);
  EXPECT_EQ(scheduled_rate(Schedule::parse("one_cycle,steps=1,rise=1"), {}, 0.5, 1), 0.5);
}

TEST(Schedule, ARunThatEndsInItsWarmupIsRefused) {
  Schedule s = Schedule::parse("cosine,warmup=100");
  EXPECT_THROW(s.set_run_length(100), Error);
  s.set_run_length(101);
  EXPECT_EQ(s.steps, 101);
}

TEST(Schedule, ValuesSetByHandAreCheckedLikeThoseOfAText) {
  EXPECT_THROW(Schedule{.kind = Schedule::Kind::step}.validate(), Error);  // every = 0
  EXPECT_THROW((Schedule{.kind = Schedule::Kind::warm_restarts, .period = 1, .multiply = 0.5}).validate(), Error);
  EXPECT_THROW((Schedule{.kind = Schedule::Kind::cosine, .warmup = 5, .steps = 5}).validate(), Error);
  EXPECT_NO_THROW(Schedule{}.validate());
}

TEST(Schedule, PlateauWantsALossBelow0ToFallToo) {
  const Schedule s = Schedule::parse("plateau,patience=0,threshold=.1");
  ScheduleState state;
  state.watch(s, -10);
  state.watch(s, -10.5);  // not a tenth better
  EXPECT_EQ(state.factor, 0.1);
  state.watch(s, -11.5);
  EXPECT_EQ(state.factor, 0.1);
}

TEST(Schedule, PlateauCountsANanAsNoProgress) {
  const Schedule s = Schedule::parse("plateau,patience=1");
  ScheduleState state;
  for (int i = 0; i < 2; ++i) state.watch(s, std::nan(""));
  EXPECT_EQ(scheduled_rate(s, state, 1, 3), 0.1);
}

}  // namespace
}  // namespace talweg
