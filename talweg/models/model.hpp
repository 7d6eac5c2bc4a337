#pragma once
#include <cstdint>

#include "talweg/models/head.hpp"
#include "talweg/models/inputs.hpp"
#include "talweg/models/model_spec.hpp"
#include "talweg/nn/mlp.hpp"
#include "talweg/nn/ops/losses.hpp"

namespace talweg::models {

/// The parameters of a model, without its memory. Throws Error for sizes that no network can have.
std::vector<nn::Parameter> layout(const ModelSpec& spec, const Head& head, std::size_t inputs);

/// A model at work: the network, and what its outputs mean. `linear`, `logistic` and `softmax` are networks without a
/// hidden layer that start from zero.
template <class T> class Model {
 public:
  Model(ModelSpec spec, Head head, std::size_t inputs, std::uint64_t seed);

  /// The loss of rows x (B, inputs) as one number; the penalties are part of what backward() differentiates, not of
  /// the number that is returned. Gradients are added to network().parameters().
  T differentiate(const Inputs<T>& x, const nn::Targets<T>& targets);

  /// Raw outputs (B, head().outputs), without dropout, recorded nowhere.
  void outputs(const Inputs<T>& x, View<T> y) const {
    x.visit([&](const auto& rows) { network_.predict(rows, y); });
  }

  const ModelSpec& spec() const { return spec_; }
  const Head& head() const { return head_; }
  nn::Network<T>& network() { return network_; }
  const nn::Network<T>& network() const { return network_; }

 private:
  ModelSpec spec_;
  Head head_;
  nn::Loss loss_;
  nn::Network<T> network_;
};

extern template class Model<float>;
extern template class Model<double>;

}  // namespace talweg::models
