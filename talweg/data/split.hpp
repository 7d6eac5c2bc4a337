#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace talweg::data {

/// Row numbers, each list in rising order.
struct Split {
  std::vector<std::uint32_t> train, validation;
};

/// Draws `fraction` of `rows` rows for validation. With classes (rows) each class gives its share, and keeps at least
/// one row for training; without (empty) all rows are drawn alike. Throws when nothing would be left for either side.
Split split_rows(std::size_t rows, std::span<const double> classes, double fraction, std::uint64_t seed);

}  // namespace talweg::data
