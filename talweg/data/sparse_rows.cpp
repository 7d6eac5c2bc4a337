#include "talweg/data/sparse_rows.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/preprocess.hpp"
#include "talweg/data/safe_scale.hpp"
#include "talweg/data/used_indices.hpp"

namespace talweg::data {

namespace {

constexpr std::uint32_t unknown = 0xffffffff;
constexpr std::uint32_t largest_libsvm_index = 0xfffffff;

/// The index of the file that the column "f12" stands for.
std::uint32_t index_of(std::string_view name) {
  const auto index = name.starts_with('f') ? text::parse_integer(name.substr(1)) : std::nullopt;
  return index && *index >= 0 && *index < unknown ? static_cast<std::uint32_t>(*index) : unknown;
}

/// Over `rows`, for each column of the file that occurs: how often it is not 0, the sum of its values and of their
/// squares.
struct ColumnSums {
  std::vector<std::uint32_t> count;
  std::vector<double> values, squares;
  std::vector<double> scale;  ///< values and squares are those of the values times this
};
ColumnSums column_sums(const SparseRows& cells, const UsedIndices& used, std::span<const std::uint32_t> rows) {
  const std::size_t width = used.size();
  ColumnSums sums{std::vector<std::uint32_t>(width), std::vector<double>(width), std::vector<double>(width),
                  std::vector<double>(width)};
  for (const auto r : rows)
    for (std::size_t k = cells.starts[r]; k < cells.starts[r + 1]; ++k) {
      double& most = sums.scale[used.place(cells.columns[k])];
      most = std::max(most, std::abs(cells.value(k)));
    }
  for (double& s : sums.scale) s = safe_scale(s);
  for (const auto r : rows)
    for (std::size_t k = cells.starts[r]; k < cells.starts[r + 1]; ++k) {
      const std::size_t c = used.place(cells.columns[k]);
      const double v = cells.value(k) * sums.scale[c];
      ++sums.count[c];
      sums.values[c] += v;
      sums.squares[c] += v * v;
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
  table.columns[0].merged = std::move(rows.merged);
  table.sparse = std::make_shared<const SparseRows>(std::move(rows.cells));
  return table;
}

void fit_sparse_features(Preprocess& p, const Table& table, std::span<const std::uint32_t> rows,
                         std::span<const std::string> ignore, bool standardize) {
  const SparseRows& cells = *table.sparse;
  const auto n = static_cast<double>(rows.size());
  const UsedIndices used(cells.columns);
  const ColumnSums sums = column_sums(cells, used, rows);
  std::vector<bool> left_out(used.size());
  for (const std::string& name : ignore) {
    const std::uint32_t c = index_of(name);
    if (c < table.first_index || c >= cells.width)
      throw Error(text::cat(table.origin, ": there is no column '", name, "' to ignore; the columns are f",
                            table.first_index, " to f", cells.width == 0 ? 0 : cells.width - 1));
    if (used.has(c)) left_out[used.place(c)] = true;
  }
  // The columns say where the indices of the file begin, whether the first of them is ever used or not.
  if (table.first_index == 0 &&
      (cells.width == 0 || !used.has(0) || left_out[used.place(0)] || sums.count[used.place(0)] == 0))
    p.columns.push_back("f0");
  std::size_t unseen = std::max(cells.width, table.first_index) - table.first_index - used.size();
  for (const std::uint32_t index : used.list()) {
    const std::size_t c = used.place(index);
    unseen += sums.count[c] == 0;
    if (left_out[c] || sums.count[c] == 0) continue;
    Feature f{text::cat("f", index), Column::Kind::numeric, 0, 0, 1, {}};
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
  std::vector<std::uint32_t> indices;
  for (const Feature& f : p.features)
    if (const auto index = index_of(f.name); index <= largest_libsvm_index) indices.push_back(index);
  const UsedIndices known(indices);
  std::vector<std::uint32_t> input(known.size(), unknown);
  bool scaled = !cells.values.empty();
  for (std::size_t k = 0; k < p.features.size(); ++k) {
    const Feature& f = p.features[k];
    if (const auto index = index_of(f.name); index <= largest_libsvm_index)
      input[known.place(index)] = static_cast<std::uint32_t>(k);
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
      if (!known.has(cells.columns[k])) continue;
      const std::uint32_t to = input[known.place(cells.columns[k])];
      out.columns.push_back(to);
      if (scaled) out.values.push_back(cells.value(k) * p.features[to].factor);
    }
    out.starts.push_back(out.columns.size());
  }
  return out;
}

}  // namespace talweg::data
