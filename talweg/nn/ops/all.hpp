#pragma once
#include <tuple>
#include <utility>

#include "talweg/nn/ops/activations.hpp"
#include "talweg/nn/ops/arithmetic.hpp"
#include "talweg/nn/ops/dense.hpp"
#include "talweg/nn/ops/losses.hpp"
#include "talweg/nn/ops/regularization.hpp"

namespace talweg::nn {

/// Every operation: what the gradient check runs over. A new operation joins here, and its tests exist; a new
/// activation or loss joins the list of its own.
using AllOperations = decltype(std::tuple_cat(std::tuple<Dense, SparseDense, MatMul, Add, Subtract, Multiply, Scale,
                                                         Sum, Mean, Reshape, Dropout, L1Penalty, L2Penalty>{},
                                              std::declval<ActivationOperations>(), std::declval<LossOperations>()));

}  // namespace talweg::nn
