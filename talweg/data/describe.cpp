#include "talweg/data/describe.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "talweg/data/blanks.hpp"
#include "talweg/data/safe_scale.hpp"
#include "talweg/data/sparse_rows.hpp"

namespace talweg::data {

namespace {

std::string format_name(const Table& table) {
  if (!table.form.empty()) return table.form;
  if (table.format == Format::idx) return "IDX";
  if (table.format == Format::libsvm) return "libsvm";
  return table.delimiter == '\t' ? "TSV" : "CSV";
}

std::string delimiter_name(const Table& table) {
  if (table.format != Format::csv || !table.form.empty()) return "";
  switch (table.delimiter) {
    case '\t':
      return "tab";
    case ';':
      return "semicolon";
    case '|':
      return "bar";
    case blanks:
      return "blanks";
    case double_colon:
      return "double colon";
    default:
      return "comma";
  }
}

using Features = std::unordered_map<std::string_view, const Feature*>;

std::string role_of(const Column& column, const Features& features, const Target& target) {
  if (column.name == target.name) return "target";
  const auto found = features.find(column.name);
  if (found == features.end()) return "ignored";
  const Feature& f = *found->second;
  if (f.kind == Column::Kind::ignored) return "left out";
  return f.inputs() == 0 || f.factor == 0 ? "constant" : "feature";
}

ColumnDescription describe_column(const Column& column, const Table& table, std::string role) {
  ColumnDescription d;
  d.name = column.name;
  d.role = std::move(role);
  if (column.kind == Column::Kind::text) {
    d.kind = "text";
    d.distinct = column.categories.size();
    d.missing = static_cast<std::size_t>(std::count(column.codes.begin(), column.codes.end(), -1));
    d.all_missing = d.missing == table.rows;
    d.examples.assign(column.categories.begin(),
                      column.categories.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(5, d.distinct)));
    return d;
  }
  d.kind = "numeric";
  d.low = d.high = d.mean = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t r = 0; r < table.rows; ++r) {
    const double v = column.number(r);
    d.missing += std::isnan(v);
    d.low = std::fmin(d.low, v);
    d.high = std::fmax(d.high, v);
  }
  d.all_missing = d.missing == table.rows;
  if (d.all_missing) return d;
  const double scale = safe_scale(std::fmax(std::abs(d.low), std::abs(d.high)));  // a sum may overflow as well
  double sum = 0;
  for (std::size_t r = 0; r < table.rows; ++r)
    if (const double v = column.number(r); !std::isnan(v)) sum += v * scale;
  d.mean = sum / static_cast<double>(table.rows - d.missing) / scale;
  return d;
}

}  // namespace

Description describe(const Table& table, const Preprocess& preprocess) {
  Description d;
  d.origin = table.origin;
  d.format = format_name(table);
  d.delimiter = delimiter_name(table);
  d.header = table.header;
  d.rows = table.rows;
  const Target& target = preprocess.target;
  Features features;
  for (const auto& f : preprocess.features) features.emplace(f.name, &f);
  for (const auto& column : table.columns)
    d.columns.push_back(describe_column(column, table, role_of(column, features, target)));
  d.task = target.task == Task::regression ? "regression" : target.task == Task::binary ? "binary" : "classes";
  if (target.task != Task::regression) {
    for (const auto& label : target.classes) d.classes.push_back({label, 0});
    for (const double c : target_values(table, target)) ++d.classes[static_cast<std::size_t>(c)].rows;
  }
  d.inputs = preprocess.inputs();
  if (table.sparse) {
    d.sparse_columns = std::max(table.sparse->width, table.first_index) - table.first_index;
    d.nonzeros = table.sparse->nonzeros();
  }
  d.standardized = preprocess.standardized;
  d.notes = table.notes;
  d.notes.insert(d.notes.end(), preprocess.notes.begin(), preprocess.notes.end());
  if (table.format == Format::idx && !preprocess.standardized) d.notes.push_back("pixels 0..255 are scaled to 0..1");
  return d;
}

}  // namespace talweg::data
