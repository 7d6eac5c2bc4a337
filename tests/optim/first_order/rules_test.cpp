#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "optim/first_order/properties.hpp"
#include "talweg/base/error.hpp"
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
TYPED_TEST(EveryRule, ANanIsNotHidden) { properties::nan_spreads_to_its_own_x(FirstOrder(TypeParam{})); }

/// The loops of the library are clones for several instruction sets; here the same update runs one element at a time.
TYPED_TEST(EveryRule, LanesDoNotMatter) { properties::lanes_do_not_matter(FirstOrder(TypeParam{})); }

/// Options that change the slots in use go through other loops.
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
