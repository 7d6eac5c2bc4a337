#include "talweg/optim/check_use.hpp"

#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/verdict.hpp"

namespace talweg {

using text::cat;

void check_use(std::span<const double> x0, const Options& o, const MethodTraits& traits) {
  if (!o.bounds.empty() && !traits.bounds)
    throw Error(cat(traits.spec, " takes no bounds; use lbfgsb or a first-order method"));
  if (!o.constraints.empty() && !traits.constraints)
    throw Error(cat(traits.spec, " takes no constraints (", o.constraints[0].name, "); use sqp or auglag"));
  for (std::size_t i = 0; i < x0.size(); ++i)
    if (!std::isfinite(x0[i]))
      throw Error(cat("the start is not finite: ", variable_name(o, i), " = ", x0[i], "; give a finite number"));
  if (o.max_iterations && *o.max_iterations < 0)
    throw Error(cat("max_iterations = ", *o.max_iterations, " is out of range; use 0 or more"));
  if (o.max_evaluations < 1)
    throw Error(cat("max_evaluations = ", o.max_evaluations, " is out of range; use 1 or more"));
  if (!(o.max_seconds > 0)) throw Error(cat("max_seconds = ", o.max_seconds, " is out of range; use more than 0"));
  if (!(o.tolerance >= 0 && o.tolerance < 1))
    throw Error(cat("tolerance = ", o.tolerance, " is out of range [0, 1); 0 switches convergence tests off"));
  if (o.gradient_tolerance && !(*o.gradient_tolerance >= 0 && std::isfinite(*o.gradient_tolerance)))
    throw Error(
        cat("gradient_tolerance = ", *o.gradient_tolerance, " is out of range; use a finite number of 0 or more"));
  if (o.gradient_tolerance && !o.constraints.empty())
    throw Error("gradient_tolerance is a test of f alone: under constraints use tolerance, which needs no units");
  if (o.target_value && std::isnan(*o.target_value)) throw Error("target_value is not a number");
  if (o.bounds.empty()) return;
  for (const auto* side : {&o.bounds.lower, &o.bounds.upper})
    if (side->size() != x0.size())
      throw Error(cat("bounds: ", side == &o.bounds.lower ? "lower" : "upper", " has ", side->size(), " entries for ",
                      x0.size(), " variables; give one for each, infinite where there is none"));
  for (std::size_t i = 0; i < x0.size(); ++i)
    if (const double low = o.bounds.lower[i], high = o.bounds.upper[i]; !(low <= high))
      throw Error(cat("bounds of ", variable_name(o, i), ": lower ", low, " is above upper ", high, "; swap them"));
    else if (low == HUGE_VAL || high == -HUGE_VAL)
      throw Error(cat("bounds of ", variable_name(o, i), ": no finite number lies between ", low, " and ", high,
                      "; a missing lower bound is -inf, a missing upper bound inf"));
}

}  // namespace talweg
