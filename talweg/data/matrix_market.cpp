#include "talweg/data/matrix_market.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/input.hpp"
#include "talweg/data/libsvm.hpp"
#include "talweg/data/lines.hpp"
#include "talweg/data/read.hpp"
#include "talweg/data/sparse_rows.hpp"

namespace talweg::data {

namespace {

constexpr std::string_view mark = "%%matrixmarket";
constexpr std::uint64_t largest_size = 0xfffffff;

enum class Symmetry { general, symmetric, skew };

std::string_view take_word(std::string_view& line) {
  line = text::trim(line);
  const std::string_view word = line.substr(0, line.find_first_of(" \t"));
  line.remove_prefix(word.size());
  return word;
}

struct Entry {
  std::uint32_t row, column, line;
  double value;
};

class Reader {
 public:
  Reader(std::string_view content, const std::string& origin) : rest_(content), origin_(origin) { read_head(); }

  bool coordinate() const { return coordinate_; }
  std::uint32_t line() const { return line_; }

  LibsvmRows sparse() {
    std::vector<Entry> entries;
    for (std::uint64_t k = 0; k < count_; ++k) add_entry(entries, next_line());
    expect_end();
    std::ranges::stable_sort(
        entries, [](const Entry& a, const Entry& b) { return a.row != b.row ? a.row < b.row : a.column < b.column; });
    LibsvmRows out;
    out.cells.width = columns_ + 1;  // indices count from 1
    std::size_t k = 0;
    for (std::uint64_t r = 1; r <= rows_; ++r) {
      for (; k < entries.size() && entries[k].row == r; ++k) {
        if (k > 0 && entries[k - 1].row == r && entries[k - 1].column == entries[k].column)
          fail(entries[k].line, text::cat("the place ", r, " ", entries[k].column, " stood in line ",
                                          entries[k - 1].line, " before; keep one of them"));
        if (entries[k].value == 0) continue;
        out.cells.columns.push_back(entries[k].column);
        out.cells.values.push_back(entries[k].value);
      }
      out.cells.starts.push_back(out.cells.columns.size());
    }
    out.labels.assign(rows_, 0);
    return out;
  }

  std::vector<Column> dense() {
    std::vector<Column> columns(columns_);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      std::vector<double> values(rows_, 0);
      const std::uint64_t from = symmetry_ == Symmetry::general ? 0 : c + (symmetry_ == Symmetry::skew);
      for (std::uint64_t r = from; r < rows_; ++r) {
        std::string_view line = next_line();
        values[r] = number(line);
      }
      columns[c] = numbers(text::cat("c", c + 1), std::move(values));
    }
    expect_end();
    if (symmetry_ != Symmetry::general)
      for (std::size_t c = 0; c < columns.size(); ++c)
        for (std::size_t r = 0; r < c; ++r)
          columns[c].numbers[r] = (symmetry_ == Symmetry::skew ? -1 : 1) * columns[r].numbers[c];
    return columns;
  }

 private:
  [[noreturn]] void fail(std::uint32_t line, std::string_view what) const {
    throw Error(text::cat(origin_, ":", line, ": ", what));
  }

  /// The next line that is neither blank nor a remark.
  std::string_view next_line() {
    while (!rest_.empty()) {
      const std::string_view line = text::trim(take_line(rest_));
      ++line_;
      if (!line.empty() && line[0] != '%') return line;
    }
    fail(line_, text::cat("the file ends before its ", count_, " entries; is it complete?"));
  }
  void expect_end() {
    while (!rest_.empty()) {
      const std::string_view line = text::trim(take_line(rest_));
      ++line_;
      if (!line.empty() && line[0] != '%')
        fail(line_, text::cat("stands behind the ", count_, " entries that were announced"));
    }
  }

