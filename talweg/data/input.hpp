#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/data/reading.hpp"
#include "talweg/data/sparse_rows.hpp"
#include "talweg/data/table.hpp"

/// Where rows come from.
namespace talweg::data {

/// What a request reads: a file by its path ("-": standard input), or a table in memory, which is shared and never
/// changed, and how it is read. A text stands for its path, so that `{.file = "iris.csv"}` and `{.file = table}` are
/// both requests.
class TALWEG_API Input {
 public:
  Reading reading = {};  ///< how it is read

  Input() = default;
  Input(std::string path, Reading how = {}) : reading(std::move(how)), path_(std::move(path)) {}
  Input(const char* path, Reading how = {}) : reading(std::move(how)), path_(path) {}
  Input(Table table) : table_(std::make_shared<const Table>(std::move(table))) {}
  Input(std::shared_ptr<const Table> table) : table_(std::move(table)) {}

  bool empty() const { return path_.empty() && !table_; }
  /// "" of a table.
  const std::string& path() const { return path_; }
  /// nullptr of a path.
  const std::shared_ptr<const Table>& table() const { return table_; }
  /// The same rows, read as another file is: of a table in memory, as far as that goes for one.
  Input read_as(const Reading& other) const;
  /// Names the rows of `other`, which are read as was said here.
  void set_rows(const Input& other) { path_ = other.path_, table_ = other.table_; }
  /// What messages call it: the path, "standard input", or the origin of the table.
  std::string name() const;
  /// Whether it can be read again from its beginning: neither standard input nor a pipe.
  bool is_repeatable() const;
  bool operator==(const Input&) const = default;

 private:
  std::string path_;
  std::shared_ptr<const Table> table_;
};

/// A column of numbers, NaN where one is missing; and of texts, missing where they are empty, NA or ?, as in files.
TALWEG_API Column numbers(std::string name, std::vector<double> values);
TALWEG_API Column texts(std::string name, const std::vector<std::string>& values);

/// Columns of equal length as a table, which trains, predicts and is evaluated as a file of delimited text with a
/// header would be. `origin` is what messages call it. Throws Error for no column, no row, columns of different
/// lengths, a name that is empty or stands twice, and infinite numbers.
TALWEG_API Table table_of(std::vector<Column> columns, std::string origin = "the rows in memory");

/// Sparse rows with one label each, as a table, which trains as a file of libsvm rows would: column c of `rows` is the
/// index c of such a file. Throws Error for another number of labels, labels and values that are not finite, and
/// columns of a row that do not rise or are not below `rows.width`.
TALWEG_API Table table_of(std::vector<double> labels, SparseRows rows, std::string origin = "the rows in memory");

/// Throws Error for sparse rows that are no such, naming the row, counted from 1.
TALWEG_API void check(const SparseRows& rows, const std::string& origin);

/// Between the cells of the text of a table.
inline constexpr char table_delimiter = ',';

/// The table as the text that such a file would hold, row by row.
class TALWEG_API TableText {
 public:
  explicit TableText(std::shared_ptr<const Table> table) : table_(std::move(table)) {}
  /// Appends the next row, or the header before the first; false at the end.
  bool append_to(std::string& out);

 private:
  std::shared_ptr<const Table> table_;
  std::size_t row_ = 0;
  bool began_ = false;
};
/// All of it.
TALWEG_API std::string text_of(const std::shared_ptr<const Table>& table);

}  // namespace talweg::data
