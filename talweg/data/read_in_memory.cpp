#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/cells.hpp"
#include "talweg/data/dates.hpp"
#include "talweg/data/libsvm.hpp"
#include "talweg/data/read.hpp"
#include "talweg/data/sparse_rows.hpp"

namespace talweg::data {

namespace {

[[noreturn]] void refuse_text(const Table& table, const Column& column, std::size_t code) {
  const auto row = std::ranges::find(column.codes, static_cast<std::int32_t>(code)) - column.codes.begin();
  throw Error(text::cat(table.where(static_cast<std::size_t>(row)), ": '", text::shown(column.categories[code]),
                        "' in the numeric column '", text::shown(column.name),
                        "' is no finite number; correct it, or leave it out if the value is not known"));
}

std::vector<double> as_numbers(const Table& table, const Column& column) {
  std::vector<double> of_category;
  for (std::size_t k = 0; k < column.categories.size(); ++k) {
    const auto number = text::parse_number(column.categories[k]);
    if (!number || !std::isfinite(*number)) refuse_text(table, column, k);
    of_category.push_back(*number);
  }
  std::vector<double> values;
  for (const auto code : column.codes)
    values.push_back(code < 0 ? std::nan("") : of_category[static_cast<std::size_t>(code)]);
  return values;
}

std::string as_text(const Column& column, std::size_t row) {
  return column.kind == Column::Kind::text ? column.categories[static_cast<std::size_t>(column.codes[row])]
                                           : text::number(column.number(row));
}

std::vector<std::string> as_texts(const Table& table, const Column& column) {
  std::vector<std::string> values;
  for (std::size_t r = 0; r < table.rows; ++r)
    values.push_back(column.is_missing(r) ? std::string() : as_text(column, r));
  return values;
}

std::vector<double> as_dates(const Table& table, const Column& column) {
  std::vector<double> values;
  for (std::size_t r = 0; r < table.rows; ++r) {
    const std::string cell = column.is_missing(r) ? "" : as_text(column, r);
    const auto days = parse_date(cell);
    if (!days && !cell.empty())
      throw Error(text::cat(table.where(r), ": '", text::shown(cell), "' in the column of dates '",
                            text::shown(column.name), "' ", no_date_complaint(cell)));
    values.push_back(days.value_or(std::nan("")));
  }
  return values;
}

/// What a column of a table in memory is to be.
std::optional<Column::Kind> wanted_kind(const CsvOptions& options, const std::string& name) {
  const auto in = [&](const std::vector<std::string>& names) { return std::ranges::find(names, name) != names.end(); };
  if (in(options.reading.categories)) return Column::Kind::text;
  if (in(options.reading.numbers)) return Column::Kind::numeric;
  return options.kind_of ? options.kind_of(name) : std::nullopt;
}

void keep_cells(Table& table, const Reading& reading) {
  std::vector<std::string> names = reading.keep;
  if (!reading.id.empty()) names.insert(names.begin(), reading.id);
  for (const auto& name : names)
    if (const Column* column = table.find(name)) table.kept.push_back({name, as_texts(table, *column)});
}

}  // namespace

Table conform(Table table, const CsvOptions& options) {
  if (options.keep_cells) keep_cells(table, options.reading);
  for (Column& column : table.columns) {
    const auto wanted = wanted_kind(options, column.name);
    if (wanted == Column::Kind::ignored) {
      column.numbers = {}, column.codes = {}, column.categories = {};
      column.kind = Column::Kind::ignored;
    } else if (std::ranges::find(options.reading.dates, column.name) != options.reading.dates.end()) {
      column = numbers(column.name, as_dates(table, column));
    } else if (wanted && *wanted != column.kind) {
      column = *wanted == Column::Kind::numeric ? numbers(column.name, as_numbers(table, column))
                                                : texts(column.name, as_texts(table, column));
    }
  }
  return table;
}

namespace {

Table read_sparse(const Input& input, const CsvOptions& options) {
  const bool as_it_is = options.sparse_libsvm && !options.libsvm_from_one && !options.libsvm_last_from_zero;
  if (as_it_is) return *input.table();
  const std::string text = text_of(input.table());
  Table table = options.sparse_libsvm ? sparse_table(read_libsvm_rows(text, input.name(), options), input.name())
                                      : read_libsvm(text, input.name(), options);
  table.lines.clear();
  return table;
}

}  // namespace

void check_in_memory(const Input& input) {
  if (input.table()->sparse)
    input.reading.refuse_except({}, "sparse rows in memory");
  else
    input.reading.refuse_except({"date", "category", "number", "drop_missing_target", "id", "keep"},
                                "a table in memory");
  input.reading.check();
}

Table read_in_memory(const Input& input, const CsvOptions& options) {
  check_in_memory(input);
  return input.table()->sparse ? read_sparse(input, options) : conform(*input.table(), options);
}

}  // namespace talweg::data
