#pragma once
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "talweg/api/fit/fit_rows.hpp"
#include "talweg/api/fit/request.hpp"
#include "talweg/optim/least_squares/result.hpp"

namespace talweg::api {

struct FitOutcome {
  std::string formula, loss;
  std::vector<std::string> parameters;
  double level = 0;
  LeastSquaresResult result = {};
  /// 1 − Σ w·residual²/Σ w·(response − weighted mean)².
  double r2 = std::numeric_limits<double>::quiet_NaN();
  /// −2 log L + 2(n + 1), and with log(rows)·(n + 1): of normal residuals whose variance is estimated too. NaN for a
  /// robust loss, which is no likelihood.
  double aic = std::numeric_limits<double>::quiet_NaN(), bic = std::numeric_limits<double>::quiet_NaN();
  std::shared_ptr<const FitRows> rows = {};  ///< for pictures
  std::vector<double> weights = {};          ///< (rows); empty: all 1
};

/// Fits a formula to rows. Throws Error for anything wrong in the request or the file: one line that names the token
/// or the line, and the fix. Numerical outcomes, a NaN at the start included, are in the result.
FitOutcome fit(const FitRequest& request);

/// What the fit predicts at some inputs, and half the width of the interval that holds a new response of weight 1 with
/// probability `level`; NaN where the covariance is not known.
struct Prediction {
  double value, half_width;
};
Prediction predict(const FitOutcome& outcome, std::span<const double> inputs);

}  // namespace talweg::api
