#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace talweg::data {

/// Row numbers, each list in rising order.
struct Split {
  std::vector<std::uint32_t> train, validation;
};

/// Row numbers of each class, by the class of every row of the table; without classes (empty) all rows as one group.
std::vector<std::vector<std::uint32_t>> rows_by_class(std::span<const std::uint32_t> rows,
                                                      std::span<const double> classes);

/// What rows are drawn for: each draws apart from the others.
enum class Drawn { validation, test };

/// Draws `fraction` of `rows` (numbers in rising order) to be held back, Split::validation. With the class of every row
/// of the table each class gives its share, and keeps at least one row for training; without (empty) all rows are drawn
/// alike. Throws when nothing would be left for either side.
Split split_rows(std::span<const std::uint32_t> rows, std::span<const double> classes, double fraction,
                 std::uint64_t seed, Drawn drawn = Drawn::validation);

}  // namespace talweg::data
