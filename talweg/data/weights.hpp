#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/data/csv.hpp"
#include "talweg/data/table.hpp"
#include "talweg/data/target.hpp"

namespace talweg::data {

/// What each row counts (rows), by a numeric column. Throws Error, with its line, for a weight that is missing or below
/// 0; for a column that is no number, and where all weights are 0.
std::vector<double> row_weights(const Table& table, std::string_view column);

/// What the rows of each class count in the loss (classes). `text` is "balanced": rows / (classes · rows of the class),
/// so that each class weighs as much; or "yes=5,no=1", where a class that is not named counts 1. `truth` (rows) holds
/// the classes of the training rows. Throws Error for a class that is none of the target's, for weights below 0, and
/// where all are 0.
std::vector<double> class_weights(std::string_view text, const Target& target, std::span<const double> truth);
/// The same of the rows of each class (classes).
std::vector<double> balanced_weights(std::span<const std::int64_t> rows);

/// Those options, of a file that has such a column too; empty: the options.
CsvOptions with_weights(CsvOptions options, const std::string& column);

inline constexpr std::string_view balanced = "balanced";

}  // namespace talweg::data
