// The library chooses its loops for this machine; this file compiles the same rules once, for the oldest one.
#define TALWEG_NO_CLONES
#include <gtest/gtest.h>

#include "optim/first_order/properties.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg {
namespace {

/// The rule under another type, so that its loops are made here and not taken from the library.
template <class Rule> struct Here : Rule {
  static constexpr std::array<Field<Here>, 0> params{};
  template <class T> struct Step : Rule::template Step<T> { using Rule::template Step<T>::Step; };
};

template <class Tuple> struct TypesOf;
template <class... R> struct TypesOf<std::tuple<R...>> { using type = testing::Types<R...>; };
template <class Rule> struct EveryClone : testing::Test {};
TYPED_TEST_SUITE(EveryClone, TypesOf<AllRules>::type);

TYPED_TEST(EveryClone, MakesTheSameBits) {
  for (const bool general : {false, true}) {
    FirstOrder fast(TypeParam{}), plain(Here<TypeParam>{});
    if (general) fast.weight_decay = plain.weight_decay = 0.125;
    EXPECT_TRUE(
        properties::same_bits<float>(properties::run<float>(fast, 203, 9), properties::run<float>(plain, 203, 9)));
    EXPECT_TRUE(
        properties::same_bits<double>(properties::run<double>(fast, 203, 9), properties::run<double>(plain, 203, 9)));
  }
}

}  // namespace
}  // namespace talweg
