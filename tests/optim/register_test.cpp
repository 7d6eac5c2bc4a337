// Rules and methods of a program's own, from outside the library.
#include "talweg/optim/register.hpp"

#include <algorithm>
#include <thread>

#include <gtest/gtest.h>

#include "support/files.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/first_order/run.hpp"
#include "talweg/optim/minimize.hpp"

namespace talweg {

/// A gradient step of constant length.
template <class Own> struct Normalised {
  double learning_rate = 0.1;
  static constexpr std::array params{Field{"learning_rate", &Normalised::learning_rate, positive, "step size η"}};
  static constexpr NoSlots slots{};
  template <class T> struct Step {
    T rate;
    Step(const Normalised&, const StepContext& s) : rate(T(s.learning_rate)) {}
    void operator()(T& x, T g) const { x -= rate * simd::sign(g); }
  };
  static constexpr Card card = Own::card;
};

#define TALWEG_TEST_RULE(Type, ...)          \
  struct Type##Card {                        \
    static constexpr Card card{__VA_ARGS__}; \
  };                                         \
  using Type = Normalised<Type##Card>
TALWEG_TEST_RULE(Constant, .name = "constant", .title = "Constant", .formula = "x −= η·sign(g)");
TALWEG_TEST_RULE(Nameless, .name = "", .title = "t", .formula = "f");
TALWEG_TEST_RULE(Spaced, .name = "two words", .title = "t", .formula = "f");
TALWEG_TEST_RULE(Keyed, .name = "a=b", .title = "t", .formula = "f");
TALWEG_TEST_RULE(Untitled, .name = "untitled", .formula = "f");
TALWEG_TEST_RULE(Formless, .name = "formless", .title = "t");
TALWEG_TEST_RULE(SecondLbfgs, .name = "L-BFGS", .title = "t", .formula = "f");
TALWEG_TEST_RULE(SecondGd, .name = "gd", .title = "t", .formula = "f");
TALWEG_TEST_RULE(SecondSgd, .name = "sgd", .title = "t", .formula = "f");
TALWEG_TEST_RULE(SecondAdam, .name = "adam", .variant = "paper", .title = "t", .formula = "f");
TALWEG_TEST_RULE(OwnAdam, .name = "adam", .variant = "own", .title = "t", .formula = "f");
TALWEG_TEST_RULE(HeavyBall, .name = "heavy-ball", .title = "t", .formula = "f");
TALWEG_TEST_RULE(OddVariant, .name = "odd", .variant = "a,b", .title = "t", .formula = "f");

/// A rule whose field clashes with what every rule reads, or has a default out of its range.
struct Clashing {
  double weight_decay_rate = 0;
  static constexpr Card card{.name = "clashing", .title = "t", .formula = "f"};
  static constexpr std::array params{Field{"weight_decay", &Clashing::weight_decay_rate, non_negative, "λ"}};
  static constexpr NoSlots slots{};
  template <class T> struct Step {
    Step(const Clashing&, const StepContext&) {}
    void operator()(T&, T) const {}
  };
};
struct OutOfRange {
  double rate = -1;
  static constexpr Card card{.name = "out_of_range", .title = "t", .formula = "f"};
  static constexpr std::array params{Field{"rate", &OutOfRange::rate, positive, "η"}};
  static constexpr NoSlots slots{};
  template <class T> struct Step {
    Step(const OutOfRange&, const StepContext&) {}
    void operator()(T&, T) const {}
  };
};

/// Half of the way to 0, whatever f is.
struct Halving {
  double share = 0.5;
  static constexpr Card card{.name = "halving", .title = "Halving", .formula = "x ← γ·x"};
  static constexpr std::array settings{Field{"share", &Halving::share, Range{0, 1, true, true}, "γ"}};
  static constexpr std::array observed{Slot{"step_length", "1"}};
  static constexpr std::int64_t default_iterations = 100;
  static MethodTraits takes() { return {.monotone = false, .bounds = false}; }
  struct State {
    Descent path;
    template <class Self, class V> static void visit(Self& s, V&& v) { Descent::visit(s.path, v); }
  };
  State start(Point at) const { return {Descent(std::move(at))}; }
  StepReport step(Evaluator& f, State& s) const {
    for (double& x : s.path.at.x) x *= share;
    f(s.path.at);
    return {};
  }
  Observations observe(const State&) const { return {{"step_length", {1}, Per::step}}; }
  Observations details(const State&) const { return {}; }
};
std::shared_ptr<const MethodBase> make_method(const Halving& method) { return method_of(method); }

