#pragma once
#include <span>

#include "talweg/data/preprocess.hpp"
#include "talweg/train/examples.hpp"
#include "talweg/train/inference.hpp"

namespace talweg::train {

/// Standard errors of the coefficients of a model without hidden layer at the optimum of its objective over
/// `training`: from the Hessian of the likelihood, the l2 penalty included (the curvature of a posterior, then); of
/// least squares sigma²·H⁻¹, sigma² by the rows beyond the parameters. `parameters` (inputs·outputs, then outputs). Of
/// several classes the coefficients of a column add to 0 over them, and the errors are of these. Says why where there
/// are none: another loss, l1, rows that are separable or too few, a Hessian that would cost more than the fit. Throws
/// Stopped.
Inference standard_errors(const data::Preprocess& preprocess, models::Model<double>& model,
                          const Examples<double>& training, Pool& pool, const Stop& stop);

}  // namespace talweg::train
