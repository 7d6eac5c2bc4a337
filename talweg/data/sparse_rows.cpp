#include "talweg/data/sparse_rows.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/preprocess.hpp"

namespace talweg::data {

namespace {

constexpr std::uint32_t unknown = 0xffffffff;

/// The index of the file that feature "f12" stands for.
std::uint32_t index_of(const Feature& f) {
  const auto index = f.name.starts_with('f') ? text::parse_integer(f.name.substr(1)) : std::nullopt;
  return index && *index >= 0 && *index < unknown ? static_cast<std::uint32_t>(*index) : unknown;
}

/// Sums over `rows` of each column of the file: of the values, and of their squares.
struct ColumnSums {
  std::vector<double> values, squares;
};
ColumnSums column_sums(const SparseRows& cells, std::span<const std::uint32_t> rows) {
  ColumnSums sums{std::vector<double>(cells.width), std::vector<double>(cells.width)};
  for (const auto r : rows)
    for (std::size_t k = cells.starts[r]; k < cells.starts[r + 1]; ++k) {
      const double v = cells.value(k);
      sums.values[cells.columns[k]] += v;
      sums.squares[cells.columns[k]] += v * v;
    }
  return sums;
}

}  // namespace

Table sparse_table(LibsvmRows rows, const std::string& origin) {
  Table table;
  table.origin = origin;
  table.format = Format::libsvm;
  table.rows = rows.labels.size();
  table.lines = std::move(rows.lines);
  table.first_index = rows.zero_used ? 0 : 1;
  table.columns.resize(1);
  table.columns[0].name = "label";
  table.columns[0].numbers = std::move(rows.labels);
  table.sparse = std::make_shared<const SparseRows>(std::move(rows.cells));
  return table;
}

void fit_sparse_features(Preprocess& p, const Table& table, std::span<const std::uint32_t> rows,
                         std::span<const std::string> ignore, bool standardize) {
  const SparseRows& cells = *table.sparse;
  const auto n = static_cast<double>(rows.size());
  const ColumnSums sums = standardize ? column_sums(cells, rows) : ColumnSums{};
  std::vector<std::string_view> left_out(ignore.begin(), ignore.end());
  for (std::size_t c = table.first_index; c < cells.width; ++c) {
    Feature f{text::cat("f", c), Column::Kind::numeric, 0, 0, 1, {}};
    p.columns.push_back(f.name);
    if (const auto found = std::find(left_out.begin(), left_out.end(), f.name); found != left_out.end()) {
      left_out.erase(found);
      continue;
    }
    if (standardize) {
      f.mean = sums.values[c] / n;
      const double variance = sums.squares[c] / n - f.mean * f.mean;
      f.factor = variance > 1e-12 * (sums.squares[c] / n) ? 1 / std::sqrt(variance) : 0;
    }
    p.features.push_back(std::move(f));
  }
  if (!left_out.empty())
    throw Error(text::cat(table.origin, ": there is no column '", left_out[0], "' to ignore; the columns are f",
                          table.first_index, " to f", cells.width == 0 ? 0 : cells.width - 1));
}

SparseRows encode_sparse(const Preprocess& p, const Table& table, std::span<const std::uint32_t> rows) {
  const SparseRows& cells = *table.sparse;
  SparseRows out;
  out.width = p.features.size();
  std::vector<std::uint32_t> input(cells.width, unknown);
  bool scaled = !cells.values.empty();
  for (std::size_t k = 0; k < p.features.size(); ++k) {
    const Feature& f = p.features[k];
    if (const auto index = index_of(f); index < cells.width) input[index] = static_cast<std::uint32_t>(k);
    scaled = scaled || f.factor != 1;
    if (f.mean != 0 && out.shift.empty()) out.shift.resize(out.width);
    if (f.mean != 0) out.shift[k] = f.mean * f.factor;
  }
  std::size_t most = 0;
  for (const auto r : rows) most += cells.starts[r + 1] - cells.starts[r];
  out.starts.reserve(rows.size() + 1);
  out.columns.reserve(most);
  if (scaled) out.values.reserve(most);
  for (const auto r : rows) {
    for (std::size_t k = cells.starts[r]; k < cells.starts[r + 1]; ++k) {
      const std::uint32_t to = input[cells.columns[k]];
      if (to == unknown) continue;
      out.columns.push_back(to);
      if (scaled) out.values.push_back(cells.value(k) * p.features[to].factor);
    }
    out.starts.push_back(out.columns.size());
  }
  return out;
}

}  // namespace talweg::data
