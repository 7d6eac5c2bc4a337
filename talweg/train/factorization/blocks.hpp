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
/// 0 … grid − 1. The rows of a band lie together in memory, in a random order, so that the bands are alike.
///
/// A block is cut again into tiles whose rows fit in the second-level cache, and its ratings lie tile by tile, within
/// a tile in a random order that is drawn once. The grid is as coarse as threads allow, because each new block fetches
/// its rows: on a busy machine a grid of 24 had half the speed of one tile after the other in order.
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

/// Eight bands, so that as many threads have work, or fewer where the blocks would have less than 2000 ratings.
inline std::size_t grid_for(std::size_t users, std::size_t items, std::size_t ratings) {
  std::size_t grid = std::min({std::size_t{8}, users, items});
  while (grid > 1 && grid * grid * 2000 > ratings) --grid;
  return std::max<std::size_t>(grid, 1);
}

/// Into how many parts a band is cut, so that the rows of each fit in the second-level cache.
inline std::size_t parts_for(std::size_t rows, std::size_t grid, std::size_t row_bytes) {
  constexpr std::size_t part_bytes = 160 * 1024;
  return std::max<std::size_t>(1, (rows / grid * row_bytes + part_bytes - 1) / part_bytes);
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
    : grid(detail::grid_for(users, items, value.size())), ratings(value.size()), begin(grid * grid + 1) {
  constexpr std::uint64_t stream = 0x426c6f636b73u << 16;  // apart from what else is drawn from the same seed
  Random random(seed ^ stream);
  user_place = detail::shuffled(users, random);
  item_place = detail::shuffled(items, random);
  const std::size_t user_parts = detail::parts_for(users, grid, row_bytes),
                    item_parts = detail::parts_for(items, grid, row_bytes), tiles = user_parts * item_parts;
  const auto tile_of = [&](std::size_t r) {
    const std::size_t u = user_place[user[r]] * grid * user_parts / users,
                      v = item_place[item[r]] * grid * item_parts / items;
    return (u / user_parts * grid + v / item_parts) * tiles + v % item_parts * user_parts + u % user_parts;
  };
  std::vector<std::size_t> tile_begin(grid * grid * tiles + 1);
  for (std::size_t r = 0; r < value.size(); ++r) ++tile_begin[tile_of(r) + 1];
  for (std::size_t t = 0; t + 1 < tile_begin.size(); ++t) tile_begin[t + 1] += tile_begin[t];
  auto at = tile_begin;
  for (std::size_t r = 0; r < value.size(); ++r)
    ratings[at[tile_of(r)]++] = {user_place[user[r]], item_place[item[r]], static_cast<T>(value[r] - mean)};
  for (std::size_t t = 0; t + 1 < tile_begin.size(); ++t)
    random.shuffle(std::span(ratings).subspan(tile_begin[t], tile_begin[t + 1] - tile_begin[t]));
  for (std::size_t b = 0; b <= grid * grid; ++b) begin[b] = tile_begin[b * tiles];
}

}  // namespace talweg::train
