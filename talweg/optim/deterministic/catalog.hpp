#pragma once
#include <memory>

#include "talweg/base/export.hpp"
#include "talweg/optim/deterministic/settings.hpp"

namespace talweg::detail {

/// A method with its defaults.
using MakeConfigurable = std::unique_ptr<Configurable> (*)();
/// Puts a method behind those that `deterministic_methods` lists. Nothing is checked: see optim/register.hpp.
TALWEG_API void join_deterministic(MakeConfigurable make);

}  // namespace talweg::detail
