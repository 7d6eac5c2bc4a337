#pragma once
#include <cstdint>
#include <string>
#include <vector>

/// One matrix product on one thread: what the seam in matmul.cpp calls for each tile.
namespace talweg::detail {

/// A strided operand: element (i, k) lies at data[i * row + k * column].
template <class T> struct Strided {
  const T* data;
  std::int64_t row, column;
};

/// C (m, n), rows ldc apart, = or += A (m, k) · B (k, n). The built-in kernel; every element is summed in the order of
/// k.
void product(std::int64_t m, std::int64_t n, std::int64_t k, Strided<float> a, Strided<float> b, float* c,
             std::int64_t ldc, bool add);
void product(std::int64_t m, std::int64_t n, std::int64_t k, Strided<double> a, Strided<double> b, double* c,
             std::int64_t ldc, bool add);

/// The compilations of `product` that this processor runs, narrowest registers first; product takes the last. All give
/// the same bits: that is what a portable model file rests on, and what the tests compare.
template <class T>
using ProductFunction = void (*)(std::int64_t m, std::int64_t n, std::int64_t k, Strided<T> a, Strided<T> b, T* c,
                                 std::int64_t ldc, bool add);
template <class T> std::vector<ProductFunction<T>> product_compilations();

#ifdef TALWEG_HAVE_ONEDNN
/// The same by oneDNN's sgemm. One of each operand's strides is 1.
void onednn_product(std::int64_t m, std::int64_t n, std::int64_t k, Strided<float> a, Strided<float> b, float* c,
                    std::int64_t ldc, bool add);
/// "oneDNN avx2": the sums of its sgemm depend on the instructions that it finds.
std::string onednn_kernel();
#endif

}  // namespace talweg::detail
