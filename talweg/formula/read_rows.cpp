#include "talweg/formula/read_rows.hpp"

#include <algorithm>

#include "talweg/base/error.hpp"
#include "talweg/base/listing.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"

namespace talweg::formula {

using text::cat;

std::string Columns::place(std::size_t row) const { return where ? where(row) : cat("row ", row + 1); }

Read read_over_rows(std::string_view text, std::vector<std::string> parameters, const Columns& columns) {
  if (columns.rows == 0) throw Error(cat(columns.source, ": holds no rows, over which a formula could go"));
  Read read =
      Parser(text, {.variables = std::move(parameters), .columns = columns.names, .source = columns.source}).formula();
  for (const std::size_t c : read.columns)
    if (columns.values[c].size() != columns.rows)
      throw Error(cat(columns.source, ": the column '", columns.names[c], "' has ", columns.values[c].size(),
                      " numbers for ", columns.rows, " rows"));
  return read;
}

void refuse_no_column(const Read& read, const Columns& columns) {
  if (!read.columns.empty()) return;
  const std::vector<std::string_view> names(columns.names.begin(), columns.names.end());
  throw Error("data", cat("the formula uses no column of ", columns.source, " (", text::list_some(names, 8),
                          "): leave ", text::option("data"), " out, or use one inside mean(…) or sum(…)"));
}

void refuse_loose_columns(const Read& read, const Columns& columns) {
  if (!read.instructions.by_row(read.result)) return;
  const std::vector<bool> loose = read.instructions.needs(read.result.id, read.column_inputs);
  const auto c = static_cast<std::size_t>(std::ranges::find(loose, true) - loose.begin());
  throw Error(cat("the column '", columns.names[read.columns[c]],
                  "' stands outside of mean(…) and sum(…), so the formula has a number for each of the ", columns.rows,
                  " rows: write mean(…) or sum(…) around it"));
}

Mentioned mentioned(std::string_view text, const Columns& columns) {
  Read read =
      Parser(text, {.variables = {}, .open = true, .columns = columns.names, .source = columns.source}).formula();
  return {std::move(read.variables), std::move(read.columns)};
}

}  // namespace talweg::formula
