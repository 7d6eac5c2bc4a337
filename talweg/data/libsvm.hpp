#pragma once
#include <string>
#include <string_view>

#include "talweg/data/table.hpp"

namespace talweg::data {

/// Whether the first row reads `label index:value index:value …`.
bool is_libsvm(std::string_view content);

/// Reads rows of `label index:value …` into dense columns f1, f2, … (f0 too if index 0 is used) and the column `label`.
/// What a row does not list is 0. Indices of a row rise; a `#` begins a remark.
Table read_libsvm(std::string_view content, const std::string& origin);

}  // namespace talweg::data
