#pragma once
#include <span>

#include "talweg/autodiff/scalar_tape.hpp"

namespace talweg::autodiff {

/// What is known of one operand: its computed value, and how far that may lie from the exact one.
struct Inexact {
  double value, error;
};

/// How far the computed value `p.value` of one operation may lie from the exact one: what the errors of its operands
/// become on the way (to all orders, so that a residual that rounds to 0 keeps its square), and its own rounding, half
/// a unit in the last place of an arithmetic operation and a whole one of a function. Infinite where the error
/// reaches a pole. Running error analysis: Higham 2002, Accuracy and Stability of Numerical Algorithms, section 3.3.
double rounding_of(ScalarOp op, const Inexact& a, const Inexact& b, double c, const Partials& p);

/// ScalarTape::rounding where the inputs are not exact either: `errors` (inputs).
double rounding_of(const ScalarTape& tape, ScalarTape::Id result, std::span<const double> errors);

}  // namespace talweg::autodiff
