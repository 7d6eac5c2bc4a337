#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/certificate/certificate.hpp"
#include "talweg/optim/options.hpp"
#include "talweg/optim/status.hpp"

namespace talweg {

/// What a fit found, how certain it is, and how it ended. All figures are measured at x.
struct LeastSquaresResult {
  std::vector<double> x;                                     ///< (n), the best point
  std::vector<double> residuals;                             ///< (m), as the function gives them: without weights
  double value = std::numeric_limits<double>::quiet_NaN();   ///< Σ weight·loss; without either the sum of squares
  double cosine = std::numeric_limits<double>::quiet_NaN();  ///< LeastSquaresOptions::tolerance
  Status status = Status::running;
  std::string message;    ///< what happened, whether the result is good to use, and what to do next
  std::string optimizer;  ///< the method that ran, with its settings
  std::int64_t iterations = 0;
  Evaluations evaluations;  ///< function: of the residuals, gradient: of the Jacobian, check: by checks
  /// What curvature says of x, in the coordinates in which JᵀJ is the identity: 1 is a model without curvature.
  Certificate certificate;
  double seconds = 0;

  std::int64_t degrees_of_freedom =
      0;  ///< rows of weight above 0 less the rank of the Jacobian, without parameters on a bound
  /// √(value/degrees_of_freedom), of a row of weight 1. NaN without degrees of freedom.
  double residual_standard_deviation = std::numeric_limits<double>::quiet_NaN();
  /// (n, n): of the linear model at x, times the variance of the residuals unless variances are known. Rows of
  /// parameters on a bound, and all where the parameters cannot be told apart, are NaN.
  std::vector<double> covariance;
  std::vector<double> correlation;      ///< (n, n)
  std::vector<double> standard_errors;  ///< (n)
  std::vector<double> low, high;        ///< (n): the intervals, x ∓ t·standard error
  std::vector<std::size_t> on_bound;    ///< parameters that a bound holds
  /// Parameters that the residuals do not tell apart at x, in groups; one alone has no effect on them.
  std::vector<std::vector<std::size_t>> confounded;

  /// Whether x may be used as the answer.
  bool success() const { return succeeds(status); }
};

}  // namespace talweg
