#pragma once
#include <tuple>
#include <type_traits>
#include <utility>

#include "talweg/base/export.hpp"
#include "talweg/optim/first_order/adadelta.hpp"
#include "talweg/optim/first_order/adagrad.hpp"
#include "talweg/optim/first_order/adam.hpp"
#include "talweg/optim/first_order/adamax.hpp"
#include "talweg/optim/first_order/adamw.hpp"
#include "talweg/optim/first_order/ftrl.hpp"
#include "talweg/optim/first_order/lion.hpp"
#include "talweg/optim/first_order/momentum.hpp"
#include "talweg/optim/first_order/nadam.hpp"
#include "talweg/optim/first_order/nesterov.hpp"
#include "talweg/optim/first_order/radam.hpp"
#include "talweg/optim/first_order/rmsprop.hpp"
#include "talweg/optim/first_order/rprop.hpp"
#include "talweg/optim/first_order/sgd.hpp"

namespace talweg {

/// The rules by family: each is compiled in a file of instances/, side by side. Joining one is joining the command
/// line, the help, the reference pages, model files and the property tests.
using MomentumRules = std::tuple<Sgd, Momentum, MomentumTorch, MomentumEma, Nesterov, NesterovTorch, NesterovKeras>;
using AdaptiveRules = std::tuple<Adagrad, AdagradInside, Rmsprop, RmspropInside, Adadelta>;
using AdamRules = std::tuple<Adam, AdamEpsHat, AdamInside, AdamW, AdamWKeras>;
using AdamLikeRules = std::tuple<Adamax, AdamaxKeras, RAdam, Lion, Nadam, NadamConstant>;
using RpropFtrlRules = std::tuple<IRpropMinus, RpropMinus, RpropPlus, IRpropPlus, Ftrl, FtrlKeras>;

using RuleFamilies = std::tuple<MomentumRules, AdaptiveRules, AdamRules, AdamLikeRules, RpropFtrlRules>;

namespace detail {
template <class... Families>
TALWEG_API auto joined(std::tuple<Families...>*) -> decltype(std::tuple_cat(std::declval<Families>()...));
}  // namespace detail

/// Every rule of the library. The first of a name is what the bare name means.
using AllRules = decltype(detail::joined(static_cast<RuleFamilies*>(nullptr)));

namespace detail {
template <class Rule, class... Rules> consteval bool is_one_of(std::tuple<Rules...>*) {
  return (std::is_same_v<Rule, Rules> || ...);
}
template <class Rule> inline constexpr bool built_in = is_one_of<Rule>(static_cast<AllRules*>(nullptr));
}  // namespace detail

}  // namespace talweg