namespace {

using testing::contains;
using testing::message_of;

const Function bowl = [](std::span<const double> x, std::span<double> g) {
  g[0] = 2 * x[0];
  return x[0] * x[0];
};

bool listed(std::string_view label) {
  return std::ranges::any_of(first_order_methods(), [&](const RuleInfo& i) { return i.label() == label; });
}

TEST(Register, ARuleIsKnownByItsName) {
  EXPECT_THROW(Method("constant"), Error);
  const auto& before = first_order_methods();
  const std::size_t count = before.size();
  register_rule<Constant>();
  EXPECT_EQ(before.size(), count);  // what was given out stays
  EXPECT_TRUE(listed("constant"));
  const Options o{.max_iterations = 3, .tolerance = 0};
  const Result named = minimize(bowl, {1}, "constant,learning_rate=0.25", o);
  EXPECT_EQ(named.last_x[0], 0.25);
  EXPECT_EQ(named.optimizer, "constant,learning_rate=0.25");
  EXPECT_EQ(named.x, minimize(bowl, {1}, Constant{.learning_rate = 0.25}, o).x);
  EXPECT_EQ(FirstOrder::parse(named.optimizer).spec(), named.optimizer);
  EXPECT_TRUE(contains(message_of<Error>([] { Method("constant,rate=1"); }), "key 'rate' is not known"));
  EXPECT_TRUE(contains(message_of<Error>([] { Method("constent"); }), "did you mean 'constant'"));
  EXPECT_EQ(message_of<Error>(register_rule<Constant>),
            "there is a method 'constant' already: give another name or variant");
}

TEST(Register, AVariantOfALibrarysRuleStandsBesideIt) {
  register_rule<OwnAdam>();
  EXPECT_EQ(FirstOrder::parse("adam").label(), "adam:paper");
  EXPECT_EQ(FirstOrder::parse("adam:own").label(), "adam:own");
}

TEST(Register, AMethodIsKnownByItsName) {
  EXPECT_THROW(Method("halving"), Error);
  register_method<Halving>();
  const Options o{.max_iterations = 2, .tolerance = 0};
  const Result named = minimize(bowl, {1}, "halving,share=0.25", o);
  EXPECT_EQ(named.last_x[0], 0.0625);
  EXPECT_EQ(named.optimizer, "halving,share=0.25");
  EXPECT_EQ(deterministic_methods().back().label(), "halving");
  EXPECT_TRUE(is_deterministic("Halving"));
  EXPECT_TRUE(contains(message_of<Error>([] { Method("halving,share=2"); }), "out of range"));
  EXPECT_EQ(message_of<Error>(register_method<Halving>), "there is a method 'halving' already: give another name");
}

TEST(Register, WhatIsMalformedOrTakenIsRefusedInOneLine) {
  const std::size_t count = first_order_methods().size();
  for (const auto& [call, said] :
       {std::pair{&register_rule<Nameless>, "'' is no name for a method"},
        std::pair{&register_rule<Spaced>, "'two words' is no name for a method"},
        std::pair{&register_rule<Keyed>, "'a=b' is no name for a method"},
        std::pair{&register_rule<Untitled>, "untitled: its card has no title"},
        std::pair{&register_rule<Formless>, "formless: its card has no formula"},
        std::pair{&register_rule<OddVariant>, "odd: 'a,b' is no variant"},
        std::pair{&register_rule<SecondLbfgs>, "there is a method 'lbfgs' already"},
        std::pair{&register_rule<SecondGd>, "there is a method 'gd' already"},
        std::pair{&register_rule<SecondSgd>, "there is a method 'sgd' already"},
        std::pair{&register_rule<SecondAdam>, "there is a method 'adam:paper' already"},
        std::pair{&register_rule<HeavyBall>, "'heavy-ball' is what momentum is called elsewhere"},
        std::pair{&register_rule<Clashing>, "clashing: a field cannot be called weight_decay"},
        std::pair{&register_rule<OutOfRange>, "out_of_range: the default of rate, -1, is out of range"}}) {
    const std::string message = message_of<Error>(call);
    EXPECT_TRUE(contains(message, said)) << message;
    EXPECT_EQ(message.find('\n'), message.npos);
  }
  EXPECT_EQ(first_order_methods().size(), count);
}

constexpr std::string_view numbered[] = {"own0", "own1", "own2", "own3"};
template <int N> struct Numbered { static constexpr Card card{.name = numbered[N], .title = "t", .formula = "f"}; };

TEST(Register, FromSeveralThreadsWhileOthersRead) {
  const std::size_t count = first_order_methods().size();
  std::vector<std::thread> threads;
  for (const auto call : {&register_rule<Normalised<Numbered<0>>>, &register_rule<Normalised<Numbered<1>>>,
                          &register_rule<Normalised<Numbered<2>>>, &register_rule<Normalised<Numbered<3>>>}) {
    threads.emplace_back(call);
    threads.emplace_back([] {
      for (int k = 0; k < 50; ++k) Method("adam,learning_rate=0.5"), listed("own0");
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(first_order_methods().size(), count + 4);
  for (const std::string_view name : numbered) EXPECT_NO_THROW(Method{name}) << name;
}

}  // namespace
}  // namespace talweg
