#pragma once
#include <cstdint>

#include "talweg/parallel/pool.hpp"
#include "talweg/parallel/reduce.hpp"
#include "talweg/simd/clones.hpp"

/// Loops over elements, in fixed chunks over the pool, compiled for each instruction set. The functors
/// are inlined (TALWEG_CLONES flattens). Include this in .cpp files only: every use compiles three loops.
namespace talweg {

/// Elements in one chunk: about 10 µs of work, so small arrays never wake a thread.
inline constexpr std::int64_t elementwise_chunk = 32768;

namespace detail {
template <class T, class F> TALWEG_CLONES void map_range(std::int64_t n, T* y, F f) {
  for (std::int64_t i = 0; i < n; ++i) f(y[i], i);
}

/// Eight sums side by side: one vector register, in an order that is part of the result's bits.
template <class F> TALWEG_CLONES double sum_range(std::int64_t begin, std::int64_t end, F f) {
  double sums[8] = {};
  std::int64_t i = begin;
  for (; i + 8 <= end; i += 8)
    for (int lane = 0; lane < 8; ++lane) sums[lane] += f(i + lane);
  for (int lane = 0; i < end; ++i, ++lane) sums[lane] += f(i);
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}
}  // namespace detail

/// f(y_i, x_i…) for each i; f takes the first by reference.
template <class T, class F, class... X> void map(Pool& pool, std::int64_t n, F f, T* y, const X*... x) {
  for_ranges(pool, n, elementwise_chunk, [&](std::int64_t begin, std::int64_t end) {
    detail::map_range(end - begin, y + begin,
                      [f, ... p = x + begin](T& out, [[maybe_unused]] std::int64_t i) { f(out, p[i]...); });
  });
}

/// Σ f(i) over 0 … n in double.
template <class F> double map_sum(Pool& pool, std::int64_t n, F f) {
  return tree_sum(pool, n, [&](std::int64_t begin, std::int64_t end) { return detail::sum_range(begin, end, f); });
}

}  // namespace talweg
