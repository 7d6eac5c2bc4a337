#pragma once
#include <string>

#include "talweg/data/csv.hpp"
#include "talweg/data/table.hpp"

namespace talweg::data {

/// Reads a file, its format recognised by content: IDX images, libsvm rows, otherwise delimited text; gzip is undone.
Table read_table(const std::string& path, const CsvOptions& options = {});

/// Puts the labels of a second IDX (or one-column) file beside the images of the first, as the last column.
void append_labels(Table& table, const std::string& labels_path);

}  // namespace talweg::data
