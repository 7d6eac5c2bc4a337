#pragma once
#include <algorithm>

#include "talweg/nn/ops/losses/pointwise.hpp"
#include "talweg/tensor/elementwise.hpp"

/// The loops of PointwiseLoss, for whoever compiles a loss: the library its own, a program its own.
namespace talweg::nn {

template <class F> Shape PointwiseLoss<F>::shape(const Shapes& x) const {
  if (x[0] != x[1]) detail::throw_misfit(name, x[0], x[1], "predictions and targets must have equal shapes");
  return {1};
}

namespace detail {
template <class F, class T> double examples_or_outputs(View<const T> p) {
  return double(std::max<std::int64_t>(1, F::per_example ? p.rows() : p.size()));
}
}  // namespace detail

template <class F>
template <class T>
void PointwiseLoss<F>::forward(Pool& pool, const Operands<T>& x, View<T> y, T*) const {
  const double total = map_sum(pool, x[0].size(), [g = f, p = x[0].data(), t = x[1].data()](std::int64_t i) {
    return double(g.value(p[i], t[i]));
  });
  y[0] = static_cast<T>(total / detail::examples_or_outputs<F>(x[0]));
}

template <class F>
template <class T>
void PointwiseLoss<F>::backward(Pool& pool, const Operands<T>& x, View<const T>, const T*, View<const T> dy,
                                const Gradients<T>& dx) const {
  if (dx[0].empty()) return;
  const T weight = dy[0] * static_cast<T>(1.0 / detail::examples_or_outputs<F>(x[0]));
  map(
      pool, x[0].size(), [g = f, c = weight](T& out, T p, T t) { out += c * g.slope(p, t); }, dx[0].data(), x[0].data(),
      x[1].data());
}

}  // namespace talweg::nn
