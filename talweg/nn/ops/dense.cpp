#include "talweg/nn/ops/dense.hpp"

#include <algorithm>

#include "talweg/simd/clones.hpp"
#include "talweg/tensor/matmul.hpp"

namespace talweg::nn {
namespace {

/// db (O) += Σ over rows of dy (B, O), row by row.
template <class T>
TALWEG_CLONES void add_columns(std::int64_t rows, std::int64_t columns, std::int64_t stride, const T* dy, T* db) {
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) db[j] += dy[i * stride + j];
}

/// Rows or columns, of so many numbers each, that are worth another thread.
std::int64_t piece_of(std::int64_t numbers) {
  return std::max<std::int64_t>(64, 65536 / std::max<std::int64_t>(1, numbers));
}

/// db (O) += column sums of dy (B, O).
template <class T> void bias_backward(Pool& pool, View<const T> dy, View<T> db) {
  if (db.empty()) return;
  const std::int64_t columns = dy.columns();
  for_ranges(pool, columns, piece_of(dy.rows()), [&](std::int64_t begin, std::int64_t end) {
    add_columns(dy.rows(), end - begin, columns, dy.data() + begin, db.data() + begin);
  });
}

/// to (n) += v · from.
template <class T> TALWEG_CLONES void add_scaled(std::int64_t n, T v, const T* from, T* to) {
  for (std::int64_t j = 0; j < n; ++j) to[j] += v * from[j];
}

/// One output of each row: two sums side by side, as the linear objectives have them.
template <class T> void sparse_scores(const SparseInput& x, const T* w, T bias, T* y) {
  for (std::int64_t r = 0; r < x.rows; ++r) {
    const std::size_t last = x.starts[r + 1];
    std::size_t k = x.starts[r];
    T even = bias, odd = 0;
    for (; k + 2 <= last; k += 2) {
      even += static_cast<T>(x.value(k)) * w[x.places[k]];
      odd += static_cast<T>(x.value(k + 1)) * w[x.places[k + 1]];
    }
    if (k < last) even += static_cast<T>(x.value(k)) * w[x.places[k]];
    y[r] = even + odd;
  }
}

template <class T> void products_backward(Pool& pool, const Operands<T>& x, View<const T> dy, const Gradients<T>& dx) {
  if (!dx[0].empty()) talweg::matmul(pool, dy, Use::as_is, x[1], Use::transposed, dx[0], Into::add);
  if (!dx[1].empty()) talweg::matmul(pool, x[0], Use::transposed, dy, Use::as_is, dx[1], Into::add);
}

}  // namespace

Shape Dense::shape(const Shapes& x) const {
  if (x[0].rank() != 2 || x[1].rank() != 2 || x[0][1] != x[1][0])
    detail::throw_misfit(name, x[0], x[1], "the input needs as many columns as the weight has rows");
  if (x[2].size() != x[1][1]) detail::throw_misfit(name, x[1], x[2], "the bias needs one number for each output");
  return {x[0][0], x[1][1]};
}

template <class T> void Dense::forward(Pool& pool, const Operands<T>& x, View<T> y, T*) const {
  for (std::int64_t i = 0; i < y.rows(); ++i) std::copy_n(x[2].data(), y.columns(), y.data() + i * y.columns());
  talweg::matmul(pool, x[0], Use::as_is, x[1], Use::as_is, y, Into::add);
}

template <class T>
void Dense::backward(Pool& pool, const Operands<T>& x, View<const T>, const T*, View<const T> dy,
                     const Gradients<T>& dx) const {
  products_backward(pool, x, dy, dx);
  bias_backward(pool, dy, dx[2]);
}

Shape SparseDense::shape(const Shapes& w) const {
  if (w[0].rank() != 2 || x->columns != w[0][0])
    detail::throw_misfit(name, {x->rows, x->columns}, w[0], "the input needs as many columns as the weight has rows");
  if (w[1].size() != w[0][1]) detail::throw_misfit(name, w[0], w[1], "the bias needs one number for each output");
  return {x->rows, w[0][1]};
}

template <class T> void SparseDense::forward(Pool& pool, const Operands<T>& w, View<T> y, T*) const {
  const std::int64_t outputs = y.columns();
  for_ranges(pool, y.rows(), piece_of(outputs), [&](std::int64_t begin, std::int64_t end) {
    const SparseInput some = x->row_range(begin, end - begin);
    if (outputs == 1) return sparse_scores(some, w[0].data(), w[1].data()[0], y.data() + begin);
    for (std::int64_t r = 0; r < some.rows; ++r) {
      T* const out = y.data() + (begin + r) * outputs;
      std::copy_n(w[1].data(), outputs, out);
      for (std::size_t k = some.starts[r]; k < some.starts[r + 1]; ++k)
        add_scaled(outputs, static_cast<T>(some.value(k)), w[0].data() + some.places[k] * outputs, out);
    }
  });
}

template <class T>
void SparseDense::backward(Pool& pool, const Operands<T>&, View<const T>, const T*, View<const T> dy,
                           const Gradients<T>& dw) const {
  bias_backward(pool, dy, dw[1]);
  if (dw[0].empty()) return;
  const std::int64_t outputs = dy.columns();
  // Each thread has outputs of its own: rows of W occur in many rows of x.
  for_ranges(pool, outputs, piece_of(dy.rows()), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = 0; r < dy.rows(); ++r)
      for (std::size_t k = x->starts[r]; k < x->starts[r + 1]; ++k)
        add_scaled(end - begin, static_cast<T>(x->value(k)), dy.data() + r * outputs + begin,
                   dw[0].data() + x->places[k] * outputs + begin);
  });
}

Shape MatMul::shape(const Shapes& x) const {
  if (x[0].rank() != 2 || x[1].rank() != 2 || x[0][1] != x[1][0])
    detail::throw_misfit(name, x[0], x[1], "the left needs as many columns as the right has rows");
  return {x[0][0], x[1][1]};
}

template <class T> void MatMul::forward(Pool& pool, const Operands<T>& x, View<T> y, T*) const {
  talweg::matmul(pool, x[0], Use::as_is, x[1], Use::as_is, y, Into::assign);
}

template <class T>
void MatMul::backward(Pool& pool, const Operands<T>& x, View<const T>, const T*, View<const T> dy,
                      const Gradients<T>& dx) const {
  products_backward(pool, x, dy, dx);
}

TALWEG_INSTANTIATE_OPERATION(Dense)
TALWEG_INSTANTIATE_OPERATION(SparseDense)
TALWEG_INSTANTIATE_OPERATION(MatMul)

}  // namespace talweg::nn
