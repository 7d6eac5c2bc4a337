#pragma once
#include <cstdint>
#include <string>

#include "talweg/parallel/pool.hpp"
#include "talweg/tensor/tensor.hpp"

/// The seam to the matrix library: the only place where matrix products are made.
namespace talweg {

/// How a stored matrix enters a product.
enum class Use { as_is, transposed };

/// Whether C = A·B, or C += A·B.
enum class Into { assign, add };

/// C (M, N) = or += op(A) (M, K) · op(B) (K, N), all row-major; op transposes where `use` says so. C must not overlap
/// A or B. The output is cut into tiles that depend on the shapes alone, each computed by one thread in one library
/// call, so the bits do not depend on the number of threads. Wrong shapes are our own bug: asserted.
void matmul(Pool& pool, View<const float> a, Use use_a, View<const float> b, Use use_b, View<float> c, Into into);
void matmul(Pool& pool, View<const double> a, Use use_a, View<const double> b, Use use_b, View<double> c, Into into);

/// What multiplies matrices of float here: "built-in", or "oneDNN" with what it takes from this processor, as in
/// "oneDNN avx512_core": the bits depend on it.
std::string matmul_kernel(Kernels kernels);

}  // namespace talweg
