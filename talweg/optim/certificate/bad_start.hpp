#pragma once
#include "talweg/optim/certificate/certify.hpp"

namespace talweg::certificate {

/// Powers of the tolerance: by how much the way so far is longer than the curvature explains, where the start was bad
/// perhaps, surely, and even if the minimum is of higher order: there the way always is longer (x⁴ from 1, at 1e-4).
inline constexpr double perhaps_bad = 0.5, surely_bad = 1, bad_in_any_order = 2;

/// Whether the way so far is that from a bad start, beside which all that is left looks like nothing: Rosenbrock's
/// function from 1e5, where f is 1e22, passes every test of a share of the fall in its valley, at f = 1e5.
struct BadStart {
  const Question& question;
  double swing = 0;    ///< what the curvature makes of f over the natural lengths of the variables
  double present = 0;  ///< the same over lengths that none of the variables exceeds now

  /// The fall of f on `way` to `value` is by that power of the tolerance more than the swing.
  bool shows(double power, const Journey& way, double value) const;
  /// The same of a minimum of higher order, where Newton's `step` (n) would leave `left`, which is not little beside
  /// the curvature either. That of a second way shows beside the variables as they are, if these have a size: beside a
  /// minimum at x = 0 there is none. `slopes` (n) tell which variables count.
  bool slow(double left, double value, std::span<const double> step, std::span<const double> slopes) const;
  /// What the method has learnt and won is of no use: so much was `left` where it saw next to nothing.
  bool misled(double left, double value) const;
};

/// What share of the fall so far a step may promise that nominates its point; a second way has its own tolerance.
double nominating(const Question& question);

}  // namespace talweg::certificate
