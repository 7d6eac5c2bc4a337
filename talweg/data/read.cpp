#include "talweg/data/read.hpp"

#include "talweg/base/archive.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/idx.hpp"
#include "talweg/data/libsvm.hpp"
#include "talweg/data/lines.hpp"
#include "talweg/data/sparse_rows.hpp"

namespace talweg::data {

Table read_table(const std::string& path, const CsvOptions& options) {
  std::string content = file::read(path);
  if (Archive::recognises(content))
    throw Error(text::cat(path, ": is a model file of talweg, where data was expected"));
  if (is_idx(content)) return read_idx(content, path);
  std::string_view text = content;
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (is_libsvm(text))
    return options.sparse_libsvm ? sparse_table(read_libsvm_rows(text, path, options), path)
                                 : read_libsvm(text, path, options);
  return read_csv(std::move(content), path, options);
}

void append_labels(Table& table, const std::string& labels_path) {
  Table labels = read_table(labels_path);
  if (labels.columns.size() != 1)
    throw Error(text::cat(labels_path, ": has ", labels.columns.size(), " values an item where labels have one",
                          labels.format == Format::idx ? "; are images and labels swapped?" : ""));
  if (labels.rows != table.rows)
    throw Error(text::cat(labels_path, ": has ", labels.rows, " labels where ", table.origin, " has ", table.rows,
                          " images; name the files that belong together"));
  table.columns.push_back(std::move(labels.columns[0]));
  table.columns.back().name = "label";
}

}  // namespace talweg::data
