#pragma once
#include <array>
#include <cstddef>
#include <span>

#include "talweg/autodiff/arena.hpp"
#include "talweg/base/random.hpp"
#include "talweg/nn/ops/activations.hpp"
#include "talweg/nn/ops/dense.hpp"
#include "talweg/nn/parameters.hpp"

namespace talweg::nn {

/// A value of a forward pass: on the tape where the pass records, otherwise numbers that live until the next layer is
/// done. Rows that go in may be sparse, for a dense layer.
template <class T> struct Value {
  Var<T> recorded{};
  View<const T> numbers{};
  const SparseInput* sparse = nullptr;
};

/// One way of rows through layers. It records on a tape, for training, or only computes, for predictions; layers are
/// written once, and do not see which.
template <class T> class Pass {
 public:
  /// Records on `tape`, with keys of random masks from `random`.
  Pass(Tape<T>& tape, const Parameters<T>& parameters, Random& random)
      : tape_(&tape), random_(&random), pool_(tape.pool()), parameters_(parameters) {}
  /// Computes only.
  Pass(Pool& pool, std::span<const Parameter> list, std::span<const T> values)
      : pool_(pool), parameters_{list, {}, {}}, values_(values) {}

  /// Whether a backward pass may follow: what is for training alone (dropout) happens only then.
  bool records() const { return tape_ != nullptr; }
  /// Random bits for a mask; of a pass that records.
  std::uint64_t key() { return random_->bits(); }

  Value<T> input(View<const T> x) { return records() ? Value<T>{.recorded = tape_->constant(x)} : numbers(x); }
  Value<T> input(const SparseInput& x) { return {.sparse = &x}; }
  /// What a layer, whose parameters begin at `first`, makes of x.
  template <class L> Value<T> through(const L& layer, std::size_t first, const Value<T>& x) {
    first_ = first;
    scratch_[turn_].clear();  // x lies in the other one
    const Value<T> y = layer.forward(*this, x);
    if (y.numbers.data() != x.numbers.data()) turn_ = 1 - turn_;
    return y;
  }
  /// The layer's parameter i.
  Value<T> parameter(std::size_t i) {
    const Parameter& p = parameters_.list[first_ + i];
    if (records()) return {.recorded = tape_->variable(parameters_.value(p), parameters_.gradient(p))};
    return numbers({values_.data() + p.offset, p.shape});
  }

  /// The result of an operation.
  template <autodiff::Operation Op, class... X> Value<T> operator()(const Op& op, const X&... x) {
    if (records()) return {.recorded = (*tape_)(op, x.recorded...)};
    const View<T> y = take(op.shape({x.numbers.shape()...}));
    op.template forward<T>(pool_, {x.numbers...}, y, nullptr);
    return numbers(y);
  }
  Value<T> operator()(const Activation& f, const Value<T>& x) {
    if (records()) return {.recorded = f(x.recorded)};
    const View<T> y = take(x.numbers.shape());
    f.value<T>(pool_, x.numbers, y);
    return numbers(y);
  }

 private:
  static Value<T> numbers(View<const T> x) { return {.numbers = x}; }
  View<T> take(const Shape& shape) { return {scratch_[turn_].take(shape.size()), shape}; }

  Tape<T>* tape_ = nullptr;
  Random* random_ = nullptr;
  Pool& pool_;
  Parameters<T> parameters_;
  std::span<const T> values_;
  std::size_t first_ = 0, turn_ = 0;
  std::array<autodiff::Arena<T>, 2> scratch_;  // of the layer at work, and of the one before
};

}  // namespace talweg::nn
