#pragma once
#include <span>

#include "talweg/optim/objective.hpp"

namespace talweg::box {

/// The longest step along d inside the box, 1 at least (d itself leads to a point inside); infinite without one.
double longest_step(const Point& at, std::span<const double> d, const Bounds& box);

/// How many variables lie at a bound.
double active_bounds(std::span<const double> x, const Bounds& box);

}  // namespace talweg::box
