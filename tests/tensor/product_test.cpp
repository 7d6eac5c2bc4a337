#include "talweg/tensor/product.hpp"

#include <gtest/gtest.h>

#include <tuple>
#include <vector>

namespace talweg::detail {
namespace {

template <class T> class Product : public testing::Test {};
using Numbers = testing::Types<float, double>;
TYPED_TEST_SUITE(Product, Numbers);

template <class T> std::vector<T> numbers(std::int64_t count, std::uint64_t seed) {
  std::vector<T> out(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<T>(static_cast<double>((i + 1) * (seed * 2654435761 + 40503) % 10007) / 5003.0 - 1);
  return out;
}

/// Every element summed alone, in the order of k, without a fused multiply-add: what all compilations promise.
TYPED_TEST(Product, HasTheBitsOfThePlainSumInEveryCompilation) {
  using T = TypeParam;
  for (const auto& [m, n, k] : {std::tuple<std::int64_t, std::int64_t, std::int64_t>{1, 1, 1},
                                {4, 32, 7},
                                {5, 33, 256},
                                {8, 16, 257},
                                {3, 7, 600},
                                {32, 64, 64},
                                {9, 70, 31}}) {
    const std::vector<T> a = numbers<T>(m * k, 1), b = numbers<T>(k * n, 2), start = numbers<T>(m * n, 3);
    for (const bool add : {false, true}) {
      std::vector<T> plain(start);
      for (std::int64_t i = 0; i < m; ++i)
        for (std::int64_t j = 0; j < n; ++j) {
          volatile T sum = add ? start[static_cast<std::size_t>(i * n + j)] : T(0);
          for (std::int64_t p = 0; p < k; ++p) {
            const volatile T product = a[static_cast<std::size_t>(i * k + p)] * b[static_cast<std::size_t>(p * n + j)];
            sum = sum + product;
          }
          plain[static_cast<std::size_t>(i * n + j)] = sum;
        }
      for (const ProductFunction<T> f : product_compilations<T>()) {
        std::vector<T> c(start);
        f(m, n, k, Strided<T>{a.data(), k, 1}, Strided<T>{b.data(), n, 1}, c.data(), n, add);
        EXPECT_TRUE(c == plain) << m << " " << n << " " << k << (add ? " add" : "");
      }
    }
  }
}

}  // namespace
}  // namespace talweg::detail
