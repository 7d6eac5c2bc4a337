#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/data/reading.hpp"
#include "talweg/data/table.hpp"

namespace talweg::data {

/// What a reader of a second file already knows from the first; by default everything is found out from the content.
struct CsvOptions {
  Reading reading = {};  ///< what was said of the file, which comes before what is known
  std::optional<bool> header = {};
  std::optional<char> delimiter = {};
  /// Names for the columns of a file without header; the entry with as many names as the file has columns is used.
  std::vector<std::vector<std::string>> layouts = {};
  /// The kind that a column must have; nullopt leaves it to the content.
  std::function<std::optional<Column::Kind>(std::string_view name)> kind_of = {};
  bool every_column = false;     ///< also the empty one behind a delimiter that ends every row
  bool keep_cells = false;       ///< of Reading::id and Reading::keep, as Table::kept
  bool cut = false;              ///< the text may end within a row, which is then left out
  bool libsvm_from_one = false;  ///< libsvm rows for a model that knows indices from 1 on: an index 0 is refused
  /// Libsvm rows for a model that knows indices from 0 to this one: rows without index 0 that go beyond are refused.
  std::optional<std::uint64_t> libsvm_last_from_zero = {};
  bool sparse_libsvm = false;  ///< libsvm rows are kept as Table::sparse, and never densified
};

/// Reads delimited text (comma, tab, semicolon, bar or blanks; with or without header) that is already in memory.
/// A column is numeric when at least 90 % of its cells that are not missing are numbers; then text, inf or nan in it is
/// an error with file:line:column. Missing is empty, NA or ?. Without a header the columns are c1, c2, … All this,
/// where `options.reading` says nothing else. Throws Error for a reading that is wrong in itself.
TALWEG_API Table read_csv(std::string content, const std::string& origin, const CsvOptions& options = {});

/// `content` without the mark of its encoding; throws for what is no text: archives, UTF-16, other binary files.
TALWEG_API std::string plain_text(std::string content, const std::string& origin);

}  // namespace talweg::data
