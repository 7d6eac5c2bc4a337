#pragma once
#include <memory>

#include "talweg/optim/first_order/any_rule.hpp"

namespace talweg::detail {

/// Puts a rule behind those that `first_order_methods` lists. Nothing is checked: see optim/register.hpp.
void join_rules(std::unique_ptr<AnyRule> rule);

}  // namespace talweg::detail
