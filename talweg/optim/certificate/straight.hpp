#pragma once
#include <optional>
#include <span>

#include "talweg/optim/certificate/certify.hpp"
#include "talweg/optim/certificate/hessian.hpp"

namespace talweg::certificate {

/// A lower point along a variable in which f has a slope and no curvature at all; empty where there is none. `lengths`
/// (n) are those of the variables.
std::optional<Point> fall_along_straight(Evaluator& f, const Question& question, const Hessian& h,
                                         std::span<const double> lengths);

}  // namespace talweg::certificate
