#pragma once
#include <span>

#include "talweg/optim/method.hpp"

namespace talweg {

/// Throws Error for a start that is not finite, for options out of range, and for bounds or constraints that the method
/// does not take.
void check_use(std::span<const double> x0, const Options& options, const MethodTraits& traits);

}  // namespace talweg
