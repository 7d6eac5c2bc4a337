#include "talweg/api/train/training_table.hpp"

#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/listing.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/idx.hpp"
#include "talweg/data/stream/source.hpp"

namespace talweg::api {

bool holds_images(const data::Input& file) {
  if (file.table() || !file.is_repeatable()) return false;
  std::string first(4, '\0');
  first.resize(data::stream::Source::open(file)->read(first.data(), first.size()));
  return data::is_idx(first);
}

data::Table read_training_table(const data::Input& file, std::string& target, const data::CsvOptions& options) {
  data::Table table = data::read_table(file, options);
  if (table.format == data::Format::idx) {
    if (target.empty())
      throw Error(
          text::cat(file.name(), ": holds images; name the file of their labels with ", text::option("target")));
    data::append_labels(table, target);
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
  return table;
}

}  // namespace talweg::api
