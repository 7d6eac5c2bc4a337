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
  if (dx[2].empty()) return;
  const std::int64_t columns = dy.columns(),
                     wide = std::max<std::int64_t>(64, 65536 / std::max<std::int64_t>(1, dy.rows()));
  for_ranges(pool, columns, wide, [&](std::int64_t begin, std::int64_t end) {
    add_columns(dy.rows(), end - begin, columns, dy.data() + begin, dx[2].data() + begin);
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
TALWEG_INSTANTIATE_OPERATION(MatMul)

}  // namespace talweg::nn
