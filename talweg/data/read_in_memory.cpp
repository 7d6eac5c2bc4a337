#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
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

std::vector<std::string> as_texts(const Table& table, const Column& column) {
  std::vector<std::string> values;
  for (std::size_t r = 0; r < table.rows; ++r)
    values.push_back(column.is_missing(r) ? std::string() : text::number(column.number(r)));
  return values;
}

/// A table in memory, its columns of the kinds that are wanted.
Table conform(Table table, const CsvOptions& options) {
  if (!options.kind_of) return table;
  for (Column& column : table.columns) {
    const auto wanted = options.kind_of(column.name);
    if (!wanted || *wanted == column.kind) continue;
    if (*wanted == Column::Kind::ignored) {
      column.numbers = {}, column.codes = {}, column.categories = {};
      column.kind = Column::Kind::ignored;
    } else {
      column = *wanted == Column::Kind::numeric ? numbers(column.name, as_numbers(table, column))
                                                : texts(column.name, as_texts(table, column));
    }
  }
  return table;
}

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

Table read_in_memory(const Input& input, const CsvOptions& options) {
  return input.table()->sparse ? read_sparse(input, options) : conform(*input.table(), options);
}

}  // namespace talweg::data
