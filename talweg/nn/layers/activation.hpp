#pragma once
#include "talweg/nn/module.hpp"

namespace talweg::nn::layers {

/// y = f(x), each number or, of softmax, each row by itself.
struct Activation {
  static constexpr Card card =
      described("activation", "f(x)", "bends what the layers before compute",
                {"between dense layers", "lets a network bend: without it a stack of layers is one line",
                 "its flat parts stop the gradient"});
  nn::Activation f;

  std::int64_t outputs(std::int64_t inputs) const { return inputs; }
  template <class T> Value<T> forward(Pass<T>& pass, const Value<T>& x) const { return pass(f, x); }
};

}  // namespace talweg::nn::layers
