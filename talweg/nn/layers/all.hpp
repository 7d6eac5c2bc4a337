#pragma once
#include <tuple>

#include "talweg/nn/layers/activation.hpp"
#include "talweg/nn/layers/dense.hpp"
#include "talweg/nn/layers/dropout.hpp"

namespace talweg::nn {

/// Every layer: what the tests run over. A new layer joins here.
using AllLayers = std::tuple<layers::Dense, layers::Activation, layers::Dropout>;

}  // namespace talweg::nn
