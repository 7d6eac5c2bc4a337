#pragma once
#include <cstddef>
#include <cstdint>

#include "talweg/base/export.hpp"
#include "talweg/nn/ops/operation.hpp"

namespace talweg::nn {

/// y = x·W + b: x (B, I), W (I, O), b (O), y (B, O), the bias written first and the product added to it.
///   dx += dy·Wᵀ    dW += xᵀ·dy    db += column sums of dy
struct TALWEG_API Dense {
  static constexpr std::string_view name = "dense";
  static constexpr int operands = 3, differentiable = 3;
  Shape shape(const Shapes& x) const;
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

/// Rows of numbers of which only some cells are told, row after row; the others are 0. The memory is the caller's.
struct SparseInput {
  std::int64_t rows = 0, columns = 0;
  const std::size_t* starts = nullptr;    ///< (rows + 1): of row r the cells k from starts[r] to starts[r + 1]
  const std::uint32_t* places = nullptr;  ///< the column of cell k, below `columns`
  const double* values = nullptr;         ///< beside `places`; null: each is 1

  double value(std::size_t k) const { return values == nullptr ? 1 : values[k]; }
  SparseInput row_range(std::int64_t first, std::int64_t count) const {
    return {count, columns, starts + first, places, values};
  }
};

/// The same for sparse x (B, I), which must live until the backward pass and needs no gradient: rows of W are gathered,
/// and those of its gradient scattered into. Cells are added in their order, whatever the number of threads.
struct TALWEG_API SparseDense {
  static constexpr std::string_view name = "sparse_dense";
  static constexpr int operands = 2, differentiable = 2;  ///< W and b
  const SparseInput* x = nullptr;
  Shape shape(const Shapes& x) const;
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

/// y = a·b: a (M, K), b (K, N), y (M, N).   da += dy·bᵀ   db += aᵀ·dy
struct TALWEG_API MatMul {
  static constexpr std::string_view name = "matmul";
  static constexpr int operands = 2, differentiable = 2;
  Shape shape(const Shapes& x) const;
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

/// a·b on the tape of a.
template <class T> Var<T> matmul(Var<T> a, Var<T> b) { return a.tape()(MatMul{}, a, b); }

}  // namespace talweg::nn
