#pragma once
#include <functional>
#include <span>

#include "talweg/base/export.hpp"

namespace talweg::autodiff {

/// Slopes at the edge of a domain, where the chain rule meets 0·∞ or ∞ − ∞ though the slope has a limit:
/// sqrt(x)^2 at 0 is 2·sqrt(0)·∞, and the slope is 1.
///
/// Replaces each NaN of `gradient` (n), belonging to the finite f(x) = value, by the limit of that partial derivative
/// along its own axis from inside the domain, finite or infinite, and at a kink, where both sides have finite ones that
/// differ, by the middle of the two, a subgradient where f is convex along it. It is read off at three points that
/// close in on x; where they do not settle it, at a cusp, or where f jumps, the NaN stays. So do all
/// from the first NaN that stays: one is enough to make a gradient useless. At most 1,000 entries are looked into.
/// `sweep` gives f and the gradient of the plain chain rule.
TALWEG_API void settle_edge_slopes(
    std::span<const double> x, double value, std::span<double> gradient,
    const std::function<double(std::span<const double> x, std::span<double> gradient)>& sweep);

}  // namespace talweg::autodiff
