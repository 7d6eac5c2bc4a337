#include "talweg/data/input.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <sys/stat.h>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/cells.hpp"

namespace talweg::data {

namespace {

void append_quoted(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

/// A row of one empty cell would be an empty line, which is none: `alone` writes its quotes.
void append_cell(const Column& column, std::size_t row, bool alone, std::string& out) {
  if (column.is_missing(row)) {
    if (alone) append_quoted("", out);
    return;
  }
  if (column.kind == Column::Kind::text)
    append_quoted(column.categories[static_cast<std::size_t>(column.codes[row])], out);
  else
    out += text::number(column.number(row));
}

void append_sparse(const Table& table, std::size_t row, std::string& out) {
  out += text::number(table.columns[0].number(row));
  for (std::size_t k = table.sparse->starts[row]; k < table.sparse->starts[row + 1]; ++k)
    out += text::cat(" ", table.sparse->columns[k], ":", table.sparse->value(k));
}

void check_numbers(std::span<const double> values, const std::string& origin, std::string_view what) {
  for (std::size_t r = 0; r < values.size(); ++r)
    if (std::isinf(values[r]))
      throw Error(text::cat(origin, ": row ", r + 1, ": the number ", values[r], " in ", what,
                            " is not finite; correct it, or make it NaN where the value is not known"));
}

/// Rows of a table are numbered by 32 bits.
void check_rows(std::size_t rows, const std::string& origin) {
  constexpr std::size_t most = 0xfffffffe;
  if (rows == 0) throw Error(text::cat(origin, ": a table needs at least one row"));
  if (rows > most) throw Error(text::cat(origin, ": ", rows, " rows, where a table has at most ", most));
}

void check_columns(const SparseRows& rows, const std::string& origin) {
  for (std::size_t r = 0; r < rows.rows(); ++r)
    for (std::size_t k = rows.starts[r]; k < rows.starts[r + 1]; ++k) {
      const auto where = [&] { return text::cat(origin, ": row ", r + 1, ": the column ", rows.columns[k]); };
      if (rows.columns[k] >= rows.width) throw Error(text::cat(where(), " is not below the width ", rows.width));
      if (k > rows.starts[r] && rows.columns[k] <= rows.columns[k - 1])
        throw Error(text::cat(where(), " does not rise above ", rows.columns[k - 1], " before it; sort the row"));
      if (!std::isfinite(rows.value(k))) throw Error(text::cat(where(), " holds ", rows.value(k), "; correct it"));
    }
}

void check_shape(const SparseRows& rows, const std::string& origin) {
  if (rows.starts.front() != 0 || rows.starts.back() != rows.columns.size() || !std::ranges::is_sorted(rows.starts) ||
      !rows.shift.empty() || (!rows.values.empty() && rows.values.size() != rows.columns.size()))
    throw Error(text::cat(origin,
                          ": the starts of sparse rows begin at 0, never fall, and end at the number of "
                          "columns, with as many values"));
}

}  // namespace

std::string Input::name() const { return table_ ? table_->origin : path_ == "-" ? "standard input" : path_; }

bool Input::is_repeatable() const {
  struct stat info {};
  return table_ || (path_ != "-" && ::stat(path_.c_str(), &info) == 0 && S_ISREG(info.st_mode));
}

Input Input::read_as(const Reading& other) const {
  Input out = *this;
  out.reading = table_ ? other.of_columns() : other;
  return out;
}

Column numbers(std::string name, std::vector<double> values) {
  Column column;
  column.name = std::move(name);
  column.missing = static_cast<std::size_t>(std::ranges::count_if(values, [](double v) { return std::isnan(v); }));
  column.numbers = std::move(values);
  return column;
}

Column texts(std::string name, const std::vector<std::string>& values) {
  Column column;
  column.name = std::move(name);
  column.kind = Column::Kind::text;
  for (const std::string& v : values)
    if (!is_missing_token(v)) column.categories.push_back(v);
  std::ranges::sort(column.categories);
  column.categories.erase(std::unique(column.categories.begin(), column.categories.end()), column.categories.end());
  for (const std::string& v : values) {
    const auto place = std::ranges::lower_bound(column.categories, v) - column.categories.begin();
    column.codes.push_back(is_missing_token(v) ? -1 : static_cast<std::int32_t>(place));
    column.missing += is_missing_token(v);
  }
  return column;
}

void check(const SparseRows& rows, const std::string& origin) {
  check_shape(rows, origin);
  check_columns(rows, origin);
}

Table table_of(std::vector<Column> columns, std::string origin) {
  if (columns.empty()) throw Error(text::cat(origin, ": a table needs at least one column"));
  Table table;
  table.origin = std::move(origin);
  table.header = true;
  const auto length = [](const Column& c) { return c.kind == Column::Kind::text ? c.codes.size() : c.numbers.size(); };
  table.rows = length(columns.front());
  check_rows(table.rows, table.origin);
  std::set<std::string_view> names;
  for (const Column& c : columns) {
    if (c.name.empty()) throw Error(text::cat(table.origin, ": a column has no name; give it one"));
    if (!names.insert(c.name).second)
      throw Error(text::cat(table.origin, ": the column name '", text::shown(c.name), "' stands twice; rename one"));
    if (length(c) != table.rows)
      throw Error(text::cat(table.origin, ": the column '", text::shown(c.name), "' has ", length(c), " rows where '",
                            text::shown(columns.front().name), "' has ", table.rows));
    check_numbers(c.numbers, table.origin, text::cat("the column '", text::shown(c.name), "'"));
  }
  table.columns = std::move(columns);
  return table;
}

Table table_of(std::vector<double> labels, SparseRows rows, std::string origin) {
  check_shape(rows, origin);
  check_rows(rows.rows(), origin);
  if (labels.size() != rows.rows())
    throw Error(text::cat(origin, ": ", labels.size(), " labels for ", rows.rows(), " rows"));
  check_numbers(labels, origin, "the labels");
  if (const auto missing = std::ranges::find_if(labels, [](double v) { return std::isnan(v); });
      missing != labels.end())
    throw Error(text::cat(origin, ": row ", missing - labels.begin() + 1, ": the label is missing"));
  check_columns(rows, origin);
  LibsvmRows read;
  read.zero_used = std::ranges::find(rows.columns, 0u) != rows.columns.end();
  read.cells = std::move(rows);
  read.labels = std::move(labels);
  Table table = sparse_table(std::move(read), origin);
  table.lines.clear();
  return table;
}

bool TableText::append_to(std::string& out) {
  if (row_ == table_->rows) return false;
  if (table_->sparse) {
    append_sparse(*table_, row_++, out);
  } else {
    for (std::size_t c = 0; c < table_->columns.size(); ++c) {
      if (c > 0) out += table_delimiter;
      if (began_)
        append_cell(table_->columns[c], row_, table_->columns.size() == 1, out);
      else
        append_quoted(table_->columns[c].name, out);
    }
    if (began_) ++row_;
    began_ = true;
  }
  out += '\n';
  return true;
}

std::string text_of(const std::shared_ptr<const Table>& table) {
  std::string out;
  TableText text(table);
  while (text.append_to(out)) {
  }
  return out;
}

}  // namespace talweg::data
