#pragma once
#include <string>

#include "talweg/optim/evaluator.hpp"

/// Points on bounds where the slope of f is infinite, as that of √x at 0.
namespace talweg {

/// A start on a bound from which f falls inwards with an infinite slope is moved off it. Whether that has helped.
bool step_inside(Evaluator& f, Point& start);

/// The point from which f falls onto bounds with an infinite slope, Evaluator::cliff: the variables that do so are at
/// their least there, and their bounds (in `options`) fix them from now on. Their names join `held`.
Point hold_at_cliff(Evaluator& f, Options& options, std::string& held);

}  // namespace talweg
