#pragma once
#include <string>

#include "talweg/data/csv.hpp"
#include "talweg/data/stream/blocks.hpp"

namespace talweg::data::stream {

/// The table that the first megabyte of delimited text makes, or as much more as its first rows need. `reader` is told
/// the delimiter, and still stands at the beginning. A row that the beginning cuts is left out.
Table read_csv_head(BlockReader& reader, const std::string& name, CsvOptions options = {});

}  // namespace talweg::data::stream
