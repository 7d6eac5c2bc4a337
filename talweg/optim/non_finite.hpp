#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "talweg/optim/evaluator.hpp"

namespace talweg {

/// "the gradient of f in x is nan after iteration 3 (x = 0)"; empty where all of p is finite.
std::string name_non_finite(const Point& p, const Options& options, std::int64_t iteration);

/// Many variables change in a step to where f is no number. Which of them does it alone, from the point `good`? From
/// "; " on; empty where none does. Costs a check for each variable that is tried.
std::string name_culprit(Evaluator& f, std::span<const double> good);

}  // namespace talweg
