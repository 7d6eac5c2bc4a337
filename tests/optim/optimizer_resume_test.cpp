#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/optim/optimizer.hpp"

/// Runs that are taken up from the numbers of another program.
namespace talweg {
namespace {

template <class T> using Slots = std::vector<typename Optimizer<T>::NamedSlot>;

template <class T> void walk(Optimizer<T>& rule, std::vector<T>& x, int steps) {
  std::vector<T> g(x.size());
  for (int k = 0; k < steps; ++k) {
    for (std::size_t i = 0; i < x.size(); ++i) g[i] = 2 * x[i] - T(i);
    rule.step(x, g);
  }
}

template <class T> void goes_on(const RuleInfo& info) {
  FirstOrder method = FirstOrder::parse(info.label());
  Optimizer<T> whole(method, 3);
  std::vector<T> x{1, -2, 3};
  walk(whole, x, 7);
  Slots<T> slots;
  for (const auto name : whole.slot_names()) slots.push_back({name, whole.slot(name)});
  Optimizer<T> other(method, 3);
  other.resume(7, slots);
  EXPECT_EQ(other.steps(), 7);
  EXPECT_EQ(other.save(), whole.save());
  std::vector<T> y = x;
  walk(whole, x, 5);
  walk(other, y, 5);
  EXPECT_EQ(x, y);
}

TEST(OptimizerResume, GoesOnBitwiseFromSlotsAndSteps) {
  for (const RuleInfo& info : first_order_methods()) {
    if (info.traits.needs_value) continue;  // f of the step before is in no slot
    SCOPED_TRACE(info.label());
    goes_on<double>(info);
    goes_on<float>(info);
  }
}

TEST(OptimizerResume, WhatIsWrongChangesNothing) {
  Optimizer<double> rule(FirstOrder::parse("adam"), 2);
  const auto before = rule.save();
  const std::vector<double> two{1, 2}, three{1, 2, 3};
  EXPECT_THROW(rule.resume(3, Slots<double>{{"velocity", two}}), Error);
  EXPECT_THROW(rule.resume(3, Slots<double>{{"first_moment", two}, {"second_moment", three}}), Error);
  EXPECT_THROW(rule.resume(-1, Slots<double>{{"first_moment", two}}), Error);
  EXPECT_EQ(rule.save(), before);
  std::vector<double> x{1, 2};
  walk(rule, x, 1);
  EXPECT_THROW(rule.resume(3, {}), Error);
  Optimizer<double> averaged(FirstOrder::parse("adam,averaging=true"), 2);
  EXPECT_THROW(averaged.resume(3, {}), Error);
}

}  // namespace
}  // namespace talweg
