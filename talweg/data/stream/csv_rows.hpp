#pragma once
#include <memory>
#include <string>

#include "talweg/data/stream/rows.hpp"

namespace talweg::data::stream {

/// Rows of delimited text, hashed: a numeric column is one feature with its name, a text column one for each
/// "column=text" with the value 1. A missing cell is no feature.
template <class T> std::unique_ptr<RowParser<T>> csv_parser(const RowOptions& options, const std::string& origin);

}  // namespace talweg::data::stream
