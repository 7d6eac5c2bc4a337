#pragma once
#include <tuple>

#include "talweg/optim/first_order/engine.hpp"
#include "talweg/optim/first_order/instances/add_rules.hpp"

namespace talweg::detail {

template <class Family> void add_rules(std::vector<std::unique_ptr<AnyRule>>& to) {
  [&]<class... Rules>(const std::tuple<Rules...>*) {
    (add_rule(to, std::make_unique<RuleOf<Rules>>(Rules{})), ...);
  }(static_cast<const Family*>(nullptr));
}

}  // namespace talweg::detail
