#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "optim/first_order/properties.hpp"
#include "talweg/base/error.hpp"
#include "talweg/optim/first_order/sparse.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg {
namespace {

template <class Tuple> struct TypesOf;
template <class... R> struct TypesOf<std::tuple<R...>> { using type = testing::Types<R...>; };

template <class Rule> struct EveryRule : testing::Test {};
TYPED_TEST_SUITE(EveryRule, TypesOf<AllRules>::type);

TYPED_TEST(EveryRule, BitsDoNotDependOnHowAStepIsCut) {
  properties::bits_do_not_depend_on_cuts(FirstOrder(TypeParam{}));
}
TYPED_TEST(EveryRule, SaveLoadContinueIsBitwise) { properties::save_load_continue(FirstOrder(TypeParam{})); }
TYPED_TEST(EveryRule, EveryShortLengthWithGuards) { properties::short_lengths(FirstOrder(TypeParam{})); }
TYPED_TEST(EveryRule, OutOfRangeIsRefusedByName) { properties::refuses_out_of_range(TypeParam{}); }
TYPED_TEST(EveryRule, AParameterInItsRangeMakesNoNan) {
  properties::parameters_in_range_make_no_nan(FirstOrder(TypeParam{}));
}
TYPED_TEST(EveryRule, ANanIsNotHidden) { properties::nan_spreads_to_its_own_x(FirstOrder(TypeParam{})); }

/// The loops of the library are clones for several instruction sets; here the same update runs one element at a time.
TYPED_TEST(EveryRule, LanesDoNotMatter) { properties::lanes_do_not_matter(FirstOrder(TypeParam{})); }

/// Options that change the slots in use go through other loops.
TEST(RuleOptions, PresetsInTheirRangesMakeNoNan) {
  for (const RuleInfo& m : first_order_methods())
    properties::parameters_in_range_make_no_nan(FirstOrder::parse(m.label()));
}

/// Schedules may end at the rate 0.
TEST(RuleOptions, ARateOfZeroMakesNoNan) {
  for (const RuleInfo& m : first_order_methods()) {
    if (!m.traits.uses_rate) continue;
    FirstOrder method = FirstOrder::parse(m.label());
    method.schedule = Schedule::parse("cosine,steps=3");
    for (const double size : {0.0, 1e-3, 1.0}) {
      properties::finite_steps<double>(method, size, " by a cosine");
      properties::finite_steps<float>(method, size, " by a cosine");
    }
  }
}

TEST(RuleOptions, AZeroThatIsDividedByIsRefused) {
  const auto message = [](const char* spec) {
    try {
      FirstOrder::parse(spec);
    } catch (const Error& e) {
      return std::string(e.what());
    }
    return std::string("taken");
  };
  for (const char* rule : {"adam", "adam:eps-hat", "adam:inside", "adamw", "adamw:keras", "adamax", "adamax:keras",
                           "nadam", "nadam:constant", "radam", "rmsprop", "rmsprop:inside", "adadelta"})
    EXPECT_NE(message((std::string(rule) + ",epsilon=0").c_str()).find("must be at least 1e-300"), std::string::npos)
        << rule << ": " << message((std::string(rule) + ",epsilon=0").c_str());
  EXPECT_NE(message("adagrad,epsilon=0").find("epsilon = 0 divides by zero"), std::string::npos);
  EXPECT_NE(message("adagrad:inside,epsilon=0").find("epsilon = 0 divides by zero"), std::string::npos);
  EXPECT_EQ(message("adagrad,epsilon=0,initial_accumulator=0.1"), "taken");
  EXPECT_EQ(message("adagrad:keras,epsilon=0"), "taken");
  EXPECT_NE(message("ftrl:keras,initial_accumulator=0").find("must not all be 0"), std::string::npos);
  EXPECT_EQ(message("ftrl:keras,initial_accumulator=0,beta=1"), "taken");
  EXPECT_NE(message("ftrl,beta=0,l2=0").find("must not all be 0"), std::string::npos);
  EXPECT_EQ(message("ftrl,beta=0"), "taken");
  for (const char* spec : {"sgd,learning_rate=inf", "momentum,momentum=1", "adam,beta2=1", "rmsprop,decay=1",
                           "rprop,step_max=inf", "ftrl,alpha=0", "adam,epsilon=inf", "lion,beta1=1"})
    EXPECT_NE(message(spec).find("must be"), std::string::npos) << spec;
}

TEST(RuleOptions, SinglePrecisionRefusesWhatItCannotHold) {
  EXPECT_NO_THROW(Optimizer<double>(FirstOrder::parse("adam,epsilon=1e-60"), 1));
  try {
    Optimizer<float>(FirstOrder::parse("adam,epsilon=1e-60"), 1);
    ADD_FAILURE() << "epsilon is 0 in float";
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(),
                 "adam:paper: epsilon = 1e-60 does not fit the single precision of these parameters: it must lie "
                 "between 1.2e-38 and 3.4e+38");
  }
  EXPECT_THROW(Optimizer<float>(FirstOrder::parse("sgd,learning_rate=1e39"), 1), Error);
  EXPECT_THROW(Optimizer<float>(FirstOrder::parse("sgd,weight_decay=1e39"), 1), Error);
  EXPECT_THROW(SparseOptimizer<float>(FirstOrder::parse("adam,epsilon=1e-60"), 1), Error);
}

TEST(RuleOptions, KeepTheProperties) {
  for (const char* spec :
       {"adam,amsgrad=true", "adam:eps-hat,amsgrad=true", "adam:inside,amsgrad=true", "adamw,amsgrad=true",
        "adamw:keras,amsgrad=true", "rmsprop,momentum=.5", "rmsprop,centered=true",
        "rmsprop:inside,momentum=.5,centered=true", "adam,weight_decay=.1,ema=.9,averaging=true",
        "sgd:keras,weight_decay=.1", "nesterov,weight_decay=.2"}) {
    const FirstOrder method = FirstOrder::parse(spec);
    properties::bits_do_not_depend_on_cuts(method);
    properties::save_load_continue(method);
    properties::short_lengths(method);
    properties::nan_spreads_to_its_own_x(method);
    properties::lanes_do_not_matter(method);
  }
}

TEST(RuleOptions, AnOptionOfCoefficientZeroChangesNothing) {
  // rmsprop runs another loop with three slots as soon as one option is on; a momentum of 1e-300 is on and has no
  // effect.
  auto plain = properties::run<double>(FirstOrder(Rmsprop{}), 37, 20);
  auto general = properties::run<double>(FirstOrder(Rmsprop{.momentum = 1e-300}), 37, 20);
  for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_NEAR(plain[i], general[i], 1e-15 * std::abs(plain[i]));
}

}  // namespace
}  // namespace talweg
