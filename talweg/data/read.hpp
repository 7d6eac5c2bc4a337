#pragma once
#include <concepts>
#include <string>
#include <string_view>

#include "talweg/data/csv.hpp"
#include "talweg/data/input.hpp"
#include "talweg/data/table.hpp"

namespace talweg::data {

/// A format of data files that are read whole. A new one joins the list in read.cpp.
template <class F>
concept FileFormat = requires(std::string content, const std::string& path, const CsvOptions& options) {
  { F::recognises(std::string_view(content)) } -> std::same_as<bool>;
  { F::read(std::move(content), path, options) } -> std::same_as<Table>;
};

/// Reads a file, its format recognised by content: IDX images, libsvm rows, otherwise delimited text; gzip is undone. A
/// table in memory is taken as it is, its columns made what `options` say: texts that are numbers become numbers, and
/// numbers texts.
Table read_table(const Input& input, const CsvOptions& options = {});

/// What `read_table` makes of a table in memory.
Table read_in_memory(const Input& input, const CsvOptions& options);

/// How a text is to be read: as it says itself of a file, and as what it is of a table in memory.
CsvOptions reading_of(const Input& input);

/// Puts the labels of a second IDX (or one-column) file beside the images of the first, as the last column.
void append_labels(Table& table, const Input& labels);

}  // namespace talweg::data
