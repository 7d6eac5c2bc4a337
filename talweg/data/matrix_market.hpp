#pragma once
#include <string>
#include <string_view>

#include "talweg/data/csv.hpp"
#include "talweg/data/table.hpp"

namespace talweg::data {

/// MatrixMarket (NIST): "%%MatrixMarket matrix coordinate real general", remarks, the sizes, the entries.
bool is_matrix_market(std::string_view content);

/// Of an array, columns c1, c2, …. Of coordinates, sparse rows as those of libsvm: features f1, f2, … that are 0 where
/// no entry stands, kept sparse where `options` ask for it. The labels of the rows lie in a file of their own. Throws
/// Error with the line for entries outside of the sizes, twice at one place, of another number than announced, and for
/// complex ones.
Table read_matrix_market(std::string_view content, const std::string& origin, const CsvOptions& options);

/// How many lines stand before the entries of a matrix of coordinates, which are rows of row, column and value.
std::size_t lines_before_entries(std::string_view content, const std::string& origin);

}  // namespace talweg::data
