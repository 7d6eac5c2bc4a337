#include "talweg/api/train/training_table.hpp"

#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/listing.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/drop_missing.hpp"

namespace talweg::api {

void append_truth(data::Table& table, const data::Input& file, const std::string& target) {
  if (target.empty())
    throw Error(text::cat(
        file.name(), table.format == data::Format::idx ? ": holds images" : ": holds no labels",
        "; name the file of their labels with ", text::option("target"),
        table.columns.empty() || table.format == data::Format::idx
            ? ""
            : text::cat(", or one of its columns, ", table.columns.front().name, " to ", table.columns.back().name)));
  data::append_labels(table, target);
}

data::Table read_training_table(const data::Input& file, std::string& target, const data::CsvOptions& options) {
  data::Table table = data::read_table(file, options);
  data::check_columns(file.reading, table);
  if (table.labels_apart && !table.find(target)) {
    append_truth(table, file, target);
    target = "label";
  } else if (table.format == data::Format::libsvm && target.empty()) {
    target = "label";
  } else if (target.empty()) {
    std::vector<std::string_view> names;
    for (const auto& c : table.columns) names.push_back(c.name);
    const bool many = names.size() > 9;
    throw Error(text::cat("name the column to predict with ", text::option("target"), "; ", file.name(), " has ",
                          text::list_some(names, 8), many ? text::cat("; the last is ", names.back()) : ""));
  }
  if (file.reading.drop_missing_target) data::drop_missing(table, target);
  return table;
}

}  // namespace talweg::api
