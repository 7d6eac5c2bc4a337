#include "talweg/tensor/product.hpp"

#include <algorithm>

#include "talweg/simd/clones.hpp"
#include "talweg/simd/pack.hpp"

namespace talweg::detail {
namespace {

// Four rows by two vectors are eight independent sums: enough to hide the latency of the adder. Each element of C has a
// sum of its own, over k in order, and no multiply-add is fused (-ffp-contract=off): all widths give the same bits. A
// vector wider than a register would go through memory at every operation, so each clone has its own width.
template <class T, int bytes> constexpr std::int64_t lanes = bytes / sizeof(T);
template <class T, int bytes> using Vector = simd::Pack<T, std::size_t{lanes<T, bytes>}>;
template <class T, int bytes> constexpr std::int64_t panel = 2 * lanes<T, bytes>;
constexpr std::int64_t tile_rows = 4, block = 256;  // a packed panel of B is 32 KiB: it stays in the first cache

/// C (Rows, panel) = or += A (Rows, k) · packed B (k, panel).
template <class T, int bytes, int Rows>
inline void tile(std::int64_t k, Strided<T> a, const T* b, T* c, std::int64_t ldc, bool add) {
  Vector<T, bytes> sum[Rows][2];
  for (int r = 0; r < Rows; ++r)
    for (int v = 0; v < 2; ++v)
      sum[r][v] = add ? simd::load<Vector<T, bytes>>(c + r * ldc + v * lanes<T, bytes>) : Vector<T, bytes>{};
  for (std::int64_t p = 0; p < k; ++p) {
    const Vector<T, bytes> left = simd::load<Vector<T, bytes>>(b + p * panel<T, bytes>),
                           right = simd::load<Vector<T, bytes>>(b + p * panel<T, bytes> + lanes<T, bytes>);
    for (int r = 0; r < Rows; ++r) {
      const Vector<T, bytes> factor = Vector<T, bytes>{} + a.data[r * a.row + p * a.column];
      sum[r][0] += factor * left;
      sum[r][1] += factor * right;
    }
  }
  for (int r = 0; r < Rows; ++r)
    for (int v = 0; v < 2; ++v) simd::store(c + r * ldc + v * lanes<T, bytes>, sum[r][v]);
}

/// The same where only `rows` × `width` of the tile exist: through a full tile in scratch memory.
template <class T, int bytes>
inline void edge(std::int64_t rows, std::int64_t width, std::int64_t k, Strided<T> a, const T* b, T* c,
                 std::int64_t ldc, bool add) {
  alignas(64) T scratch[tile_rows * panel<T, bytes>] = {};
  if (add)
    for (std::int64_t r = 0; r < rows; ++r) std::copy_n(c + r * ldc, width, scratch + r * panel<T, bytes>);
  if (rows == tile_rows)
    tile<T, bytes, tile_rows>(k, a, b, scratch, panel<T, bytes>, add);
  else
    for (std::int64_t r = 0; r < rows; ++r)
      tile<T, bytes, 1>(k, {a.data + r * a.row, a.row, a.column}, b, scratch + r * panel<T, bytes>, panel<T, bytes>,
                        add);
  for (std::int64_t r = 0; r < rows; ++r) std::copy_n(scratch + r * panel<T, bytes>, width, c + r * ldc);
}

template <class T, int bytes>
inline void product_of(std::int64_t m, std::int64_t n, std::int64_t k, Strided<T> a, Strided<T> b, T* c,
                       std::int64_t ldc, bool add) {
  alignas(64) T packed[block * panel<T, bytes>];
  for (std::int64_t j = 0; j < n; j += panel<T, bytes>) {
    const std::int64_t width = std::min(panel<T, bytes>, n - j);
    for (std::int64_t p0 = 0; p0 < k; p0 += block) {
      const std::int64_t depth = std::min(block, k - p0);
      for (std::int64_t p = 0; p < depth; ++p) {
        const T* from = b.data + (p0 + p) * b.row + j * b.column;
        for (std::int64_t q = 0; q < width; ++q) packed[p * panel<T, bytes> + q] = from[q * b.column];
        for (std::int64_t q = width; q < panel<T, bytes>; ++q) packed[p * panel<T, bytes> + q] = T(0);
      }
      const bool add_here = add || p0 > 0;
      for (std::int64_t i = 0; i < m; i += tile_rows) {
        const Strided<T> rows{a.data + i * a.row + p0 * a.column, a.row, a.column};
        T* out = c + i * ldc + j;
        if (m - i >= tile_rows && width == panel<T, bytes>)
          tile<T, bytes, tile_rows>(depth, rows, packed, out, ldc, add_here);
        else
          edge<T, bytes>(std::min(tile_rows, m - i), width, depth, rows, packed, out, ldc, add_here);
      }
    }
  }
}

// One compilation for each width of registers. Not TALWEG_CLONES: those share one body, and so one width.
#define TALWEG_PRODUCT(name, bytes, attributes)                                                          \
  template <class T>                                                                                     \
  attributes void name(std::int64_t m, std::int64_t n, std::int64_t k, Strided<T> a, Strided<T> b, T* c, \
                       std::int64_t ldc, bool add) {                                                     \
    product_of<T, bytes>(m, n, k, a, b, c, ldc, add);                                                    \
  }
TALWEG_PRODUCT(product_128, 16, __attribute__((flatten)))
#ifdef TALWEG_HAS_CLONES
TALWEG_PRODUCT(product_256, 32, __attribute__((flatten, target("arch=x86-64-v3"))))
TALWEG_PRODUCT(product_512, 64, __attribute__((flatten, target("arch=x86-64-v4"))))
#endif
#undef TALWEG_PRODUCT

template <class T> ProductFunction<T> best() {
  static const ProductFunction<T> chosen = product_compilations<T>().back();
  return chosen;
}

}  // namespace

template <class T> std::vector<ProductFunction<T>> product_compilations() {
  std::vector<ProductFunction<T>> all{product_128<T>};
#ifdef TALWEG_HAS_CLONES
  if (__builtin_cpu_supports("x86-64-v3")) all.push_back(product_256<T>);
  if (__builtin_cpu_supports("x86-64-v4")) all.push_back(product_512<T>);
#endif
  return all;
}
template std::vector<ProductFunction<float>> product_compilations();
template std::vector<ProductFunction<double>> product_compilations();

void product(std::int64_t m, std::int64_t n, std::int64_t k, Strided<float> a, Strided<float> b, float* c,
             std::int64_t ldc, bool add) {
  best<float>()(m, n, k, a, b, c, ldc, add);
}

void product(std::int64_t m, std::int64_t n, std::int64_t k, Strided<double> a, Strided<double> b, double* c,
             std::int64_t ldc, bool add) {
  best<double>()(m, n, k, a, b, c, ldc, add);
}

}  // namespace talweg::detail
