#pragma once
#include <vector>

#include "talweg/optim/options.hpp"

namespace talweg::constrained {

/// Where the violation is stationary but not least (x² >= 1 at 0), a small move lowers it that no derivative shows.
/// Tries 1 % and 10 % of max(1, |x_i|) both ways along each variable, or along 100 random directions when there are
/// more, inside the bounds; only constraints are evaluated. The point with the least sum of misses, or an empty vector
/// where none is visibly lower: then x is a local minimiser of the violation as far as one can see.
std::vector<double> less_violated(const Options& options, std::span<const double> x);

}  // namespace talweg::constrained
