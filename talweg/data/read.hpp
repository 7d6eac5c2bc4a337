#pragma once
#include <string>

#include "talweg/data/csv.hpp"
#include "talweg/data/input.hpp"
#include "talweg/data/table.hpp"

namespace talweg::data {

/// Reads a file, its format recognised by content: IDX images, libsvm rows, otherwise delimited text; gzip is undone. A
/// table in memory is taken as it is, its columns made what `options` say: texts that are numbers become numbers, and
/// numbers texts.
Table read_table(const Input& input, const CsvOptions& options = {});

/// How a text is to be read: as it says itself of a file, and as what it is of a table in memory.
CsvOptions reading_of(const Input& input);

/// Puts the labels of a second IDX (or one-column) file beside the images of the first, as the last column.
void append_labels(Table& table, const Input& labels);

}  // namespace talweg::data
