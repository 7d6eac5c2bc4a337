#pragma once
#include <vector>

#include "talweg/optim/certificate/journey.hpp"
#include "talweg/optim/objective.hpp"

namespace talweg::certificate {

/// What is natural for each variable (n): its size, or how far it came of late. Where both are 0, that of the others,
/// the width of its box, or 1.
std::vector<double> natural_lengths(const Point& p, const Journey& journey, const Bounds& box);
/// The same, but none longer than any variable is at p: a way may be that from a bad start.
std::vector<double> present_lengths(const Point& p, std::vector<double> lengths);

}  // namespace talweg::certificate
