#pragma once
#include <string>
#include <string_view>

#include "talweg/data/csv.hpp"
#include "talweg/data/table.hpp"

namespace talweg::data {

/// Whether a text begins as JSON does: with an object, or an array of objects.
bool is_json(std::string_view content);

/// Reads JSON lines (an object in each line) or an array of objects: a row each, whose columns are the names in the
/// order in which they come first; those of objects inside are joined, "address.city". true and false are 1 and 0, null
/// and what is not there is missing. Texts are what they are in delimited text: missing, numbers, dates as `options`
/// say, or texts. A list is told where it would be used. Throws Error with the line, or the row of an array.
Table read_json(std::string_view content, const std::string& origin, const CsvOptions& options);

}  // namespace talweg::data
