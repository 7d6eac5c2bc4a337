#pragma once
#include "talweg/base/export.hpp"
#include "talweg/nn/ops/activations.hpp"
#include "talweg/tensor/elementwise.hpp"

/// What is called of an activation, made from its struct. Whoever includes this compiles the loops.
namespace talweg::nn {

template <class F>
template <class T>
void Elementwise<F>::forward(Pool& pool, const Operands<T>& x, View<T> y, T*) const {
  map(
      pool, y.size(), [g = f](T& out, T in) { out = g.value(in); }, y.data(), x[0].data());
}

template <class F>
template <class T>
void Elementwise<F>::backward(Pool& pool, const Operands<T>& x, View<const T> y, const T*, View<const T> dy,
                              const Gradients<T>& dx) const {
  if (dx[0].empty()) return;
  map(
      pool, y.size(), [g = f](T& out, T in, T result, T up) { out += g.slope(in, result) * up; }, dx[0].data(),
      x[0].data(), y.data(), dy.data());
}

namespace detail {

template <class F> struct ActivationOf {
  template <class T> static Var<T> recorded(Var<T> x) { return x.tape()(ActivationOperation<F>{}, x); }
  template <class T> static void value(Pool& pool, View<const T> x, View<T> y) {
    ActivationOperation<F>{}.template forward<T>(pool, {x}, y, nullptr);
  }
  static constexpr ActivationTable table{
      F::card, F::traits, {recorded<float>, value<float>}, {recorded<double>, value<double>}};
};
/// Makes an activation known by its name.
TALWEG_API void join(const ActivationTable& table);

}  // namespace detail

/// Makes an activation of a program's own known by the name on its card: to `activation`, and to models,
/// mlp:64,activation=mine. Throws Error for a name that is taken or no word.
template <class F> void register_activation() { detail::join(detail::ActivationOf<F>::table); }

}  // namespace talweg::nn
