#pragma once
#include "talweg/formula/columns.hpp"
#include "talweg/formula/parser.hpp"

/// What formulas over rows have in common when they are read.
namespace talweg::formula {

/// Throws Error for what the parser refuses, and for columns of different lengths or without rows.
Read read_over_rows(std::string_view text, std::vector<std::string> parameters, const Columns& columns);

/// Throws Error where no column is used.
void refuse_no_column(const Read& read, const Columns& columns);

/// Throws Error where the result has a value for each row.
void refuse_loose_columns(const Read& read, const Columns& columns);

}  // namespace talweg::formula
