#include "talweg/data/table.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/listing.hpp"
#include "talweg/base/text.hpp"

namespace talweg::data {

bool Column::is_missing(std::size_t row) const {
  if (kind == Kind::text) return codes[row] < 0;
  return bytes.empty() && std::isnan(numbers[row]);
}

void Column::check_usable() const {
  if (!complaint.empty()) throw Error(complaint);
}

const Column* Table::find(std::string_view name) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

const Column& Table::column(std::string_view name) const {
  if (const Column* found = find(name)) return *found;
  std::vector<std::string_view> names;
  for (const auto& c : columns) names.push_back(c.name);
  std::string hint = text::did_you_mean(name, names);
  if (hint.empty()) hint = text::cat("the columns are ", text::list_some(names, 8));
  throw Error(text::cat(origin, ": there is no column '", name, "'; ", hint,
                        header || format != Format::csv ? "" : " (no header was found in the first row)"));
}

std::string Table::where(std::size_t row) const {
  return lines.empty() ? text::cat(origin, ": row ", row + 1) : text::cat(origin, ":", lines[row]);
}

}  // namespace talweg::data
