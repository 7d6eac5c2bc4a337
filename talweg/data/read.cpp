#include "talweg/data/read.hpp"

#include <tuple>
#include <utility>

#include "talweg/base/archive.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/idx.hpp"
#include "talweg/data/libsvm.hpp"
#include "talweg/data/lines.hpp"
#include "talweg/data/sparse_rows.hpp"

namespace talweg::data {

namespace {

struct Idx {
  static bool recognises(std::string_view content) { return is_idx(content); }
  static Table read(std::string content, const std::string& path, const CsvOptions&) { return read_idx(content, path); }
};

struct Libsvm {
  static std::string_view text(std::string_view content) {
    if (content.starts_with(byte_order_mark)) content.remove_prefix(byte_order_mark.size());
    return content;
  }
  static bool recognises(std::string_view content) { return is_libsvm(text(content)); }
  static Table read(std::string content, const std::string& path, const CsvOptions& options) {
    return options.sparse_libsvm ? sparse_table(read_libsvm_rows(text(content), path, options), path)
                                 : read_libsvm(text(content), path, options);
  }
};

/// What is nothing else.
struct Delimited {
  static bool recognises(std::string_view) { return true; }
  static Table read(std::string content, const std::string& path, const CsvOptions& options) {
    return read_csv(std::move(content), path, options);
  }
};

/// In the order in which they are asked.
using AllFormats = std::tuple<Idx, Libsvm, Delimited>;

template <FileFormat First, FileFormat... Rest>
Table read_first(std::tuple<First, Rest...>*, std::string content, const std::string& path, const CsvOptions& options) {
  if constexpr (sizeof...(Rest) > 0)
    if (!First::recognises(content))
      return read_first(static_cast<std::tuple<Rest...>*>(nullptr), std::move(content), path, options);
  return First::read(std::move(content), path, options);
}

}  // namespace

Table read_table(const Input& input, const CsvOptions& options) {
  if (input.table()) return read_in_memory(input, options);
  const std::string& path = input.path();
  std::string content = file::read(path);
  if (Archive::recognises(content))
    throw Error(text::cat(path, ": is a model file of talweg, where data was expected"));
  return read_first(static_cast<AllFormats*>(nullptr), std::move(content), path, options);
}

CsvOptions reading_of(const Input& input) {
  CsvOptions options;
  if (!input.table()) return options;
  options.header = true;
  options.delimiter = table_delimiter;
  options.kind_of = [input](std::string_view name) -> std::optional<Column::Kind> {
    const Column* column = input.table()->find(name);
    return column ? std::optional(column->kind) : std::nullopt;
  };
  return options;
}

void append_labels(Table& table, const Input& from) {
  Table labels = read_table(from);
  if (labels.columns.size() != 1)
    throw Error(text::cat(from.name(), ": has ", labels.columns.size(), " values an item where labels have one",
                          labels.format == Format::idx ? "; are images and labels swapped?" : ""));
  if (labels.rows != table.rows)
    throw Error(text::cat(from.name(), ": has ", labels.rows, " labels where ", table.origin, " has ", table.rows,
                          " images; name the files that belong together"));
  table.columns.push_back(std::move(labels.columns[0]));
  table.columns.back().name = "label";
}

}  // namespace talweg::data
