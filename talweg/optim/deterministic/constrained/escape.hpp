#pragma once
#include <vector>

#include "talweg/optim/evaluator.hpp"

namespace talweg::constrained {

/// Where the violation is stationary but not least (x² >= 1 or xy = 1 at 0), a small move lowers it that no derivative
/// shows. Tries both ways along each variable and along 20 random directions (100 directions at most), at three lengths
/// from 1e-4 to 1 times the variables' sizes, and where the misses fall, as far as their fall, growing like the square
/// of the way, promises to end them; inside the bounds. Only constraints are evaluated. The point with the least sum of
/// misses, or an empty vector where none is visibly lower: then x is a local minimiser of the violation as far as one
/// can see. Throws BudgetSpent when the time is over.
std::vector<double> less_violated(const Evaluator& f, std::span<const double> x);

}  // namespace talweg::constrained
