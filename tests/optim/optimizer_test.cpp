#include "talweg/optim/optimizer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "optim/first_order/properties.hpp"
#include "talweg/base/error.hpp"
#include "talweg/optim/first_order/run.hpp"
#include "talweg/optim/minimize.hpp"

namespace talweg {
namespace {

using Vec = std::vector<double>;

template <class F> std::string error_of(F f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}
bool says(const std::string& message, const std::string& word) { return message.find(word) != std::string::npos; }

TEST(Optimizer, NamesItsSlots) {
  Optimizer<double> adam(Adam{}, 2);
  EXPECT_EQ(adam.slot_names(), (std::vector<std::string_view>{"first_moment", "second_moment"}));
  Optimizer<double> ams(Adam{.amsgrad = true}, 2);
  EXPECT_EQ(ams.slot_names().size(), 3u);
  Vec x{1, 2}, g{1, -1};
  adam.step(x, g);
  EXPECT_NEAR(adam.slot("first_moment")[1], -0.1, 1e-16);
  EXPECT_TRUE(says(error_of([&] { adam.slot("velocity"); }), "second_moment"));
}

TEST(Optimizer, RefusesWrongSizes) {
  Optimizer<double> o(Sgd{}, 3);
  Vec x(3), g(2);
  EXPECT_TRUE(says(error_of([&] { o.step(x, g); }), "2 entries"));
  EXPECT_TRUE(says(error_of([&] { o.set_bounds({Vec{0}, Vec{1}}); }), "lower bound"));
  EXPECT_TRUE(says(error_of([&] { Optimizer<double>(Sgd{}, {{"a", 0, 2}, {"b", 3, 1}}); }), "segment b"));
}

TEST(Optimizer, GroupsStepWithTheirOwnNumbers) {
  FirstOrder method = FirstOrder::parse("sgd,learning_rate=1");
  method.groups = {Group::parse("b*:learning_rate=.5"), Group::parse("*.bias:weight_decay=1,learning_rate=.25")};
  Optimizer<double> o(method, {{"a.weight", 0, 1}, {"b.weight", 1, 2}, {"b.bias", 3, 1}});
  Vec x{4, 4, 4, 4}, g{1, 1, 1, 1};
  o.step(x, g);
  EXPECT_EQ(x, (Vec{3, 3.5, 3.5, 4 - 0.25 * 5}));  // the last group that matches counts
  EXPECT_EQ(o.observe()[0].values, (Vec{1, 0.5, 0.5, 0.25}));
}

TEST(Optimizer, GroupsAreRefusedByName) {
  const auto with = [](const char* group) {
    FirstOrder method = FirstOrder::parse("adam");
    method.groups = {Group::parse(group)};
    return error_of([&] { Optimizer<double>(method, {{"dense1.weight", 0, 1}}); });
  };
  EXPECT_TRUE(says(with("dense2.*:lr=1"), "dense2"));
  EXPECT_TRUE(says(with("*:lr=-1"), "lr"));
  EXPECT_TRUE(says(with("*:bet=1"), "beta1"));
  EXPECT_TRUE(says(with("*:ema=.5"), "whole run"));
}

TEST(Optimizer, GroupsWithOtherSlots) {
  FirstOrder method = FirstOrder::parse("adam,learning_rate=.1,beta2=.5");
  method.groups = {Group::parse("b:amsgrad=true")};
  Optimizer<double> both(method, {{"a", 0, 1}, {"b", 1, 1}});
  Optimizer<double> a(Adam{.learning_rate = .1, .beta2 = .5}, 1),
      b(Adam{.learning_rate = .1, .beta2 = .5, .amsgrad = true}, 1);
  Vec x{1, 1}, xa{1}, xb{1};
  for (const double g : {5.0, 1.0, 0.2, -0.1}) {
    both.step(x, Vec{g, g});
    a.step(xa, Vec{g});
    b.step(xb, Vec{g});
  }
  EXPECT_EQ(x, (Vec{xa[0], xb[0]}));
  EXPECT_NE(xa, xb);
  Optimizer<double> loaded(method, {{"a", 0, 1}, {"b", 1, 1}});
  loaded.load(both.save());
  EXPECT_EQ(loaded.save(), both.save());
  EXPECT_EQ(loaded.observe().size(), both.observe().size());
}

TEST(Optimizer, LoadRefusesWhatIsNotItsOwn) {
  Optimizer<double> adam(Adam{}, 2);
  auto bytes = adam.save();
  Optimizer<double> sgd(Sgd{}, 2), longer(Adam{}, 3);
  Optimizer<float> narrow(Adam{}, 2);
  const auto wrong_method = error_of([&] { sgd.load(bytes); });
  EXPECT_TRUE(says(wrong_method, "adam:paper") && says(wrong_method, "sgd")) << wrong_method;
  EXPECT_TRUE(says(error_of([&] { longer.load(bytes); }), "2 entries"));
  EXPECT_TRUE(says(error_of([&] { narrow.load(bytes); }), "8 bytes"));
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_NE(error_of([&] { adam.load(std::span(bytes).first(n)); }), "") << "cut at " << n;
  bytes.push_back(std::byte{0});
  EXPECT_TRUE(says(error_of([&] { adam.load(bytes); }), "damaged"));
}

TEST(Optimizer, AFailedLoadChangesNothing) {
  Optimizer<double> o(Adam{}, 2);
  Vec x{1, 2};
  o.step(x, Vec{1, 1});
  const auto before = o.save();
  auto cut = before;
  cut.resize(cut.size() - 5);
  EXPECT_THROW(o.load(cut), Error);
  EXPECT_EQ(o.save(), before);
}

TEST(Optimizer, ScheduleReachesTheStepAndIsSaved) {
  FirstOrder method(Sgd{.learning_rate = 1});
  method.schedule = Schedule::parse("plateau,patience=0,factor=.5");
  Optimizer<double> o(method, 1);
  Vec x{0};
  o.watch(1);
  EXPECT_EQ(o.step(x, Vec{1}).learning_rate, 1);
  o.watch(1);
  Optimizer<double> p(method, 1);
  p.load(o.save());
  EXPECT_EQ(o.step(x, Vec{1}).learning_rate, 0.5);
  EXPECT_EQ(p.step(x, Vec{1}).learning_rate, 0.5);
}

TEST(Optimizer, AScheduleNeedsItsLength) {
  FirstOrder method(Sgd{.learning_rate = 1});
  method.schedule = Schedule::parse("cosine");
  Optimizer<double> o(method, 1);
  Vec x{0};
  EXPECT_TRUE(says(error_of([&] { o.step(x, Vec{1}); }), "steps"));
  o.set_total_steps(2);
  EXPECT_EQ(o.step(x, Vec{1}).learning_rate, 1);
  EXPECT_DOUBLE_EQ(o.step(x, Vec{1}).learning_rate, 0.5);
}

TEST(Optimizer, IRpropPlusAsksForTheValue) {
  Optimizer<double> o(IRpropPlus{}, 1);
  Vec x{0};
  EXPECT_TRUE(says(error_of([&] { o.step(x, Vec{1}); }), "value"));
  EXPECT_EQ(o.steps(), 0);
}

TEST(Optimizer, PerTensorClippingGoesBySegments) {
  FirstOrder method(Sgd{.learning_rate = 1});
  method.clip = Clip::parse("norm=1");
  Optimizer<float> o(method, {{"a", 0, 2}, {"b", 2, 2}});
  std::vector<float> x(4, 0.f);
  o.step(x, std::vector<float>{3, 4, 0.3f, 0.4f});
  EXPECT_FLOAT_EQ(x[0], -0.6f);
  EXPECT_FLOAT_EQ(x[2], -0.3f);
}

TEST(FirstOrderRun, ResumesBitwiseInsideMinimize) {
  const Function f = [](std::span<const double> x, std::span<double> g) {
    g[0] = 2 * x[0];
    g[1] = 50 * x[1];
    return x[0] * x[0] + 25 * x[1] * x[1];
  };
  const auto method = make_method(FirstOrder::parse("nadam,learning_rate=.1,ema=.9"));
  Options options;
  Point start{{1, 1}, 0, {0, 0}};
  start.f = f(start.x, start.g);
  Evaluator evaluate(f, options);
  const auto one = method->start(start, options);
  for (int i = 0; i < 7; ++i) one->step(evaluate);
  const auto two = method->start(start, options);
  two->load(one->save());
  EXPECT_EQ(two->at(), one->at());
  for (int i = 0; i < 7; ++i) one->step(evaluate), two->step(evaluate);
  EXPECT_EQ(two->at(), one->at());
  EXPECT_EQ(two->save(), one->save());
}

TEST(FirstOrderRun, LookAheadStaysInTheBoxAndCountsItsEvaluations) {
  double lowest = 1;
  const Function f = [&](std::span<const double> x, std::span<double> g) {
    lowest = std::min(lowest, x[0]);
    g[0] = 1;
    return x[0];
  };
  const Result r =
      minimize(f, {1.0}, Nesterov{.learning_rate = .2},
               {.max_iterations = 10, .tolerance = 0, .bounds = {Vec{0}, Vec{2}}, .check_gradient = false});
  EXPECT_EQ(lowest, 0);
  EXPECT_EQ(r.x[0], 0);
  EXPECT_EQ(r.evaluations.gradient, 21);
}

TEST(FirstOrderRun, ReportsClippingAndAverages) {
  const Function f = [](std::span<const double> x, std::span<double> g) {
    g[0] = 2 * x[0];
    return x[0] * x[0];
  };
  FirstOrder method = FirstOrder::parse("sgd,learning_rate=.1,averaging=true");
  method.clip = Clip::parse("global=5");
  const Result r = minimize(f, {10.0}, method, {.max_iterations = 20, .tolerance = 0});
  const auto find = [&](std::string_view name) {
    return std::find_if(r.details.begin(), r.details.end(), [&](const Observation& o) { return o.name == name; });
  };
  ASSERT_NE(find("clipped"), r.details.end());
  EXPECT_EQ(find("clipped")->values[0], 15);  // 10 − .5k > 2.5 for the first fifteen
  ASSERT_NE(find("average"), r.details.end());
}

TEST(FirstOrderRun, GroupsGoByTheNamesOfVariables) {
  const Function f = [](std::span<const double> x, std::span<double> g) {
    g[0] = g[1] = 1;
    return x[0] + x[1];
  };
  FirstOrder method = FirstOrder::parse("sgd,learning_rate=1");
  method.groups = {Group::parse("y:learning_rate=.5")};
  const Result r = minimize(f, {0.0, 0.0}, method, {.max_iterations = 1, .tolerance = 0, .names = {"x", "y"}});
  EXPECT_EQ(r.x, (Vec{-1, -0.5}));
}

}  // namespace
}  // namespace talweg
