#include "talweg/data/drop_missing.hpp"

#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::data {

namespace {

/// Keeps what stands at `rows`, which rise.
template <class T> void keep(std::vector<T>& cells, const std::vector<std::size_t>& rows) {
  if (cells.empty()) return;
  for (std::size_t i = 0; i < rows.size(); ++i) cells[i] = cells[rows[i]];
  cells.resize(rows.size());
}

}  // namespace

void drop_missing(Table& table, std::string_view name) {
  if (table.sparse) return;  // each of its rows has a label
  const Column& column = table.column(name);
  std::vector<std::size_t> known;
  for (std::size_t r = 0; r < table.rows; ++r)
    if (!column.is_missing(r)) known.push_back(r);
  const std::size_t dropped = table.rows - known.size();
  if (dropped == 0) return;
  if (known.empty()) throw Error(text::cat(table.origin, ": the target '", column.name, "' is missing in every row"));
  table.notes.push_back(
      text::cat(dropped, dropped == 1 ? " row" : " rows", " without the target '", column.name, "' left out"));
  for (Column& c : table.columns) {
    keep(c.numbers, known);
    keep(c.bytes, known);
    keep(c.codes, known);
    c.missing = 0;
    for (std::size_t r = 0; r < known.size() && c.kind != Column::Kind::ignored; ++r) c.missing += c.is_missing(r);
  }
  keep(table.lines, known);
  table.rows = known.size();
}

}  // namespace talweg::data
