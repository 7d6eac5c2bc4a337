#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/preprocess.hpp"
#include "talweg/data/sparse_rows.hpp"

namespace talweg::data {

namespace {

/// Tables and models may have very many columns: looking each up from the first on would take their product.
using ColumnsByName = std::unordered_map<std::string_view, const Column*>;

/// The column of `table` for a feature; libsvm files do not list what is 0, so there a column may be absent.
const Column* find_column(const ColumnsByName& columns, const Table& table, const Preprocess& p, const Feature& f) {
  const auto found = columns.find(f.name);
  const Column* column = found == columns.end() ? nullptr : found->second;
  if (column != nullptr || (table.format == Format::libsvm && p.format == Format::libsvm)) return column;
  if (table.format == Format::idx)
    throw Error(text::cat(table.origin, ": has ", table.columns.size(), " pixels an image where the model has ",
                          p.features.size()));
  throw Error(text::cat(table.origin, ": the column '", f.name, "' that the model was trained on is missing",
                        table.header || !p.header ? "" : " (no header was found in the first row)"));
}

/// A feature that makes inputs, with the column that they come from.
struct Source {
  const Feature* feature;
  const Column* column;               ///< null where every cell is 0
  std::size_t first;                  ///< of its inputs
  std::vector<std::ptrdiff_t> place;  ///< of each category of the column among those of the feature, or -1
  std::size_t unseen = 0;             ///< cells with a category that was never seen

  bool is_number() const { return feature->kind == Column::Kind::numeric; }
  double number(std::uint32_t row) const {
    const double raw = column == nullptr ? 0 : column->number(row);
    const double v = std::isnan(raw) ? feature->fill : raw;
    return (v - feature->mean) * feature->factor;
  }
  /// The input that is 1, counted from `first`; -1 where none is.
  std::ptrdiff_t category(std::uint32_t row) {
    const auto code = column->codes[row];
    if (code < 0) return -1;
    const auto k = place[static_cast<std::size_t>(code)];
    unseen += k < 0;
    return k;
  }
};

std::vector<std::ptrdiff_t> places(const Feature& f, const Column& column) {
  std::vector<std::ptrdiff_t> out;
  for (const auto& category : column.categories) {
    const auto found = std::lower_bound(f.categories.begin(), f.categories.end(), category);
    out.push_back(found == f.categories.end() || *found != category ? -1 : found - f.categories.begin());
  }
  return out;
}

std::vector<Source> sources(const Preprocess& p, const Table& table) {
  ColumnsByName by_name;
  for (const auto& column : table.columns) by_name.emplace(column.name, &column);
  std::vector<Source> out;
  std::size_t first = 0;
  for (const auto& f : p.features) {
    if (f.inputs() == 0) continue;
    Source s{&f, find_column(by_name, table, p, f), first, {}};
    if (!s.is_number()) s.place = places(f, *s.column);
    first += f.inputs();
    out.push_back(std::move(s));
  }
  if (table.format == Format::idx && table.columns.size() > p.columns.size())
    throw Error(text::cat(table.origin, ": has ", table.columns.size(), " pixels an image where the model has ",
                          p.features.size()));
  return out;
}

std::vector<std::string> tell_unseen(const std::vector<Source>& all) {
  std::vector<std::string> told;
  for (const Source& s : all)
    if (s.unseen > 0)
      told.push_back(text::cat("column '", s.feature->name, "': ", s.unseen, s.unseen == 1 ? " row has" : " rows have",
                               " a text never seen in training; it counts as none of the known ones"));
  return told;
}

/// The inputs of one feature for some rows; out (rows, width).
template <class T>
void write_inputs(Source& s, std::span<const std::uint32_t> rows, std::size_t width, std::span<T> out) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    T* const cells = &out[i * width + s.first];
    if (s.is_number()) {
      *cells = static_cast<T>(s.number(rows[i]));
    } else {
      std::fill(cells, cells + s.feature->inputs(), T(0));
      if (const auto k = s.category(rows[i]); k >= 0) cells[k] = T(1);
    }
  }
}

}  // namespace

template <class T>
std::vector<std::string> Preprocess::encode(const Table& table, std::span<const std::uint32_t> rows,
                                            std::span<T> out) const {
  const std::size_t width = inputs();
  std::vector<Source> all = sources(*this, table);
  constexpr std::size_t block = 256;  // rows at a time: their inputs stay in cache while the columns are walked
  for (std::size_t from = 0; from < rows.size(); from += block) {
    const auto some = rows.subspan(from, std::min(block, rows.size() - from));
    for (Source& s : all) write_inputs<T>(s, some, width, out.subspan(from * width, some.size() * width));
  }
  return tell_unseen(all);
}

template std::vector<std::string> Preprocess::encode(const Table&, std::span<const std::uint32_t>,
                                                     std::span<float>) const;
template std::vector<std::string> Preprocess::encode(const Table&, std::span<const std::uint32_t>,
                                                     std::span<double>) const;

std::vector<std::string> Preprocess::encode(const Table& table, std::span<const std::uint32_t> rows,
                                            SparseRows& out) const {
  std::vector<Source> all = sources(*this, table);
  // A constant column is 0 everywhere.
  std::erase_if(all, [](const Source& s) { return s.is_number() && s.feature->factor == 0; });
  const bool numbers = std::any_of(all.begin(), all.end(), [](const Source& s) { return s.is_number(); });
  out = {};
  out.width = inputs();
  out.starts.reserve(rows.size() + 1);
  out.columns.reserve(rows.size() * all.size());
  if (numbers) out.values.reserve(rows.size() * all.size());
  for (const auto r : rows) {
    for (Source& s : all) {
      const std::ptrdiff_t k = s.is_number() ? 0 : s.category(r);
      if (k < 0) continue;
      out.columns.push_back(static_cast<std::uint32_t>(s.first + static_cast<std::size_t>(k)));
      if (numbers) out.values.push_back(s.is_number() ? s.number(r) : 1);
    }
    out.starts.push_back(out.columns.size());
  }
  return tell_unseen(all);
}

}  // namespace talweg::data
