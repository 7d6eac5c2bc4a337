#pragma once
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
