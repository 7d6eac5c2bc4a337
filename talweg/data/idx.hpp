#pragma once
#include <string>
#include <string_view>

#include "talweg/data/table.hpp"

namespace talweg::data {

/// IDX (Y. LeCun's MNIST page): two zero bytes, a type, the number of axes, each axis as a big-endian u32, the values.
bool is_idx(std::string_view content);

/// The first axis counts the rows; what is left of each is flattened into columns pixel1, pixel2, …; a single axis
/// (labels) is one column `label`.
Table read_idx(std::string_view content, const std::string& origin);

}  // namespace talweg::data
