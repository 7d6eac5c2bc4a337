#pragma once
#include <tuple>

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

/// Every rule of the library. Joining this list is joining the command line, the help, the reference pages, model
/// files and the property tests; a new rule is instantiated in one of the files in instances/. The first rule of a
/// name is what the bare name means.
using AllRules = std::tuple<Sgd, Momentum, MomentumTorch, MomentumEma, Nesterov, NesterovTorch, NesterovKeras, Adagrad,
                            AdagradInside, Rmsprop, RmspropInside, Adadelta, Adam, AdamEpsHat, AdamInside, AdamW,
                            AdamWKeras, Adamax, AdamaxKeras, RAdam, Lion, Nadam, NadamConstant, IRpropMinus, RpropMinus,
                            RpropPlus, IRpropPlus, Ftrl, FtrlKeras>;

namespace detail {
template <class Rule, class... Rules> consteval bool is_one_of(std::tuple<Rules...>*) {
  return (std::is_same_v<Rule, Rules> || ...);
}
template <class Rule> inline constexpr bool built_in = is_one_of<Rule>(static_cast<AllRules*>(nullptr));
}  // namespace detail

}  // namespace talweg
