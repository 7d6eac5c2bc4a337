#include "talweg/nn/ops/arithmetic.hpp"

#include <algorithm>

#include "talweg/tensor/elementwise.hpp"

namespace talweg::nn {
namespace {

Shape equal_shapes(std::string_view name, const Shapes& x) {
  if (x[0] != x[1]) detail::throw_misfit(name, x[0], x[1], "they must be equal");
  return x[0];
}

/// y_i += factor·x_i
template <class T> void add_scaled(Pool& pool, View<T> y, T factor, View<const T> x) {
  if (y.empty()) return;
  map(
      pool, y.size(), [factor](T& out, T in) { out += factor * in; }, y.data(), x.data());
}

/// y_i += a_i·b_i
template <class T> void add_product(Pool& pool, View<T> y, View<const T> a, View<const T> b) {
  if (y.empty()) return;
  map(
      pool, y.size(), [](T& out, T left, T right) { out += left * right; }, y.data(), a.data(), b.data());
}

template <class T> void add_constant(Pool& pool, View<T> y, T value) {
  if (y.empty()) return;
  map(
      pool, y.size(), [value](T& out) { out += value; }, y.data());
}

template <class T> double sum_of(Pool& pool, View<const T> x) {
  return map_sum(pool, x.size(), [p = x.data()](std::int64_t i) { return double(p[i]); });
}

}  // namespace

Shape Add::shape(const Shapes& x) const { return equal_shapes(name, x); }
template <class T> void Add::forward(Pool& pool, const Operands<T>& x, View<T> y, T*) const {
  map(
      pool, y.size(), [](T& out, T a, T b) { out = a + b; }, y.data(), x[0].data(), x[1].data());
}
template <class T>
void Add::backward(Pool& pool, const Operands<T>&, View<const T>, const T*, View<const T> dy,
                   const Gradients<T>& dx) const {
  add_scaled(pool, dx[0], T(1), dy);
  add_scaled(pool, dx[1], T(1), dy);
}

Shape Subtract::shape(const Shapes& x) const { return equal_shapes(name, x); }
template <class T> void Subtract::forward(Pool& pool, const Operands<T>& x, View<T> y, T*) const {
  map(
      pool, y.size(), [](T& out, T a, T b) { out = a - b; }, y.data(), x[0].data(), x[1].data());
}
template <class T>
void Subtract::backward(Pool& pool, const Operands<T>&, View<const T>, const T*, View<const T> dy,
                        const Gradients<T>& dx) const {
  add_scaled(pool, dx[0], T(1), dy);
  add_scaled(pool, dx[1], T(-1), dy);
}

Shape Multiply::shape(const Shapes& x) const { return equal_shapes(name, x); }
template <class T> void Multiply::forward(Pool& pool, const Operands<T>& x, View<T> y, T*) const {
  map(
      pool, y.size(), [](T& out, T a, T b) { out = a * b; }, y.data(), x[0].data(), x[1].data());
}
template <class T>
void Multiply::backward(Pool& pool, const Operands<T>& x, View<const T>, const T*, View<const T> dy,
                        const Gradients<T>& dx) const {
  add_product(pool, dx[0], x[1], dy);
  add_product(pool, dx[1], x[0], dy);
}

template <class T> void Scale::forward(Pool& pool, const Operands<T>& x, View<T> y, T*) const {
  map(
      pool, y.size(), [c = T(factor)](T& out, T a) { out = c * a; }, y.data(), x[0].data());
}
template <class T>
void Scale::backward(Pool& pool, const Operands<T>&, View<const T>, const T*, View<const T> dy,
                     const Gradients<T>& dx) const {
  add_scaled(pool, dx[0], T(factor), dy);
}

template <class T> void Sum::forward(Pool& pool, const Operands<T>& x, View<T> y, T*) const {
  y[0] = static_cast<T>(sum_of(pool, x[0]));
}
template <class T>
void Sum::backward(Pool& pool, const Operands<T>&, View<const T>, const T*, View<const T> dy,
                   const Gradients<T>& dx) const {
  add_constant(pool, dx[0], dy[0]);
}

template <class T> void Mean::forward(Pool& pool, const Operands<T>& x, View<T> y, T*) const {
  y[0] = static_cast<T>(sum_of(pool, x[0]) / double(x[0].size()));
}
template <class T>
void Mean::backward(Pool& pool, const Operands<T>& x, View<const T>, const T*, View<const T> dy,
                    const Gradients<T>& dx) const {
  add_constant(pool, dx[0], static_cast<T>(double(dy[0]) / double(x[0].size())));
}

Shape Reshape::shape(const Shapes& x) const {
  const Shape out{rows, columns};
  if (out.size() != x[0].size()) detail::throw_misfit(name, x[0], out, "they must have as many elements");
  return out;
}
template <class T> void Reshape::forward(Pool&, const Operands<T>& x, View<T> y, T*) const {
  std::copy_n(x[0].data(), x[0].size(), y.data());
}
template <class T>
void Reshape::backward(Pool& pool, const Operands<T>&, View<const T>, const T*, View<const T> dy,
                       const Gradients<T>& dx) const {
  add_scaled(pool, dx[0], T(1), dy);
}

TALWEG_INSTANTIATE_OPERATION(Add)
TALWEG_INSTANTIATE_OPERATION(Subtract)
TALWEG_INSTANTIATE_OPERATION(Multiply)
TALWEG_INSTANTIATE_OPERATION(Scale)
TALWEG_INSTANTIATE_OPERATION(Sum)
TALWEG_INSTANTIATE_OPERATION(Mean)
TALWEG_INSTANTIATE_OPERATION(Reshape)

}  // namespace talweg::nn
