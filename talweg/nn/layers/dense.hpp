#pragma once
#include "talweg/nn/module.hpp"
#include "talweg/nn/ops/dense.hpp"

namespace talweg::nn::layers {

/// y = x·W + b: x (B, I), weight (I, size), bias (size), y (B, size).
struct Dense {
  static constexpr Card card = described("dense", "x·W + b", "every output sees every input",
                                         {"tables of numbers", "learns any mix of its inputs",
                                          "inputs × outputs weights: on images and texts others need far fewer"});
  std::int64_t size = 1;             ///< outputs
  Init init = Init::glorot_uniform;  ///< of the weight; the bias starts at 0
  static constexpr std::array params{
      Field<Dense>{"size", &Dense::size, Range{1, 1e6}, "outputs"},
      Field<Dense>::choice<&Dense::init>("init", init_names, "how the weight begins; the bias begins at 0")};

  std::int64_t outputs(std::int64_t) const { return size; }
  std::vector<LayerParameter> parameters(std::int64_t inputs) const {
    return {{"weight", {inputs, size}}, {"bias", {size}}};
  }
  template <class T> void start(Random& random, std::span<const View<T>> parameters) const {
    initialize(init, random, parameters[0]);
  }
  template <class T> Value<T> forward(Pass<T>& pass, const Value<T>& x) const {
    if (x.sparse) return pass(nn::SparseDense{x.sparse}, pass.parameter(0), pass.parameter(1));
    return pass(nn::Dense{}, x, pass.parameter(0), pass.parameter(1));
  }
};

}  // namespace talweg::nn::layers
