#pragma once
#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

#include "talweg/base/random.hpp"
#include "talweg/models/factorization.hpp"
#include "talweg/train/factorization/sweep.hpp"

namespace talweg::train {

/// Ratings cut into grid × grid blocks by bands of users and bands of items. Blocks (p, p + d) for p = 0 … grid − 1
/// share no row, so threads may take them at once and no bit depends on which thread takes which; d goes through
/// 0 … grid − 1. A band's rows fit in the second-level cache, and lie in memory in a random order, so that the bands
/// are alike. Within a block the order is random, drawn once.
template <class T> struct RatingBlocks {
  std::size_t grid = 1;
  std::vector<std::uint32_t> user_place, item_place;  ///< the row in memory of each user and item
  std::vector<Rated<T>> ratings;                      ///< block by block
  std::vector<std::size_t> begin;                     ///< (grid² + 1)

  RatingBlocks(std::size_t users, std::size_t items, std::span<const std::uint32_t> user,
               std::span<const std::uint32_t> item, std::span<const double> value, double mean, std::size_t row_bytes,
               std::uint64_t seed);

  std::span<const Rated<T>> block(std::size_t user_band, std::size_t item_band) const {
    const std::size_t b = user_band * grid + item_band;
    return std::span(ratings).subspan(begin[b], begin[b + 1] - begin[b]);
  }
};

namespace detail {

/// Few enough for blocks of some thousand ratings, many enough for bands that fit in the cache.
inline std::size_t grid_for(std::size_t rows, std::size_t ratings, std::size_t row_bytes) {
  constexpr std::size_t band_bytes = 192 * 1024, least = 12, least_ratings = 2000;
  std::size_t grid = std::max(least, (rows * row_bytes + band_bytes - 1) / band_bytes);
  while (grid > 1 && grid * grid * least_ratings > ratings) --grid;
  return grid;
}

inline std::vector<std::uint32_t> shuffled(std::size_t count, Random& random) {
  std::vector<std::uint32_t> place(count);
  std::iota(place.begin(), place.end(), 0u);
  random.shuffle(std::span(place));
  return place;
}

}  // namespace detail

template <class T>
RatingBlocks<T>::RatingBlocks(std::size_t users, std::size_t items, std::span<const std::uint32_t> user,
                              std::span<const std::uint32_t> item, std::span<const double> value, double mean,
                              std::size_t row_bytes, std::uint64_t seed)
    : grid(std::min({detail::grid_for(std::max(users, items), value.size(), row_bytes), users, items})),
      ratings(value.size()),
      begin(grid * grid + 1) {
  constexpr std::uint64_t stream = 0x426c6f636b73u << 16;  // apart from what else is drawn from the same seed
  Random random(seed ^ stream);
  user_place = detail::shuffled(users, random);
  item_place = detail::shuffled(items, random);
  const auto block_of = [&](std::size_t r) {
    return user_place[user[r]] * grid / users * grid + item_place[item[r]] * grid / items;
  };
  for (std::size_t r = 0; r < value.size(); ++r) ++begin[block_of(r) + 1];
  for (std::size_t b = 0; b < grid * grid; ++b) begin[b + 1] += begin[b];
  auto at = begin;
  for (std::size_t r = 0; r < value.size(); ++r)
    ratings[at[block_of(r)]++] = {user_place[user[r]], item_place[item[r]], static_cast<T>(value[r] - mean)};
  for (std::size_t b = 0; b < grid * grid; ++b)
    random.shuffle(std::span(ratings).subspan(begin[b], begin[b + 1] - begin[b]));
}

}  // namespace talweg::train
