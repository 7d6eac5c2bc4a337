#pragma once
#include <tuple>

#include "talweg/nn/ops/activations.hpp"
#include "talweg/nn/ops/arithmetic.hpp"
#include "talweg/nn/ops/dense.hpp"
#include "talweg/nn/ops/losses.hpp"
#include "talweg/nn/ops/regularization.hpp"

namespace talweg::nn {

/// Every operation: what the gradient check runs over. A new operation joins here, and its tests exist.
using AllOperations =
    std::tuple<Dense, MatMul, Add, Subtract, Multiply, Scale, Sum, Mean, Reshape, Elementwise<Identity>,
               Elementwise<Relu>, Elementwise<LeakyRelu>, Elementwise<Elu>, Elementwise<Selu>, Elementwise<Gelu>,
               Elementwise<GeluTanh>, Elementwise<Silu>, Elementwise<Sigmoid>, Elementwise<Tanh>, Elementwise<Softplus>,
               Softmax, PointwiseLoss<SquaredError>, PointwiseLoss<HalfSquaredError>, PointwiseLoss<AbsoluteError>,
               PointwiseLoss<HuberError>, PointwiseLoss<BinaryCrossEntropy>, PointwiseLoss<HingeLoss>,
               PointwiseLoss<PoissonLoss>, SoftmaxCrossEntropy, Dropout, L1Penalty, L2Penalty>;

}  // namespace talweg::nn
