#include "talweg/tensor/matmul.hpp"

#include <algorithm>
#include <cassert>

#include "talweg/tensor/product.hpp"

namespace talweg {
namespace {

using detail::Strided;

void one_tile([[maybe_unused]] Kernels kernels, std::int64_t m, std::int64_t n, std::int64_t k, Strided<float> a,
              Strided<float> b, float* c, std::int64_t ldc, bool add) {
#ifdef TALWEG_HAVE_ONEDNN
  if (kernels == Kernels::fastest) return detail::onednn_product(m, n, k, a, b, c, ldc, add);
#endif
  detail::product(m, n, k, a, b, c, ldc, add);
}

void one_tile(Kernels, std::int64_t m, std::int64_t n, std::int64_t k, Strided<double> a, Strided<double> b, double* c,
              std::int64_t ldc, bool add) {
  detail::product(m, n, k, a, b, c, ldc, add);
}

/// How many tiles a product is cut into: pieces of about 4 MFLOP (20 µs), whose edges cost oneDNN under 3 %.
std::int64_t tile_count(std::int64_t m, std::int64_t n, std::int64_t k) {
  const double operations = 2.0 * double(m) * double(n) * double(k);
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(operations / 4e6), 1, 64);
}

template <class T>
void tiled(Pool& pool, View<const T> a, Use use_a, View<const T> b, Use use_b, View<T> c, Into into) {
  const bool a_as_is = use_a == Use::as_is, b_as_is = use_b == Use::as_is;
  const std::int64_t m = a_as_is ? a.rows() : a.columns(), k = a_as_is ? a.columns() : a.rows();
  const std::int64_t n = b_as_is ? b.columns() : b.rows();
  assert(k == (b_as_is ? b.rows() : b.columns()) && c.rows() == m && c.columns() == n);
  if (m == 0 || n == 0) return;
  const bool add = into == Into::add;
  if (k == 0) {
    if (!add) std::fill_n(c.data(), m * n, T(0));
    return;
  }
  const Strided<T> sa = a_as_is ? Strided<T>{a.data(), k, 1} : Strided<T>{a.data(), 1, m};
  const Strided<T> sb = b_as_is ? Strided<T>{b.data(), n, 1} : Strided<T>{b.data(), 1, k};
  // The longer side of the output is cut, at multiples of 16 elements (a cache line of float).
  const bool cut_rows = m >= n;
  const std::int64_t length = cut_rows ? m : n, tiles = tile_count(m, n, k);
  const std::int64_t step = std::max<std::int64_t>(16, ((length + tiles - 1) / tiles + 15) / 16 * 16);
  const Kernels kernels = pool.kernels();
  for_ranges(pool, length, step, [&](std::int64_t begin, std::int64_t end) {
    if (cut_rows)
      one_tile(kernels, end - begin, n, k, {sa.data + begin * sa.row, sa.row, sa.column}, sb, c.data() + begin * n, n,
               add);
    else
      one_tile(kernels, m, end - begin, k, sa, {sb.data + begin * sb.column, sb.row, sb.column}, c.data() + begin, n,
               add);
  });
}

}  // namespace

// Measured on the shapes of a training step (one thread, Zen 5 with AVX-512, GFLOP/s): (32,64)·(64,64) oneDNN 176,
// Eigen 40 as built for plain x86-64 and 95 for AVX2; (32,32)·(32,10) 45 against 29; (64,784)·(784,256) 212 against 44
// and 102. oneDNN's call costs 0.2 µs at most, so there is no other route for small shapes: the eight products of a
// 64-64-32-10 network at batch 32 take 8 µs together.
void matmul(Pool& pool, View<const float> a, Use use_a, View<const float> b, Use use_b, View<float> c, Into into) {
  tiled(pool, a, use_a, b, use_b, c, into);
}

void matmul(Pool& pool, View<const double> a, Use use_a, View<const double> b, Use use_b, View<double> c, Into into) {
  tiled(pool, a, use_a, b, use_b, c, into);
}

std::string matmul_kernel([[maybe_unused]] Kernels kernels) {
#ifdef TALWEG_HAVE_ONEDNN
  if (kernels == Kernels::fastest) return detail::onednn_kernel();
#endif
  return "built-in";
}

}  // namespace talweg
