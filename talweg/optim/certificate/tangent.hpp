#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "talweg/optim/deterministic/constrained/values.hpp"
#include "talweg/optim/options.hpp"

namespace talweg::certificate {

/// The directions that the active constraints and bounds leave open at a point, in units of the variables' lengths.
struct Tangent {
  std::vector<std::size_t> held;  ///< constraints that are met as equalities: those, and inequalities with a multiplier
  std::vector<std::uint8_t> fixed;         ///< (n) variables that their bounds hold
  std::vector<std::vector<double>> basis;  ///< (n) each, orthonormal, over the scaled variables
};

/// `multipliers` (m); `gradient` (n) is that of the Lagrangian. A multiplier counts above `least`, as a share of the
/// largest term of the gradient.
Tangent tangent_space(const Point& at, const constrained::Values& values, std::span<const double> multipliers,
                      std::span<const double> gradient, std::span<const double> lengths, const Options& options,
                      double least = 1e-6);

/// The multipliers (m) of the held constraints that make the gradient of the Lagrangian smallest over the scaled
/// variables; those of others are 0. The method's own may be those of a point before.
std::vector<double> best_multipliers(const Point& at, const constrained::Values& values,
                                     std::span<const std::size_t> held, std::span<const std::uint8_t> fixed,
                                     std::span<const double> lengths);

/// Whether no multipliers balance the gradient of f, because gradients of held constraints vanish there or depend on
/// each other: what is left of one, beside the others, changes by much of itself within the step of Newton's method to
/// where the constraints hold, which is short where they hold as they should. (x² + y²) = 0 and x² = y³ hold so at 0.
bool without_multipliers(const Point& at, const constrained::Values& values, const Tangent& tangent,
                         std::span<const double> lengths, const Options& options);

/// Moves x to where the constraints hold: a few steps of Newton's method for those `held` and those missed, the
/// shortest in the scaled variables, inside the bounds. False when they do not come to hold within what
/// Result::feasible allows.
bool restore(std::vector<double>& x, std::span<const std::size_t> held, std::span<const double> lengths,
             const Options& options);

}  // namespace talweg::certificate
