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
/// along one random direction inside the bounds: two evaluations. A quadratic is exact, so a disagreement beyond
/// rounding is rare for a right gradient; it is then looked into coordinate by coordinate with two step lengths, and
/// only what neither rounding (which shrinks with the step) nor curvature (which grows with its square) explains is
/// called wrong. For more than 1,000 variables halves of the vector are tried instead, which finds one coordinate.
GradientVerdict check_gradient(Evaluator& f, const Point& start);

/// The same for each constraint; the message names the constraint. Its evaluations are counted by `f` as checks.
GradientVerdict check_constraints(Evaluator& f, const Point& start);

}  // namespace talweg
