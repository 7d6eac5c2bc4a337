#pragma once
#include <string_view>

#include "talweg/data/table.hpp"

namespace talweg::data {

/// Leaves out the rows whose cell of `column` is missing, and notes how many. Throws Error where none is left.
void drop_missing(Table& table, std::string_view column);

}  // namespace talweg::data
