#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/base/random.hpp"
#include "talweg/nn/module.hpp"

namespace talweg::nn {

/// Which parameters a penalty is on.
enum class Penalised { weights, all };

/// A layer in its place.
struct PlacedLayer {
  Module module;
  std::string name;              ///< "dense1": the first of its kind
  std::int64_t inputs, outputs;  ///< numbers in a row
  std::size_t first, count;      ///< its parameters in Parameters::list
};

/// Throws Error for rows of less than 1 number, or of more than the library takes.
TALWEG_API void check_row_size(std::string_view what, std::int64_t size);

/// A feed-forward network: one layer after the other, and the tape that differentiates them.
template <class T> class TALWEG_API Network {
 public:
  /// Layers for rows of `inputs` numbers, their parameters drawn from the seed. Throws Error for sizes that no network
  /// has.
  Network(std::int64_t inputs, std::vector<Module> layers, std::uint64_t seed = 0);

  /// Forward pass of x (B, inputs), recorded: a loss of the result knows its gradient. x is not copied; it must live
  /// unchanged until backward(). The first forward pass after a backward() starts the tape afresh, and values from
  /// before it become stale.
  Var<T> operator()(View<const T> x);
  Var<T> operator()(Tensor<T>&&) = delete;  // would not live until backward()
  /// The same for sparse rows, through a first layer that is dense.
  Var<T> operator()(const SparseInput& x);
  Var<T> operator()(SparseInput&&) = delete;

  /// Predictions (B, outputs) for x (B, inputs), recorded nowhere, without dropout.
  Tensor<T> predict(View<const T> x) const;
  void predict(View<const T> x, View<T> y) const;
  void predict(const SparseInput& x, View<T> y) const;

  Parameters<T> parameters() { return {list_, values_, gradients_}; }
  std::span<const T> values() const { return values_; }
  /// l1·Σ|w| + l2/2·Σw² over the weights, or over the biases too, to be added to a loss of the same forward pass.
  Var<T> penalty(double l1, double l2, Penalised which = Penalised::weights);

  std::int64_t inputs() const { return layers_.front().inputs; }
  std::int64_t outputs() const { return layers_.back().outputs; }
  std::span<const PlacedLayer> layers() const { return layers_; }
  std::int64_t parameter_count() const { return static_cast<std::int64_t>(values_.size()); }
  Tape<T>& tape() { return *tape_; }
  /// Draws the dropout masks; save and restore its state to resume bit by bit.
  Random& random() { return random_; }
  /// Uses `pool` from now on, with the same results; it must outlive the network.
  void use(Pool& pool) { tape_->use(pool); }

 private:
  Var<T> variable(std::size_t parameter);
  template <class Rows> Value<T> run(Pass<T>& pass, const Rows& x) const;
  template <class Rows> Var<T> record(const Rows& x);
  template <class Rows> void predict_blocks(const Rows& x, std::int64_t rows, View<T> y) const;
  void start_afresh();
  void check_input(const Shape& shape) const;
  void check_input(const SparseInput& x) const;

  std::vector<PlacedLayer> layers_;
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

extern template class Network<float>;
extern template class Network<double>;

}  // namespace talweg::nn
