#include "talweg/data/libsvm.hpp"

#include <cmath>
#include <optional>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/sparse_rows.hpp"
#include "talweg/data/used_indices.hpp"

namespace talweg::data {

namespace {

constexpr std::size_t most_cells = std::size_t{1} << 29;  // 4 GB of doubles
// Where less than one cell in a hundred is not 0, a small file may ask for all memory: then 512 MB have to do.
constexpr std::size_t most_thin_cells = std::size_t{1} << 26, thin = 100;

/// Takes the next token off `line`; empty at the end.
std::string_view next_token(std::string_view& line) {
  line = text::trim(line);
  const auto end = line.find_first_of(" \t");
  const std::string_view token = line.substr(0, end);
  line.remove_prefix(token.size());
  return token;
}

struct Pair {
  std::int64_t index;
  double value;
};

std::optional<Pair> parse_pair(std::string_view token) {
  const auto colon = token.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto index = text::parse_integer(token.substr(0, colon));
  const auto value = text::parse_number(token.substr(colon + 1));
  if (!index || *index < 0 || !value || !std::isfinite(*value)) return std::nullopt;
  return Pair{*index, *value};
}

struct Reader {
  const std::string& origin;
  LibsvmRows out{};
  bool all_ones = true;

  void read_line(std::string_view line, std::uint32_t number) {
    const std::string_view whole = line;
    line = line.substr(0, line.find('#'));
    const std::string_view first = next_token(line);
    if (first.empty()) return;
    const auto label = text::parse_number(first);
    if (!label || !std::isfinite(*label)) fail(whole, first, number, "is not a number; a row begins with its label");
    std::int64_t last = -1;
    for (auto token = next_token(line); !token.empty(); token = next_token(line)) {
      const auto pair = parse_pair(token);
      if (!pair) fail(whole, token, number, "is not index:value with a finite number");
      if (pair->index <= last)
        fail(whole, token, number, "stands behind a larger or equal index; indices of a row rise");
      if (pair->index > 0xfffffff) fail(whole, token, number, "has an index above 268435455");
      last = pair->index;
      add(static_cast<std::uint32_t>(last), pair->value);
    }
    out.labels.push_back(*label);
    out.lines.push_back(number);
    out.cells.starts.push_back(out.cells.columns.size());
  }
  [[noreturn]] void fail(std::string_view line, std::string_view token, std::uint32_t number,
                         std::string_view what) const {
    throw Error(
        text::cat(origin, ":", number, ":", token.data() - line.data() + 1, ": '", text::shown(token), "' ", what));
  }

 private:
  void add(std::uint32_t index, double value) {
    SparseRows& cells = out.cells;
    out.zero_used = out.zero_used || index == 0;
    cells.width = std::max<std::size_t>(cells.width, index + 1);
    if (value == 0) return;
    if (all_ones && value != 1) {
      all_ones = false;
      cells.values.assign(cells.columns.size(), 1.0);
    }
    cells.columns.push_back(index);
    if (!all_ones) cells.values.push_back(value);
  }
};

}  // namespace

bool is_libsvm(std::string_view content) {
  while (!content.empty()) {
    std::string_view line = content.substr(0, content.find('\n'));
    content.remove_prefix(std::min(content.size(), line.size() + 1));
    line = line.substr(0, line.find('#'));
    const std::string_view label = next_token(line);
    if (label.empty()) continue;
    if (!text::parse_number(label)) return false;
    const std::string_view first = next_token(line);
    if (!first.empty()) return parse_pair(first).has_value();
  }
  return false;
}

LibsvmRows read_libsvm_rows(std::string_view content, const std::string& origin) {
  Reader reader{origin};
  std::uint32_t number = 0;
  while (!content.empty()) {
    const std::string_view line = content.substr(0, content.find('\n'));
    content.remove_prefix(std::min(content.size(), line.size() + 1));
    reader.read_line(line, ++number);
  }
  return std::move(reader.out);
}

Table read_libsvm(std::string_view content, const std::string& origin) {
  LibsvmRows read = read_libsvm_rows(content, origin);
  const SparseRows& cells = read.cells;
  // Indices without a value take no place: one index of 4,000,000 in a file of 18 bytes made as many columns.
  const UsedIndices places(cells.columns);
  const std::vector<std::uint32_t> used = places.list();
  const std::size_t first = read.zero_used ? 0 : 1, rows = read.labels.size(), width = used.size(),
                    range = std::max<std::size_t>(cells.width, first) - first;
  const std::size_t allowed = most_thin_cells / thin < cells.nonzeros() ? most_cells : most_thin_cells;
  if (width > 0 && rows > allowed / width)
    throw Error(text::cat(origin, ": ", rows, " rows × ", width, " columns are too many to hold densely (at most ",
                          allowed, " cells); --optimizer lbfgs with linear, logistic or softmax keeps them sparse"));
  Table table;
  table.origin = origin;
  table.format = Format::libsvm;
  table.rows = rows;
  table.lines = std::move(read.lines);
  table.first_index = first;
  table.columns.resize(width + 1);
  table.columns[0].name = "label";
  table.columns[0].numbers = std::move(read.labels);
  for (std::size_t c = 0; c < width; ++c) {
    table.columns[c + 1].name = text::cat("f", used[c]);
    table.columns[c + 1].numbers.resize(rows);
  }
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t k = cells.starts[r]; k < cells.starts[r + 1]; ++k)
      table.columns[places.place(cells.columns[k]) + 1].numbers[r] = cells.value(k);
  if (range > width)
    table.notes.push_back(text::cat(range - width, range - width == 1 ? " index" : " indices", " of ", range,
                                    " are 0 in every row and left out"));
  return table;
}

}  // namespace talweg::data
