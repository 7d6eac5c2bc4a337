#include "talweg/data/libsvm.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/lines.hpp"
#include "talweg/data/long_integer.hpp"
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
  std::string_view token;
};

std::optional<Pair> parse_pair(std::string_view token) {
  const auto colon = token.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto index = text::parse_integer(token.substr(0, colon));
  const auto value = text::parse_number(token.substr(colon + 1));
  if (!index || *index < 0 || !value || !std::isfinite(*value)) return std::nullopt;
  return Pair{*index, *value, token};
}

struct Reader {
  const std::string& origin;
  bool from_one;
  LibsvmRows out{};
  bool all_ones = true;
  std::vector<Pair> row{};

  void read_line(std::string_view line, std::uint32_t number) {
    const std::string_view whole = line;
    line = line.substr(0, line.find('#'));
    const std::string_view first = next_token(line);
    if (first.empty()) return;
    const auto label = text::parse_number(first);
    if (!label || !std::isfinite(*label)) fail(whole, first, number, "is not a number; a row begins with its label");
    row.clear();
    bool rises = true;
    for (auto token = next_token(line); !token.empty(); token = next_token(line)) {
      if (token.starts_with("qid:")) {
        ++out.qids;
        continue;
      }
      const auto pair = parse_pair(token);
      if (!pair) fail(whole, token, number, "is not index:value with a finite number");
      if (pair->index > 0xfffffff) fail(whole, token, number, "has an index above 268435455");
      if (pair->index == 0 && from_one) fail(whole, token, number, index_zero_complaint);
      rises = rises && (row.empty() || pair->index > row.back().index);
      row.push_back(*pair);
    }
    if (!rises) sort_row(whole, number);
    for (const Pair& pair : row) add(static_cast<std::uint32_t>(pair.index), pair.value);
    if (out.merged.empty() && is_long_integer(first))
      out.merged =
          text::cat(origin, ":", number, ":", first.data() - whole.data() + 1, ": ", long_label_complaint(first));
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
  void sort_row(std::string_view line, std::uint32_t number) {
    std::stable_sort(row.begin(), row.end(), [](const Pair& a, const Pair& b) { return a.index < b.index; });
    for (std::size_t k = 1; k < row.size(); ++k)
      if (row[k].index == row[k - 1].index) fail(line, row[k].token, number, repeated_index_complaint);
    ++out.unsorted;
  }

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

std::string counts_from_one_complaint(std::uint64_t largest, std::uint64_t last) {
  return text::cat("index ", largest, " occurs and index 0 does not, and the model was trained on indices from 0 to ",
                   last,
                   ": these rows seem to count from 1; subtract 1 from every index, or write 0:0 into one row if "
                   "they do count from 0");
}

std::string long_label_complaint(std::string_view label) {
  return text::cat("'", text::shown(label),
                   "' cannot name a class: labels of libsvm rows are numbers in double, which "
                   "tells whole numbers apart up to 2^53; number the classes from 0 on");
}

bool is_libsvm(std::string_view content) {
  while (!content.empty()) {
    std::string_view line = take_line(content);
    line = line.substr(0, line.find('#'));
    const std::string_view label = next_token(line);
    if (label.empty()) continue;
    if (!text::parse_number(label)) return false;
    const std::string_view first = next_token(line);
    if (!first.empty()) return parse_pair(first).has_value();
  }
  return false;
}

LibsvmRows read_libsvm_rows(std::string_view content, const std::string& origin, const CsvOptions& options) {
  Reader reader{origin, options.libsvm_from_one};
  for (std::uint32_t number = 1; !content.empty(); ++number) reader.read_line(take_line(content), number);
  if (const auto last = options.libsvm_last_from_zero; last && !reader.out.zero_used && reader.out.cells.width > 0) {
    const std::uint64_t largest = reader.out.cells.width - 1;
    if (largest > *last) throw Error(text::cat(origin, ": ", counts_from_one_complaint(largest, *last)));
    reader.out.zero_missing = true;
  }
  return std::move(reader.out);
}

void LibsvmRows::tell(std::vector<std::string>& notes) const {
  if (zero_missing) notes.emplace_back(no_index_zero_note);
  if (unsorted > 0)
    notes.push_back(text::cat(unsorted, unsorted == 1 ? " row has" : " rows have", " indices that do not rise"));
  if (qids > 0) notes.push_back(text::cat(qids, qids == 1 ? " qid was" : " qids were", " left out"));
}

Table read_libsvm(std::string_view content, const std::string& origin, const CsvOptions& options) {
  return dense_table(read_libsvm_rows(content, origin, options), origin);
}

Table dense_table(LibsvmRows read, const std::string& origin) {
  const SparseRows& cells = read.cells;
  // Indices without a value take no place: one index of 4,000,000 in a file of 18 bytes made as many columns.
  const UsedIndices places(cells.columns);
  const std::vector<std::uint32_t> used = places.list();
  const std::size_t first = read.zero_used ? 0 : 1, rows = read.labels.size(), width = used.size(),
                    range = std::max<std::size_t>(cells.width, first) - first;
  const std::size_t allowed = most_thin_cells / thin < cells.nonzeros() ? most_cells : most_thin_cells;
  if (width > 0 && rows > allowed / width)
    throw Error(text::cat(origin, ": ", rows, " rows × ", width, " columns are too many to hold densely (at most ",
                          allowed, " cells); ", text::option("optimizer", "lbfgs"),
                          " with linear, logistic or softmax keeps them sparse"));
  Table table;
  table.origin = origin;
  table.format = Format::libsvm;
  table.rows = rows;
  table.lines = std::move(read.lines);
  table.first_index = first;
  read.tell(table.notes);
  table.columns.resize(width + 1);
  table.columns[0].name = "label";
  table.columns[0].numbers = std::move(read.labels);
  table.columns[0].merged = std::move(read.merged);
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
