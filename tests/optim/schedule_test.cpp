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

TEST(Schedule, SaysWhenItLacksItsLength) {
  EXPECT_TRUE(Schedule::parse("cosine").lacks_steps());
  EXPECT_FALSE(Schedule::parse("cosine,steps=5").lacks_steps());
  EXPECT_FALSE(Schedule::parse("exponential,factor=.9").lacks_steps());
}

TEST(Schedule, PlateauCountsANanAsNoProgress) {
  const Schedule s = Schedule::parse("plateau,patience=1");
  ScheduleState state;
  for (int i = 0; i < 2; ++i) state.watch(s, std::nan(""));
  EXPECT_EQ(scheduled_rate(s, state, 1, 3), 0.1);
}

}  // namespace
}  // namespace talweg
