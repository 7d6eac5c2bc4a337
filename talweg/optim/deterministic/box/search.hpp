#pragma once
#include "talweg/optim/deterministic/line_search/line_search.hpp"

namespace talweg::box {

/// A step inside a box: weak Wolfe conditions by safeguarded interpolation, never beyond `longest`, where sufficient
/// decrease is enough. Between two trials the minimiser of the cubic and that of the parabola are averaged when the
/// cubic's is the farther one (case 1 of Moré & Thuente 1994): a first trial on the far side of the box is a poor
/// witness. On HS38, where the first trial crosses the box, this decides between two valleys: 25 evaluations or 90.
SearchResult search(const SearchSettings& settings, Ray& ray, double first, double longest);

/// The longest step along d inside the box, 1 at least (d itself leads to a point inside).
double longest_step(const Point& at, std::span<const double> d, const Bounds& box);

}  // namespace talweg::box
