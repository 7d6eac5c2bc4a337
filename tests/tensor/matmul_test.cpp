#include "talweg/tensor/matmul.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "talweg/base/random.hpp"
#include "talweg/tensor/product.hpp"

namespace talweg {
namespace {

template <class T> Tensor<T> random_tensor(Shape shape, std::uint64_t seed) {
  Random random(seed);
  Tensor<T> out(shape);
  for (T& v : out) v = static_cast<T>(random.normal());
  return out;
}

template <class T> class Matmul : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(Matmul, Types);

TYPED_TEST(Matmul, AgreesWithTheDefinition) {
  using T = TypeParam;
  Pool pool(1);
  struct Sizes {
    std::int64_t m, n, k;
  };
  for (const auto [m, n, k] : {Sizes{1, 1, 1},
                               {2, 3, 4},
                               {5, 7, 3},
                               {4, 32, 16},
                               {17, 33, 300},
                               {31, 10, 65},
                               {64, 16, 1},
                               {3, 129, 20},
                               {1, 50, 40},
                               {40, 1, 9}})
    for (const Use use_a : {Use::as_is, Use::transposed})
      for (const Use use_b : {Use::as_is, Use::transposed})
        for (const Into into : {Into::assign, Into::add}) {
          const auto a = random_tensor<T>(use_a == Use::as_is ? Shape{m, k} : Shape{k, m}, 1);
          const auto b = random_tensor<T>(use_b == Use::as_is ? Shape{k, n} : Shape{n, k}, 2);
          auto c = random_tensor<T>({m, n}, 3);
          const auto before = c;
          matmul(pool, a, use_a, b, use_b, c, into);
          for (std::int64_t i = 0; i < m; ++i)
            for (std::int64_t j = 0; j < n; ++j) {
              double sum = into == Into::add ? double(before(i, j)) : 0.0, size = std::abs(sum);
              for (std::int64_t p = 0; p < k; ++p) {
                const double term =
                    double(use_a == Use::as_is ? a(i, p) : a(p, i)) * double(use_b == Use::as_is ? b(p, j) : b(j, p));
                sum += term;
                size += std::abs(term);
              }
              // A sum of k products in any order errs by at most (k + 1)·unit·Σ|terms|.
              const double unit = std::numeric_limits<T>::epsilon();
              ASSERT_NEAR(double(c(i, j)), sum, double(k + 1) * unit * size) << m << " " << n << " " << k;
            }
        }
}

TYPED_TEST(Matmul, GivesTheSameBitsForEveryNumberOfThreads) {
  using T = TypeParam;
  // Both cut along rows and along columns, with a last piece that is shorter.
  for (const Shape& output : {Shape{403, 210}, Shape{150, 611}}) {
    const auto a = random_tensor<T>({output[0], 170}, 1), b = random_tensor<T>({170, output[1]}, 2);
    const auto multiply = [&](int threads) {
      Pool pool(threads);
      Tensor<T> c(output);
      matmul(pool, a, Use::as_is, b, Use::as_is, c, Into::assign);
      return c;
    };
    const auto one = multiply(1);
    for (const int threads : {2, 8}) {
      const auto many = multiply(threads);
      EXPECT_EQ(std::memcmp(one.data(), many.data(), static_cast<std::size_t>(one.size()) * sizeof(T)), 0);
    }
  }
}

TYPED_TEST(Matmul, EmptyOperandsAreSound) {
  using T = TypeParam;
  Pool pool(1);
  Tensor<T> a({3, 0}), b({0, 2}), c({3, 2});
  c.fill(5);
  matmul(pool, a, Use::as_is, b, Use::as_is, c, Into::add);
  EXPECT_EQ(c[0], T(5));
  matmul(pool, a, Use::as_is, b, Use::as_is, c, Into::assign);
  for (const T v : c) EXPECT_EQ(v, T(0));
  Tensor<T> none({0, 4}), weight({4, 2}), result({0, 2});
  matmul(pool, none, Use::as_is, weight, Use::as_is, result, Into::assign);
}

/// The built-in kernel writes its part of C and nothing beside it, for every remainder of its tiles.
TYPED_TEST(Matmul, TheBuiltInKernelKeepsToItsTile) {
  using T = TypeParam;
  constexpr T guard = T(-77);
  const auto a = random_tensor<T>({9, 5}, 1), b = random_tensor<T>({5, 40}, 2);
  for (std::int64_t m = 1; m <= 9; ++m)
    for (std::int64_t n = 1; n <= 40; ++n) {
      Tensor<T> c({10, 44});
      c.fill(guard);
      detail::product(m, n, 5, {a.data(), 5, 1}, {b.data(), 40, 1}, c.data(), 44, false);
      for (std::int64_t i = 0; i < 10; ++i)
        for (std::int64_t j = 0; j < 44; ++j) {
          T expected = guard;
          if (i < m && j < n) {
            expected = 0;
            for (std::int64_t p = 0; p < 5; ++p) expected += a(i, p) * b(p, j);  // its order: bit for bit
          }
          ASSERT_EQ(c(i, j), expected) << m << " " << n << " at " << i << ", " << j;
        }
    }
}

#if defined(__linux__)
extern "C" {
[[gnu::weak]] int omp_get_max_threads();
[[gnu::weak]] void omp_set_num_threads(int);
}

TEST(MatmulSeam, LeavesTheCallersOpenMpSettingAlone) {
  if (matmul_kernel(Kernels::fastest) == "built-in" || !omp_get_max_threads) GTEST_SKIP() << "no OpenMP here";
  omp_set_num_threads(3);
  Pool pool(1);
  const Tensor<float> a({8, 8}), b({8, 8});
  Tensor<float> c({8, 8});
  matmul(pool, a, Use::as_is, b, Use::as_is, c, Into::assign);
  EXPECT_EQ(omp_get_max_threads(), 3);
}
#endif

}  // namespace
}  // namespace talweg
