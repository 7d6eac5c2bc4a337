#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "talweg/base/random.hpp"
#include "talweg/nn/init.hpp"
#include "talweg/nn/ops/activations.hpp"
#include "talweg/nn/parameters.hpp"

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

/// Which parameters a penalty is on.
enum class Penalised { weights, all };

/// A dense layer and what follows it.
struct Layer {
  std::string name;  ///< "dense1"
  std::int64_t inputs, outputs;
  std::size_t weight, bias;  ///< places in Parameters::list
  Activation activation;
};

/// A feed-forward network: y = activation(x·W + b), layer after layer, and the tape that differentiates it.
template <class T> class Network {
 public:
  /// Throws Error for sizes below 1 and unknown names.
  explicit Network(const MlpOptions& options);

  /// Forward pass of x (B, inputs), recorded: a loss of the result knows its gradient. x is not copied; it must live
  /// unchanged until backward(). The first forward pass after a backward() starts the tape afresh, and values from
  /// before it become stale.
  Var<T> operator()(View<const T> x);
  Var<T> operator()(Tensor<T>&&) = delete;  // would not live until backward()

  /// Predictions (B, outputs) for x (B, inputs), recorded nowhere, without dropout.
  Tensor<T> predict(View<const T> x) const;
  void predict(View<const T> x, View<T> y) const;

  Parameters<T> parameters() { return {list_, values_, gradients_}; }
  /// l1·Σ|w| + l2/2·Σw² over the weights, or over the biases too, to be added to a loss of the same forward pass.
  Var<T> penalty(double l1, double l2, Penalised which = Penalised::weights);

  const MlpOptions& options() const { return options_; }
  std::span<const Layer> layers() const { return layers_; }
  std::int64_t parameter_count() const { return static_cast<std::int64_t>(values_.size()); }
  Tape<T>& tape() { return *tape_; }
  /// Draws the dropout masks; save and restore its state to resume bit by bit.
  Random& random() { return random_; }
  /// Uses `pool` from now on, with the same results; it must outlive the network.
  void use(Pool& pool) { tape_->use(pool); }

 private:
  void add_layer(std::int64_t inputs, std::int64_t outputs, const Activation& activation);
  Var<T> variable(std::size_t parameter);
  View<const T> value(std::size_t parameter) const {
    return {values_.data() + list_[parameter].offset, list_[parameter].shape};
  }
  void start_afresh();
  void check_input(const Shape& shape) const;

  MlpOptions options_;
  std::vector<Layer> layers_;
  std::vector<Parameter> list_;
  AlignedVector<T> values_, gradients_;
  Random random_;
  std::unique_ptr<Tape<T>> tape_;
};

/// Lends a pool to a network while it lives; afterwards the network works with the one that it had before.
template <class T> class PoolLoan {
 public:
  PoolLoan(Network<T>& network, Pool& pool) : network_(network), before_(network.tape().pool()) { network.use(pool); }
  ~PoolLoan() { network_.use(before_); }
  PoolLoan(const PoolLoan&) = delete;
  PoolLoan& operator=(const PoolLoan&) = delete;

 private:
  Network<T>& network_;
  Pool& before_;
};

/// A multi-layer perceptron of double, or of float: mlp<float>({.inputs = 64, .outputs = 10, .hidden = {64, 32}}).
template <class T = double> Network<T> mlp(const MlpOptions& options) { return Network<T>(options); }

extern template class Network<float>;
extern template class Network<double>;

}  // namespace talweg::nn
