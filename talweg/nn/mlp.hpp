#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/nn/network.hpp"

namespace talweg::nn {

/// What a multi-layer perceptron is made of. No hidden layer: a linear model.
struct MlpOptions {
  std::int64_t inputs = 1, outputs = 1;
  std::vector<std::int64_t> hidden{};
  std::string activation = "relu";  ///< after each hidden layer; the output layer has none
  std::string init = "";            ///< of all weights; "" chooses by the activation, and Glorot for the output layer
  double dropout = 0;               ///< after each hidden activation, while training
  std::uint64_t seed = 0;
};

/// Its layers: dense, activation, dropout, dense, …. Throws Error for sizes below 1 and unknown names.
TALWEG_API std::vector<Module> mlp_layers(const MlpOptions& options);

/// A multi-layer perceptron of double, or of float: mlp<float>({.inputs = 64, .outputs = 10, .hidden = {64, 32}}).
template <class T = double> Network<T> mlp(const MlpOptions& options) {
  return Network<T>(options.inputs, mlp_layers(options), options.seed);
}

}  // namespace talweg::nn
