#include "talweg/data/read.hpp"

#include <tuple>
#include <utility>

#include "talweg/base/archive.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/idx.hpp"
#include "talweg/data/json_rows.hpp"
#include "talweg/data/libsvm.hpp"
#include "talweg/data/lines.hpp"
#include "talweg/data/matrix_market.hpp"
#include "talweg/data/npy.hpp"
#include "talweg/data/sparse_rows.hpp"
#include "talweg/data/stream/source.hpp"

namespace talweg::data {

namespace {

struct Idx {
  static bool recognises(std::string_view content) { return is_idx(content); }
  static Table read(std::string content, const std::string& path, const CsvOptions& options) {
    options.reading.refuse_except({}, "images");
    return read_idx(content, path);
  }
};

struct Npy {
  static bool recognises(std::string_view content) { return is_npy(content); }
  static Table read(const std::string& content, const std::string& path, const CsvOptions& options) {
    return read_npy(content, path, options);
  }
};

struct Npz {
  static bool recognises(std::string_view content) { return is_npz(content); }
  static Table read(const std::string& content, const std::string& path, const CsvOptions& options) {
    return read_npz(content, path, options);
  }
};

struct MatrixMarket {
  static bool recognises(std::string_view content) { return is_matrix_market(content); }
  static Table read(const std::string& content, const std::string& path, const CsvOptions& options) {
    return read_matrix_market(content, path, options);
  }
};

struct JsonRows {
  static bool recognises(std::string_view content) { return is_json(content); }
  static Table read(const std::string& content, const std::string& path, const CsvOptions& options) {
    return read_json(content, path, options);
  }
};

struct Libsvm {
  static std::string_view text(std::string_view content) {
    if (content.starts_with(byte_order_mark)) content.remove_prefix(byte_order_mark.size());
    return content;
  }
  static bool recognises(std::string_view content) { return is_libsvm(text(content)); }
  static Table read(std::string content, const std::string& path, const CsvOptions& options) {
    options.reading.refuse_except({}, libsvm_rows);
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
using AllFormats = std::tuple<Idx, Npy, Npz, MatrixMarket, JsonRows, Libsvm, Delimited>;

template <FileFormat First, FileFormat... Rest>
Table read_first(std::tuple<First, Rest...>*, std::string content, const std::string& path, const CsvOptions& options) {
  if constexpr (sizeof...(Rest) > 0)
    if (!First::recognises(content))
      return read_first(static_cast<std::tuple<Rest...>*>(nullptr), std::move(content), path, options);
  return First::read(std::move(content), path, options);
}

}  // namespace

Table read_table(const Input& input, const CsvOptions& known) {
  CsvOptions options = known;
  options.reading = input.reading;
  if (input.table()) return read_in_memory(input, options);
  const std::string& path = input.path();
  std::string content = file::read(path);
  if (Archive::recognises(content))
    throw Error(text::cat(path, ": is a model file of talweg, where data was expected"));
  return read_first(static_cast<AllFormats*>(nullptr), std::move(content), path, options);
}

CsvOptions reading_of(const Input& input) {
  CsvOptions options;
  options.reading = input.reading;
  if (!input.table()) return options;
  check_in_memory(input);
  options.header = true;
  options.delimiter = table_delimiter;
  options.kind_of = [input](std::string_view name) -> std::optional<Column::Kind> {
    const Column* column = input.table()->find(name);
    return column ? std::optional(column->kind) : std::nullopt;
  };
  return options;
}

bool labels_lie_apart(const Input& file) {
  if (file.table() || !file.is_repeatable()) return false;
  std::string first(16, '\0');
  first.resize(stream::Source::open(file)->read(first.data(), first.size()));
  return is_idx(first) || is_npy(first) || is_matrix_market(first);
}

std::string labels_file(const Input& file, const std::string& target) {
  return !target.empty() && labels_lie_apart(file) && Input(target).is_repeatable() ? target : "";
}

void append_labels(Table& table, const Input& from) {
  Table labels = read_table(from);
  if (labels.columns.size() != 1)
    throw Error(text::cat(from.name(), ": has ", labels.columns.size(), " values an item where labels have one",
                          labels.labels_apart ? "; are rows and labels swapped?" : ""));
  if (labels.rows != table.rows)
    throw Error(text::cat(from.name(), ": has ", labels.rows, " labels where ", table.origin, " has ", table.rows,
                          " rows; name the files that belong together"));
  table.columns.push_back(std::move(labels.columns[0]));
  table.columns.back().name = "label";
}

}  // namespace talweg::data