  void read_head() {
    std::string head = text::lower(take_line(rest_));
    line_ = 1;
    std::string_view words = head;
    take_word(words);
    const std::string_view object = take_word(words), form = take_word(words), field = take_word(words),
                           symmetry = take_word(words);
    coordinate_ = form == "coordinate";
    pattern_ = field == "pattern";
    if (object != "matrix" || (!coordinate_ && form != "array"))
      fail(1, "expected '%%MatrixMarket matrix coordinate' or 'array'");
    if (field != "real" && field != "integer" && field != "double" && !(pattern_ && coordinate_))
      fail(1, text::cat("holds numbers that are '", text::shown(field), "'; real, integer and pattern are read"));
    symmetry_ = symmetry == "symmetric"        ? Symmetry::symmetric
                : symmetry == "skew-symmetric" ? Symmetry::skew
                                               : Symmetry::general;
    if (symmetry_ == Symmetry::general && symmetry != "general")
      fail(1, text::cat("is '", text::shown(symmetry), "'; general, symmetric and skew-symmetric are read"));
    std::string_view sizes = next_line();
    rows_ = size(sizes), columns_ = size(sizes);
    count_ = coordinate_ ? size(sizes, std::numeric_limits<std::uint32_t>::max()) : rows_ * columns_;
    if (rows_ == 0 || columns_ == 0) fail(line_, "a table needs at least one row and one column");
  }
  std::uint64_t size(std::string_view& line, std::uint64_t most = largest_size) {
    const std::string_view word = take_word(line);
    const auto n = text::parse_integer(word);
    if (!n || *n < 0 || static_cast<std::uint64_t>(*n) > most)
      fail(line_, text::cat("'", text::shown(word), "' is no size: expected rows, columns",
                            coordinate_ ? " and entries" : "", ", each up to ", most));
    return static_cast<std::uint64_t>(*n);
  }
  double number(std::string_view& line) {
    const std::string_view word = take_word(line);
    const auto value = text::parse_number(word);
    if (!value || !std::isfinite(*value)) fail(line_, text::cat("'", text::shown(word), "' is no finite number"));
    return *value;
  }
  std::uint32_t index(std::string_view& line, std::uint64_t most) {
    const std::string_view word = take_word(line);
    const auto n = text::parse_integer(word);
    if (!n || *n < 1 || static_cast<std::uint64_t>(*n) > most)
      fail(line_, text::cat("'", text::shown(word), "' is no index from 1 to ", most));
    return static_cast<std::uint32_t>(*n);
  }

  void add_entry(std::vector<Entry>& entries, std::string_view line) {
    Entry e{index(line, rows_), index(line, columns_), line_, 1};
    if (!pattern_) e.value = number(line);
    if (!text::trim(line).empty())
      fail(line_, text::cat("'", text::shown(text::trim(line)), "' stands behind the entry"));
    entries.push_back(e);
    if (symmetry_ == Symmetry::general || e.row == e.column) return;
    if (e.column > rows_ || e.row > columns_) fail(line_, "a symmetric matrix has as many rows as columns");
    std::swap(e.row, e.column);
    if (symmetry_ == Symmetry::skew) e.value = -e.value;
    entries.push_back(e);
  }

  std::string_view rest_;
  const std::string& origin_;
  std::uint32_t line_ = 0;
  bool coordinate_ = false, pattern_ = false;
  Symmetry symmetry_ = Symmetry::general;
  std::uint64_t rows_ = 0, columns_ = 0, count_ = 0;
};

std::string_view without_mark(std::string_view content) {
  if (content.starts_with(byte_order_mark)) content.remove_prefix(byte_order_mark.size());
  return content;
}

}  // namespace

bool is_matrix_market(std::string_view content) {
  return text::lower(without_mark(content).substr(0, mark.size())) == mark;
}

Table read_matrix_market(std::string_view content, const std::string& origin, const CsvOptions& options) {
  Reader reader(without_mark(content), origin);
  Table table;
  if (reader.coordinate()) {
    options.reading.refuse_except({}, "sparse rows, whose form is fixed");
    LibsvmRows rows = reader.sparse();
    table = options.sparse_libsvm ? sparse_table(std::move(rows), origin) : dense_table(std::move(rows), origin);
    table.columns.erase(table.columns.begin());  // no row has a label
  } else {
    options.reading.refuse_except({"category", "number", "drop_missing_target", "id", "keep"}, "an array");
    options.reading.check();
    table = table_of(reader.dense(), origin);
    for (const auto& names : options.layouts)
      if (names.size() == table.columns.size())
        for (std::size_t c = 0; c < names.size(); ++c) table.columns[c].name = names[c];
    table.header = false;
    table = conform(std::move(table), options);
  }
  table.labels_apart = true;
  table.form = "MatrixMarket";
  return table;
}

std::size_t lines_before_entries(std::string_view content, const std::string& origin) {
  return Reader(without_mark(content), origin).line();
}

}  // namespace talweg::data
