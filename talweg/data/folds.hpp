#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "talweg/data/table.hpp"

namespace talweg::data {

/// Which fold each of some rows lies in: rows of a fold are measured by what was learned from those of the others.
struct Folds {
  std::vector<std::uint32_t> fold;  ///< (rows of the table) 0 … count − 1; what rows that take no part have is nobody's
  std::uint32_t count = 0;

  /// Of `rows`, those in that fold, or those in the others, in their order.
  std::vector<std::uint32_t> inside(std::span<const std::uint32_t> rows, std::uint32_t fold) const;
  std::vector<std::uint32_t> outside(std::span<const std::uint32_t> rows, std::uint32_t fold) const;
};

/// Draws `count` folds whose sizes differ by one row at most; with the class of every row of the table each class is
/// spread over them as evenly. `repeat`, from 0: other folds of the same seed. Throws Error for fewer rows than folds.
Folds draw_folds(std::span<const std::uint32_t> rows, std::size_t rows_of_table, std::span<const double> classes,
                 std::uint32_t count, std::uint64_t seed, std::uint32_t repeat);

/// One fold for each value of a column, numbers in their order, texts in that of their bytes. Throws Error for a column
/// with a missing cell, with one value, or with more than `most_folds` of them.
Folds folds_of(const Table& table, std::span<const std::uint32_t> rows, std::string_view column);

inline constexpr std::uint32_t most_folds = 1000;

}  // namespace talweg::data
