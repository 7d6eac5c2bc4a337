#pragma once
#include <memory>
#include <vector>

#include "talweg/optim/first_order/any_rule.hpp"

namespace talweg::detail {

/// Appends the rules of a family with their defaults. Declared here, compiled once in the files beside this one (which
/// include instantiate.hpp), so that listing all rules costs nothing.
template <class Family> void add_rules(std::vector<std::unique_ptr<AnyRule>>& to);
/// One of them; not inlined, since those files are compiled for speed.
void add_rule(std::vector<std::unique_ptr<AnyRule>>& to, std::unique_ptr<AnyRule> rule);

}  // namespace talweg::detail
