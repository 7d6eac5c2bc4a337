#pragma once
#include <cstdint>
#include <vector>

#include "talweg/parallel/pool.hpp"

namespace talweg {

/// Elements in one chunk of a sum. Part of the result's bits: changing it changes rounding.
inline constexpr std::int64_t reduction_chunk = 16384;

/// The sum over 0 … n of what partial(begin, end) -> double gives for its piece. Pieces of fixed size, summed in a
/// fixed tree: the bits do not depend on the number of threads. One piece costs no allocation.
template <class F> double tree_sum(Pool& pool, std::int64_t n, F&& partial) {
  if (n <= reduction_chunk) return n > 0 ? partial(std::int64_t{0}, n) : 0.0;
  std::vector<double> sums(static_cast<std::size_t>((n + reduction_chunk - 1) / reduction_chunk));
  for_ranges(pool, n, reduction_chunk, [&](std::int64_t begin, std::int64_t end) {
    sums[static_cast<std::size_t>(begin / reduction_chunk)] = partial(begin, end);
  });
  for (std::size_t width = 1; width < sums.size(); width *= 2)
    for (std::size_t i = 0; i + width < sums.size(); i += 2 * width) sums[i] += sums[i + width];
  return sums[0];
}

}  // namespace talweg
