#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "talweg/base/hook.hpp"
#include "talweg/optim/least_squares/loss.hpp"
#include "talweg/optim/objective.hpp"
#include "talweg/optim/options.hpp"

namespace talweg {

/// What a callback sees after each step of a fit. Iteration 0 is the start.
struct FitIteration {
  std::int64_t iteration;
  std::span<const double> x;  ///< (n)
  double value;               ///< Σ weight·loss
  double cosine;              ///< of the angle between the residuals and the tangent space of the model
  double radius;              ///< Δ
  Evaluations evaluations;    ///< so far
};

/// The limits, weights and bounds of one fit.
struct LeastSquaresOptions {
  std::int64_t max_iterations = 1000;
  std::int64_t max_evaluations = std::numeric_limits<std::int64_t>::max();  ///< of the residuals
  double max_seconds = std::numeric_limits<double>::infinity();
  /// Converged when the cosine of the angle between the residuals and the space that the columns of the Jacobian span
  /// is at most this: the fall of ‖r‖ that the linear model still sees, relative to ‖r‖, is half its square. Without
  /// units (Bates & Watts 1981, the relative offset). 0: no test, exactly max_iterations steps.
  double tolerance = 1e-8;
  Bounds bounds = {};
  /// (m), each at least 0: the sum is Σ weights_i·r_i². Empty: all 1.
  std::vector<double> weights = {};
  Loss loss = {};
  double level = 0.95;  ///< of the intervals
  /// The weights are 1/variance as they are known: standard errors do not take the scatter of the residuals into
  /// account.
  bool known_variances = false;
  /// Compare a Jacobian of the user's own with differences before the first step.
  bool check_jacobian = true;
  /// Measure the curvature where a fit ends, up to 50 parameters: whether it is a minimum, and Newton's last steps. One
  /// evaluation with its Jacobian for each parameter, counted as checks.
  bool check_curvature = true;
  std::vector<std::string> names = {};  ///< of the parameters, for messages; without them x[0], x[1], …
  Hook<FitIteration> on_iteration = {};
};

}  // namespace talweg
