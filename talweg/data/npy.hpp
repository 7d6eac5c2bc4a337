#pragma once
#include <string>
#include <string_view>

#include "talweg/data/csv.hpp"
#include "talweg/data/table.hpp"

namespace talweg::data {

/// Arrays of NumPy: `numpy.save` (NPY 1.0 to 3.0) and `numpy.savez`, `savez_compressed` (NPZ).
bool is_npy(std::string_view content);
bool is_npz(std::string_view content);

/// The first axis counts the rows; what is left of it is flattened into columns c1, c2, …, and the labels of the rows
/// may lie in a file of their own. Numbers of every size, of both orders of bytes, and texts; NaN is missing. Throws
/// Error for other types, naming them, and for files that end too early.
Table read_npy(std::string_view content, const std::string& origin, const CsvOptions& options);

/// Arrays with as many rows each: x of one column is the column x, of several x1, x2, ….
Table read_npz(std::string_view content, const std::string& origin, const CsvOptions& options);

}  // namespace talweg::data
