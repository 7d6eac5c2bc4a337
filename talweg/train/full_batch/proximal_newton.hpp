#pragma once
#include <memory>
#include <string_view>

#include "talweg/train/full_batch/full_batch.hpp"

namespace talweg::train {

/// A learner for models without hidden layer with an l1 penalty: mean loss + l2/2·Σw² + l1·Σ|w| over `training`, whose
/// optimum has weights of exactly 0. An iteration is a proximal Newton step (Yuan, Ho and Lin 2012, newGLMNET): the
/// Hessian over the columns that are not 0 or would not stay so, the minimum of that model with the penalty by
/// coordinate descent, and a step back along the way there where the objective asks for it (Tseng and Yun 2009). Of
/// least squares the model is the objective. l1 is in the unit of the target, w too: scikit-learn's Lasso with alpha =
/// l1/2. Rows may be sparse. The same bits for every number of threads; Model, rows and pool must outlive it.
std::unique_ptr<Learner> proximal_newton(models::Model<double>& model, const Examples<double>& training,
                                         const Examples<double>& validation, const FullBatchOptions& options,
                                         Pool& pool);

inline constexpr std::string_view proximal_newton_name = "proximal_newton";

/// Whether the objective of such a model with this loss has a second derivative that is known.
bool has_proximal_newton(const models::ModelSpec& spec, std::string_view loss);

}  // namespace talweg::train
