#include "talweg/data/libsvm.hpp"

#include <cmath>
#include <optional>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::data {

namespace {

constexpr std::size_t most_cells = std::size_t{1} << 29;  // 4 GB of doubles

struct Cell {
  std::uint32_t row;
  std::uint32_t index;
  double value;
};

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
  std::vector<Cell> cells{};
  std::vector<double> labels{};
  std::vector<std::uint32_t> lines{};
  std::uint32_t largest = 0;
  bool zero_used = false;

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
      zero_used = zero_used || last == 0;
      largest = std::max(largest, static_cast<std::uint32_t>(last));
      cells.push_back({static_cast<std::uint32_t>(labels.size()), static_cast<std::uint32_t>(last), pair->value});
    }
    labels.push_back(*label);
    lines.push_back(number);
  }
  [[noreturn]] void fail(std::string_view line, std::string_view token, std::uint32_t number,
                         std::string_view what) const {
    throw Error(text::cat(origin, ":", number, ":", token.data() - line.data() + 1, ": '", token, "' ", what));
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

Table read_libsvm(std::string_view content, const std::string& origin) {
  Reader reader{origin};
  std::uint32_t number = 0;
  while (!content.empty()) {
    const std::string_view line = content.substr(0, content.find('\n'));
    content.remove_prefix(std::min(content.size(), line.size() + 1));
    reader.read_line(line, ++number);
  }
  const std::size_t first = reader.zero_used ? 0 : 1, width = reader.largest + 1 - first, rows = reader.labels.size();
  if (rows * width > most_cells)
    throw Error(text::cat(origin, ": ", rows, " rows × ", width, " columns are too many to hold densely (at most ",
                          most_cells, " cells)"));
  Table table;
  table.origin = origin;
  table.format = Format::libsvm;
  table.rows = rows;
  table.lines = std::move(reader.lines);
  table.columns.resize(width + 1);
  table.columns[0].name = "label";
  table.columns[0].numbers = std::move(reader.labels);
  for (std::size_t c = 0; c < width; ++c) {
    table.columns[c + 1].name = text::cat("f", c + first);
    table.columns[c + 1].numbers.resize(rows);
  }
  for (const Cell& cell : reader.cells) table.columns[cell.index + 1 - first].numbers[cell.row] = cell.value;
  return table;
}

}  // namespace talweg::data
