#include "talweg/data/sparse_rows.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/preprocess.hpp"
#include "talweg/data/safe_scale.hpp"

namespace talweg::data {

namespace {

constexpr std::uint32_t unknown = 0xffffffff;

/// The index of the file that the column "f12" stands for.
std::uint32_t index_of(std::string_view name) {
  const auto index = name.starts_with('f') ? text::parse_integer(name.substr(1)) : std::nullopt;
  return index && *index >= 0 && *index < unknown ? static_cast<std::uint32_t>(*index) : unknown;
}

/// Over `rows`, for each column of the file: how often it is not 0, the sum of its values and of their squares.
struct ColumnSums {
  std::vector<std::uint32_t> count;
  std::vector<double> values, squares;
  std::vector<double> scale;  ///< values and squares are those of the values times this
};
ColumnSums column_sums(const SparseRows& cells, std::span<const std::uint32_t> rows) {
  ColumnSums sums{std::vector<std::uint32_t>(cells.width), std::vector<double>(cells.width),
                  std::vector<double>(cells.width), std::vector<double>(cells.width)};
  for (const auto r : rows)
    for (std::size_t k = cells.starts[r]; k < cells.starts[r + 1]; ++k)
      sums.scale[cells.columns[k]] = std::max(sums.scale[cells.columns[k]], std::abs(cells.value(k)));
  for (double& s : sums.scale) s = safe_scale(s);
  for (const auto r : rows)
    for (std::size_t k = cells.starts[r]; k < cells.starts[r + 1]; ++k) {
      const double v = cells.value(k) * sums.scale[cells.columns[k]];
      ++sums.count[cells.columns[k]];
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
  rows.tell(table.notes);
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
  const ColumnSums sums = column_sums(cells, rows);
  std::vector<bool> left_out(cells.width);
  for (const std::string& name : ignore) {
    const std::uint32_t c = index_of(name);
    if (c < table.first_index || c >= cells.width)
      throw Error(text::cat(table.origin, ": there is no column '", name, "' to ignore; the columns are f",
                            table.first_index, " to f", cells.width == 0 ? 0 : cells.width - 1));
    left_out[c] = true;
  }
  // The columns say where the indices of the file begin, whether the first of them is ever used or not.
  if (table.first_index == 0 && (cells.width == 0 || left_out[0] || sums.count[0] == 0)) p.columns.push_back("f0");
  std::size_t unseen = 0;
  for (std::size_t c = table.first_index; c < cells.width; ++c) {
    unseen += sums.count[c] == 0;
    if (left_out[c] || sums.count[c] == 0) continue;
    Feature f{text::cat("f", c), Column::Kind::numeric, 0, 0, 1, {}};
    if (standardize) {
      const double mean = sums.values[c] / n, variance = sums.squares[c] / n - mean * mean;
      f.mean = mean / sums.scale[c];
      f.factor = variance > 1e-12 * (sums.squares[c] / n) ? sums.scale[c] / std::sqrt(variance) : 0;
    }
    p.columns.push_back(f.name);
    p.features.push_back(std::move(f));
  }
  if (unseen > 0)
    p.notes.push_back(
        text::cat(unseen, unseen == 1 ? " column is" : " columns are", " 0 in all training rows and left out"));
}

SparseRows encode_sparse(const Preprocess& p, const Table& table, std::span<const std::uint32_t> rows) {
  const SparseRows& cells = *table.sparse;
  SparseRows out;
  out.width = p.features.size();
  std::vector<std::uint32_t> input(cells.width, unknown);
  bool scaled = !cells.values.empty();
  for (std::size_t k = 0; k < p.features.size(); ++k) {
    const Feature& f = p.features[k];
    if (const auto index = index_of(f.name); index < cells.width) input[index] = static_cast<std::uint32_t>(k);
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
