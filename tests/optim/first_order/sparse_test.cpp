#include "talweg/optim/first_order/sparse.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/random.hpp"
#include "talweg/optim/optimizer.hpp"

namespace talweg {
namespace {

constexpr std::size_t places = 60;

/// Specs of every variant whose card allows sparse rows in this way, and options that change the slots.
std::vector<std::string> specs(Lazy lazy) {
  std::vector<std::string> out;
  for (const auto& info : first_order_methods())
    if (FirstOrder::parse(info.label()).info().traits.lazy == lazy) out.push_back(info.label());
  if (lazy == Lazy::approximate)
    for (const char* s : {"adam,amsgrad=true", "rmsprop,centered=true", "rmsprop:inside,momentum=.5"}) out.push_back(s);
  return out;
}

/// A rule of a user's own, with `count` slots that sum the gradient and halves of it; what is left of it moves x.
template <std::size_t count> struct Delayed {
  double learning_rate = 0.01;
  static constexpr Card card{
      .name = "delayed", .variant = "test", .title = "a chain of slots", .formula = "", .source = ""};
  static constexpr RuleTraits traits{.lazy = Lazy::exact};
  [[maybe_unused]] static constexpr std::array params{
      Field<Delayed>{"learning_rate", &Delayed::learning_rate, positive, "η"}};
  static constexpr auto slots = [] {
    constexpr std::string_view names[] = {"a", "b", "c", "d", "e", "f", "h"};
    std::array<Slot, count> out{};
    for (std::size_t i = 0; i < count; ++i) out[i] = {names[i], "a sum of sums"};
    return out;
  }();
  template <class T> struct Step {
    T rate;
    static constexpr std::array coefficients{Coefficient{"η", "learning_rate"}};
    Step(const Delayed&, const StepContext& s) : rate(T(s.learning_rate)) {}
    template <class... Slots>
    requires(sizeof...(Slots) == count) void operator()(T& x, T g, Slots&... slot) const {
      T carried = g;
      ((slot += carried, carried *= T(0.5)), ...);
      x -= rate * carried;
    }
  };
};

/// The same, where x is a function of the slots alone.
template <std::size_t count> struct Recalled : Delayed<count> {
  static constexpr std::array params{Field<Recalled>{"learning_rate", &Recalled::learning_rate, positive, "η"}};
  template <class T> struct Step : Delayed<count>::template Step<T> {
    using Base = typename Delayed<count>::template Step<T>;
    Step(const Recalled& r, const StepContext& s) : Base(r, s) {}
    template <class... Slots>
    requires(sizeof...(Slots) == count) T recall(Slots... slot)
    const { return -T(0.01) * (slot + ...); }
    template <class... Slots>
    requires(sizeof...(Slots) == count) void operator()(T& x, T g, Slots&... slot) const {
      Base::operator()(x, g, slot...);
      x = recall(slot...);
    }
  };
};

/// The same gradients through the dense optimizer and through the table; rows touch `share` of all places.
template <class T> void same_bits_as_dense(FirstOrder method, double share) {
  SCOPED_TRACE(method.spec());
  Random random(3);
  method.schedule = Schedule::parse("inverse_time,decay=.01");
  Optimizer<T> dense(method, places);
  SparseOptimizer<T> sparse(method, 7);  // grows
  sparse.grow(places);
  std::vector<T> x(places);
  for (int step = 0; step < 40; ++step) {
    std::vector<std::uint32_t> index;
    std::vector<T> value;
    for (std::uint32_t i = 0; i < places; ++i)
      if (random.uniform() < share) index.push_back(i), value.push_back(static_cast<T>(random.normal()));
    const SparseRow<T> row{index, value};
    T out = 0;
    sparse.outputs(row, {&out, 1});
    double expected = 0;
    for (std::size_t k = 0; k < index.size(); ++k) expected += double(x[index[k]]) * double(value[k]);
    ASSERT_NEAR(double(out), expected, 1e-5 * (1 + std::abs(expected)));
    const T slope = static_cast<T>(random.normal());
    std::vector<T> g(places);
    for (std::size_t k = 0; k < index.size(); ++k) g[index[k]] = slope * value[k];
    dense.step(x, g);
    sparse.step(row, {&slope, 1});
    for (std::size_t i = 0; i < places; ++i) ASSERT_EQ(sparse.weight(i), x[i]) << "step " << step << ", place " << i;
  }
}

TEST(SparseOptimizer, AnExactRuleIsTheDenseRuleBitForBit) {
  const auto exact = specs(Lazy::exact);
  ASSERT_GE(exact.size(), 6u);  // sgd, adagrad and ftrl with their variants
  for (const auto& spec : exact) {
    same_bits_as_dense<float>(FirstOrder::parse(spec), 0.2);
    same_bits_as_dense<double>(FirstOrder::parse(spec), 0.2);
  }
}

TEST(SparseOptimizer, AnApproximateRuleIsTheDenseRuleWhenRowsTouchEverything) {
  const auto approximate = specs(Lazy::approximate);
  ASSERT_GE(approximate.size(), 9u);
  for (const auto& spec : approximate) same_bits_as_dense<float>(FirstOrder::parse(spec), 1.1);
}

TEST(SparseOptimizer, ARuleOfOnesOwnMayHaveAnyNumberOfSlots) {
  same_bits_as_dense<double>(Delayed<3>{}, 0.2);
  same_bits_as_dense<double>(Delayed<4>{}, 0.2);
  same_bits_as_dense<float>(Delayed<7>{}, 0.2);
  same_bits_as_dense<double>(Recalled<4>{}, 0.2);
  same_bits_as_dense<float>(Recalled<5>{}, 0.2);
}

TEST(SparseOptimizer, SaysWhatIsApproximateAndRefusesWhatCannotBe) {
  EXPECT_TRUE(SparseOptimizer<float>::warnings(FirstOrder::parse("ftrl")).empty());
  EXPECT_TRUE(SparseOptimizer<float>::warnings(FirstOrder::parse("adagrad")).empty());
  EXPECT_EQ(SparseOptimizer<float>::warnings(FirstOrder::parse("adam")).size(), 1u);
  EXPECT_EQ(SparseOptimizer<float>::warnings(FirstOrder::parse("sgd,weight_decay=.1")).size(), 1u);
  for (const char* spec :
       {"lion", "rprop", "nadam", "adamw", "adadelta", "nesterov", "sgd,averaging=true", "sgd,ema=.9"}) {
    EXPECT_FALSE(SparseOptimizer<float>::refusal(FirstOrder::parse(spec)).empty()) << spec;
    EXPECT_THROW(SparseOptimizer<float>(FirstOrder::parse(spec), 10), Error) << spec;
  }
}

TEST(SparseOptimizer, SeveralOutputsAreTablesOfTheirOwn) {
  const FirstOrder method = FirstOrder::parse("ftrl,l1=.1");
  SparseOptimizer<double> three(method, 10, 3);
  std::vector<SparseOptimizer<double>> one;
  for (int o = 0; o < 3; ++o) one.emplace_back(method, 10);
  const std::vector<std::uint32_t> index{1, 4, 9};
  const std::vector<double> value{1, -2, 0.5}, slopes{0.3, -0.7, 0.4};
  const SparseRow<double> row{index, value};
  for (int step = 0; step < 5; ++step) {
    std::vector<double> all(3), single(1);
    three.outputs(row, all);
    three.step(row, slopes);
    for (std::size_t o = 0; o < 3; ++o) {
      one[o].outputs(row, single);
      EXPECT_EQ(all[o], single[0]);
      one[o].step(row, {&slopes[o], 1});
    }
  }
  for (std::size_t i = 0; i < 10; ++i)
    for (std::size_t o = 0; o < 3; ++o) EXPECT_EQ(three.weight(i, o), one[o].weight(i));
}

TEST(SparseOptimizer, ClipsTheGradientOfARow) {
  FirstOrder method = FirstOrder::parse("sgd,learning_rate=1");
  method.clip = Clip::parse("global=1");
  SparseOptimizer<double> table(method, 4);
  const std::vector<std::uint32_t> index{0, 2};
  const std::vector<double> value{3, 4};
  const SparseRow<double> row{index, value};
  double out = 0;
  const double slope = 2;  // gradient (6, 8), norm 10
  table.outputs(row, {&out, 1});
  table.step(row, {&slope, 1});
  EXPECT_DOUBLE_EQ(table.weight(0), -0.6);
  EXPECT_DOUBLE_EQ(table.weight(2), -0.8);
  EXPECT_EQ(table.clipped_steps(), 1);
}

TEST(SparseOptimizer, GoesOnFromItsTableAndCounters) {
  SparseOptimizer<float> a(FirstOrder::parse("adam"), 20);
  const std::vector<std::uint32_t> index{3, 5};
  const std::vector<float> value{1, 2};
  const SparseRow<float> row{index, value};
  const auto step = [&](SparseOptimizer<float>& table) {
    float out = 0;
    const float slope = 0.25f;
    table.outputs(row, {&out, 1});
    table.step(row, {&slope, 1});
  };
  step(a);
  SparseOptimizer<float> b(FirstOrder::parse("adam"), 1);
  b.restore(a.table(), a.counters());
  step(a);
  step(b);
  EXPECT_TRUE(std::ranges::equal(a.table(), b.table()));
  EXPECT_EQ(a.counters(), b.counters());
  SparseOptimizer<float> other(FirstOrder::parse("adam"), 1);
  EXPECT_THROW(other.restore(std::vector<float>(5), {}), Error);
}

}  // namespace
}  // namespace talweg
