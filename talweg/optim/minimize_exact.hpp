#pragma once
#include <functional>
#include <span>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/minimize.hpp"

namespace talweg {

/// `minimize` of a function whose gradient comes with it from one tape: it is not checked, curvature is measured in
/// full, and `rounding` tells how far f(x) may be off. Compiled once, and not in every program.
TALWEG_API Result minimize_exact(const Function& f, std::function<double(std::span<const double> x)> rounding,
                                 std::vector<double> x0, const Method& method, const Options& options);

}  // namespace talweg
