#include <gtest/gtest.h>

#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/optim/optimizer.hpp"

/// Settings that change between two steps.
namespace talweg {
namespace {

std::vector<double> walk(Optimizer<double>& rule, std::vector<double> x, int steps) {
  std::vector<double> g(x.size());
  for (int k = 0; k < steps; ++k) {
    for (std::size_t i = 0; i < x.size(); ++i) g[i] = 2 * x[i];
    rule.step(x, g);
  }
  return x;
}

TEST(OptimizerSet, GoesOnAsTheSavedStateDoesWithTheNewValue) {
  for (const RuleInfo& info : first_order_methods()) {
    if (info.traits.needs_value || info.traits.looks_ahead || info.card.name == "ftrl") continue;
    SCOPED_TRACE(info.label());
    FirstOrder method = FirstOrder::parse(info.label());
    Optimizer<double> changed(method, 3);
    const auto x = walk(changed, {1, -2, 3}, 4);
    const auto state = changed.save();
    changed.set("learning_rate", "0.125");
    method.set("learning_rate", "0.125");
    Optimizer<double> anew(method, 3);
    anew.load(state);
    EXPECT_EQ(walk(changed, x, 4), walk(anew, x, 4));
  }
}

TEST(OptimizerSet, WhatIsRefusedChangesNothing) {
  Optimizer<double> rule(FirstOrder::parse("adam"), 2), other(FirstOrder::parse("adam"), 2);
  const auto x = walk(rule, {1, 2}, 3);
  walk(other, {1, 2}, 3);
  for (const auto& [key, value] : {std::pair{"amsgrad", "true"},
                                   {"averaging", "true"},
                                   {"ema", "0.9"},
                                   {"beta1", "1.5"},
                                   {"learning_rate", "-1"},
                                   {"betaa", "0.1"}})
    EXPECT_THROW(rule.set(key, value), Error) << key;
  EXPECT_EQ(rule.method().spec(), other.method().spec());
  EXPECT_EQ(walk(rule, x, 3), walk(other, x, 3));
}

TEST(OptimizerSet, GroupsKeepWhatTheyName) {
  FirstOrder method = FirstOrder::parse("sgd,learning_rate=0.5");
  method.groups.push_back(Group::parse("b:learning_rate=0.25"));
  Optimizer<double> rule(method, std::vector<Segment>{{"a", 0, 1}, {"b", 1, 1}});
  rule.set("learning_rate", "0.125");
  EXPECT_EQ(walk(rule, {8, 8}, 1), (std::vector<double>{6, 4}));
}

}  // namespace
}  // namespace talweg
