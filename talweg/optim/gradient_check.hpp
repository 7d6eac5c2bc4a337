#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "talweg/optim/evaluator.hpp"

namespace talweg {

/// What the comparison of a gradient with differences of f says.
struct GradientVerdict {
  bool wrong = false;
  std::vector<std::size_t> coordinates;  ///< the wrong ones, first 10 at most
  std::string message;                   ///< which coordinates, the two numbers, and the likely slip
};

/// Compares f(a) - f(b) with the integral of the gradient from b to a, by the trapezoid rule, for two points beside x
/// along one random direction inside the bounds: two evaluations. A quadratic is exact, so a disagreement beyond the
/// rounding of a double is rare for a right gradient of a double f. On disagreement the same is read off several
/// segments at lengths of 1e-8 to 0.1 times the size of x: their scatter measures how noisy or coarse f is (float32,
/// rounded, simulated), and the gradient is called wrong only where two neighbouring lengths show the same error of the
/// slope beyond that. Then each coordinate is looked into; for more than 1,000 variables halves of the vector are tried
/// instead, which finds one coordinate.
GradientVerdict check_gradient(Evaluator& f, const Point& start);

/// The same for each constraint that wants it; the message names the constraint. Its evaluations are counted by `f` as
/// checks.
GradientVerdict check_constraints(Evaluator& f, const Point& start);

}  // namespace talweg
