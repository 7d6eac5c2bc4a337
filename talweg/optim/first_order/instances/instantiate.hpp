#pragma once
#include "talweg/optim/first_order/engine.hpp"
#include "talweg/optim/first_order/instances/make_rule.hpp"

namespace talweg::detail {

template <class Rule> std::unique_ptr<AnyRule> make_rule() { return std::make_unique<RuleOf<Rule>>(Rule{}); }

}  // namespace talweg::detail
