#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/base/export.hpp"

namespace talweg::data {

/// One column of a table. Missing cells are NaN in `numbers` and -1 in `codes`.
struct TALWEG_API Column {
  enum class Kind { numeric, text, ignored };

  std::string name;
  Kind kind = Kind::numeric;
  std::vector<double> numbers;          ///< (rows), numeric
  std::vector<std::uint8_t> bytes;      ///< (rows), numeric, in place of `numbers` for the pixels of images
  std::vector<std::int32_t> codes;      ///< (rows), text: index into categories
  std::vector<std::string> categories;  ///< text: the different texts, in the order of their bytes
  std::size_t missing = 0;
  std::string complaint;  ///< text: numbers with separators, as a message with its place; thrown by who would use them
  /// Numeric, with whole numbers beyond 2^53 (long_integer.hpp): different ones that are one double, as a message with
  /// its place; thrown by who would tell them apart by their numbers. `codes` and `categories` then hold the texts of
  /// the cells, for labels; beyond `most_labels` of them, only the categories that were seen.
  std::string merged;
  static constexpr std::size_t most_labels = 10'000;

  /// Throws Error for a column that can be told, and not be used.
  void check_usable() const;
  double number(std::size_t row) const { return bytes.empty() ? numbers[row] : bytes[row]; }
  bool is_missing(std::size_t row) const;
};

enum class Format { csv, idx, libsvm };

/// Cells as they stand in the file, kept beside what is made of their rows.
struct KeptColumn {
  std::string name;
  std::vector<std::string> cells;  ///< (rows)
};

struct SparseRows;

/// What a file holds, column by column, before anything is decided about models.
struct TALWEG_API Table {
  std::string origin;  ///< the file's name, for messages
  Format format = Format::csv;
  std::size_t rows = 0;
  std::vector<Column> columns;
  std::vector<std::uint32_t> lines;  ///< (rows), line of the file each row begins at; empty when there are no lines
  char delimiter = ',';
  bool header = false;
  std::shared_ptr<const SparseRows>
      sparse;                      ///< libsvm, where asked for: the features; `columns` then has the label only
  std::size_t first_index = 1;     ///< of the features of libsvm rows
  bool labels_apart = false;       ///< those of the rows may lie in a file of their own
  std::string form;                ///< what people call the format, where `format` does not say it: "JSON lines"
  std::vector<KeptColumn> kept;    ///< of Reading::id and Reading::keep
  std::vector<std::string> notes;  ///< what a reader should know: columns read as text although they look like numbers

  const Column* find(std::string_view name) const;
  /// Throws when there is no such column, with near names.
  const Column& column(std::string_view name) const;
  /// "iris.csv:17", or "labels.gz: row 17" where there are no lines.
  std::string where(std::size_t row) const;
};

}  // namespace talweg::data
