#pragma once
#include <memory>

#include "talweg/optim/first_order/any_rule.hpp"

namespace talweg::detail {

/// A rule of the library with its defaults. Declared here, compiled once in the files beside this one (which include
/// instantiate.hpp), so that listing all rules costs nothing.
template <class Rule> std::unique_ptr<AnyRule> make_rule();

}  // namespace talweg::detail
