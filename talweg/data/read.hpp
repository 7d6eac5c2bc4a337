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

/// Reads a file, its format recognised by content: IDX images, arrays of NumPy, MatrixMarket, JSON, libsvm rows,
/// otherwise delimited text; gzip is undone. A
/// table in memory is taken as it is, its columns made what they are said to be: texts that are numbers become numbers,
/// and numbers texts. `input.reading` says what `known.reading` may not.
Table read_table(const Input& input, const CsvOptions& known = {});

/// Throws Error for what was said of a table in memory and has no effect on one.
void check_in_memory(const Input& input);

/// What `read_table` makes of a table in memory.
Table read_in_memory(const Input& input, const CsvOptions& options);

/// The columns of a table in memory, made what they are wanted to be; and the cells that are to be kept.
Table conform(Table table, const CsvOptions& options);

/// How a text is to be read: as it says itself of a file, and as what it is of a table in memory.
CsvOptions reading_of(const Input& input);

/// Puts the labels of a second file, of any format, with one column, beside the rows of the first, as the last column.
void append_labels(Table& table, const Input& labels);

/// Whether the labels of a file's rows may lie in a file of their own: IDX, NPY, MatrixMarket. Looks at its first
/// bytes; false for what is no regular file.
bool labels_lie_apart(const Input& file);

/// `target` where it names such a file of labels, and no column; otherwise "".
std::string labels_file(const Input& file, const std::string& target);

}  // namespace talweg::data
