#include "talweg/train/online/setup.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/drop_missing.hpp"
#include "talweg/data/libsvm.hpp"
#include "talweg/data/lines.hpp"
#include "talweg/data/long_integer.hpp"
#include "talweg/data/read.hpp"
#include "talweg/data/stream/csv_head.hpp"
#include "talweg/data/stream/number.hpp"

namespace talweg::train::online {

using namespace data;
using namespace data::stream;

namespace {

constexpr std::size_t head_bytes = std::size_t{1} << 20;
constexpr std::size_t most_classes = 10'000;

bool is_space(char c) { return c == ' ' || c == '\t'; }

std::string_view take_word(std::string_view& line) {
  while (!line.empty() && is_space(line.front())) line.remove_prefix(1);
  std::size_t n = 0;
  while (n < line.size() && !is_space(line[n])) ++n;
  const std::string_view word = line.substr(0, n);
  line.remove_prefix(n);
  return word;
}

/// feature:value, whatever the value is; an error in it is for the parser to tell.
bool is_feature(std::string_view word) {
  const auto colon = word.rfind(':');
  if (colon == 0 || colon == std::string_view::npos || word.find(',') != std::string_view::npos) return false;
  return text::parse_integer(word.substr(0, colon)).has_value() || word.starts_with("qid:") ||
         text::parse_number(word.substr(colon + 1)).has_value();
}

/// The labels of whole lines, each value with the line of its first row.
void collect_labels(std::string_view text, std::uint64_t line, Table& table, std::set<double>& seen) {
  Column& column = table.columns[0];
  for (; !text.empty() && seen.size() <= most_classes; ++line) {
    std::string_view row = take_line(text);
    const std::string_view word = take_word(row);
    if (word.empty() || word[0] == '#') continue;
    const auto label = text::parse_number(word);
    if (!label || !std::isfinite(*label)) continue;  // the parser will name it
    if (column.merged.empty() && is_long_integer(word))
      column.merged = text::cat(table.origin, ":", line, ": ", long_label_complaint(word));
    if (!seen.insert(*label + 0.0).second) continue;
    column.numbers.push_back(*label + 0.0);
    table.lines.push_back(static_cast<std::uint32_t>(line));
  }
}

/// A table with nothing but the labels that occur. `whole`: the head is all that there is.
Table label_table(const Input& input, std::string_view head, bool whole, Wanted wanted) {
  Table table;
  table.origin = input.name();
  table.format = Format::libsvm;
  table.columns.resize(1);
  table.columns[0].name = "label";
  std::set<double> seen;
  collect_labels(head, 1, table, seen);
  const bool settled = wanted == Wanted::regression || (wanted == Wanted::binary && seen.size() >= 2);
  if (!settled && !whole && input.is_repeatable()) {
    BlockReader reader = BlockReader::open(input, head_bytes);
    for (Block block; reader.next(block) && (wanted != Wanted::binary || seen.size() < 2);)
      collect_labels(block.text, block.line, table, seen);
  }
  table.rows = table.lines.size();
  return table;
}

/// The classes as the user named them, or what the labels say.
Target decide_target(const Table& table, const std::string& name, const RowRequest& request) {
  if (request.classes.empty()) {
    try {
      return understand_target(table, name, request.wanted);
    } catch (const Error& error) {
      const bool one_class = std::string_view(error.what()).find("one class only") != std::string_view::npos;
      if (one_class)
        throw Error(text::cat(error.what(), "; if other classes come later, name all with ", text::option("classes")));
      throw;
    }
  }
  Target target;
  target.name = name;
  if (request.wanted == Wanted::regression)
    throw Error("classes", text::cat(text::option("classes"), " has no effect on a regression; leave it out"));
  std::vector<std::pair<double, std::string>> numbers;
  for (const auto& c : request.classes)
    if (const auto v = text::parse_number(c); v && !is_long_integer(c)) numbers.emplace_back(*v, c);
  target.numeric = numbers.size() == request.classes.size();
  if (target.numeric) {
    std::sort(numbers.begin(), numbers.end());
    for (const auto& [v, c] : numbers) target.class_values.push_back(v), target.classes.push_back(text::number(v));
  } else {
    target.classes = request.classes;
    std::sort(target.classes.begin(), target.classes.end());
  }
  if (std::adjacent_find(target.classes.begin(), target.classes.end()) != target.classes.end() ||
      target.classes.size() < 2)
    throw Error("classes", text::cat(text::option("classes"), ": expected two different classes or more, as in ",
                                     text::option("classes", "-1,1")));
  if (request.wanted == Wanted::binary && target.classes.size() != 2)
    throw Error("classes", text::cat(text::option("classes"), " names ", target.classes.size(),
                                     " where a binary model has two; use ", text::option("model", "softmax")));
  target.task = request.wanted == Wanted::binary ? Task::binary : Task::classes;
  return target;
}

std::size_t count_rows(std::string_view head) { return count_breaks(head); }

void understand_libsvm(const Input& input, std::string_view head, bool whole, const RowRequest& request,
                       Understood& u) {
  Features& f = u.rows.features;
  f.format = Format::libsvm;
  input.reading.refuse_except({}, libsvm_rows);
  if (!request.target.empty() && request.target != "label")
    throw Error("target", text::cat(text::option("target", request.target), ": rows of ", input.name(),
                                    " begin with their label; leave ", text::option("target"), " out"));
  if (!request.weights.empty())
    throw Error("weights",
                text::cat(text::option("weights"), " names a column, which libsvm rows do not have; leave it out"));
  if (!request.ignore.empty())
    throw Error("ignore",
                text::cat(text::option("ignore"), " names columns, which libsvm rows do not have; leave it out"));
  if (f.hashed()) {
    u.notes.push_back(text::cat("features are hashed by name to ", std::size_t{1} << f.hash_bits, " places"));
  } else {
    const bool zero = head.find(" 0:") != std::string_view::npos || head.find("\t0:") != std::string_view::npos;
    f.base = request.index_base.value_or(zero ? 0 : 1);
    if (!request.index_base)
      u.notes.push_back(zero ? std::string("indices begin at 0: index 0 occurs")
                             : text::cat("indices begin at 1: no index 0 in the first ", count_rows(head), " rows"));
  }
  for (const auto& name : request.classes)
    if (is_long_integer(name))
      throw Error("classes", text::cat(text::option("classes"), ": ", long_label_complaint(name)));
  u.rows.target = decide_target(label_table(input, head, whole, request.wanted), "label", request);
}

void require_weights(const Table& table, const std::string& weights, const std::string& target) {
  table.column(weights);
  if (weights == target)
    throw Error("weights", text::cat(text::option("weights", weights), ": is the target; name another column"));
}

void understand_csv(const Input& input, BlockReader& reader, const RowRequest& request, Understood& u) {
  Features& f = u.rows.features;
  f.format = Format::csv;
  if (request.index_base)
    throw Error("index_base", text::cat(text::option("index_base"), " is for libsvm rows; leave it out"));
  const Table table = read_csv_head(reader, input.name(), reading_of(input));
  check_columns(input.reading, table);
  f.reading = input.reading.of_cells();
  u.rows.drops_unlabelled = input.reading.drop_missing_target;
  if (request.target.empty())
    throw Error(text::cat("name the column to predict with ", text::option("target"), "; ", input.name(),
                          " has columns such as ", table.columns.front().name, " and ", table.columns.back().name));
  f.delimiter = table.delimiter;
  f.header = table.header;
  for (const auto& column : table.columns) {
    f.columns.push_back(column.name);
    f.kinds.push_back(column.kind);
  }
  for (const auto& name : request.ignore) {
    table.column(name);
    f.kinds[static_cast<std::size_t>(std::find(f.columns.begin(), f.columns.end(), name) - f.columns.begin())] =
        Column::Kind::ignored;
  }
  if (!request.weights.empty()) {
    require_weights(table, request.weights, request.target);
    const auto place = std::ranges::find(f.columns, request.weights) - f.columns.begin();
    f.kinds[static_cast<std::size_t>(place)] = Column::Kind::ignored;
    u.rows.weights = request.weights;
  }
  if (input.reading.id == request.target && !request.target.empty())
    throw Error("id", text::cat(text::option("id", request.target), ": the column is the target, which names no rows"));
  for (std::size_t c = 0; c < f.columns.size(); ++c) {
    if (f.columns[c] == input.reading.id) f.kinds[c] = Column::Kind::ignored;
    if (f.kinds[c] == Column::Kind::ignored) continue;
    table.columns[c].check_usable();
    if (f.columns[c] != request.target && !table.columns[c].merged.empty()) throw Error(table.columns[c].merged);
  }
  for (const auto& [a, b] : f.crosses)
    for (const auto& name : {a, b})
      if (table.column(name).name == request.target)
        throw Error("cross", text::cat(text::option("cross", text::cat(a, ",", b)), ": ", name, " is the target"));
  Table labelled = table;
  if (input.reading.drop_missing_target) drop_missing(labelled, request.target);
  u.rows.target = decide_target(labelled, table.column(request.target).name, request);
  u.notes.insert(u.notes.end(), table.notes.begin(), table.notes.end());
  u.notes.push_back(text::cat("columns are hashed by name to ", std::size_t{1} << f.hash_bits,
                              " places, texts as column=text; numbers are taken as they are"));
}

/// Of rows for a model of indices 0 … last, as far as the head shows.
void refuse_rows_from_one(std::string_view head, const std::string& name, std::uint64_t last) {
  std::uint64_t largest = 0;
  while (!head.empty()) {
    std::string_view line = take_line(head);
    line = line.substr(0, line.find('#'));
    for (auto word = take_word(line); !word.empty(); word = take_word(line)) {
      const auto index = text::parse_integer(word.substr(0, std::min(word.find(':'), word.size())));
      if (!index || *index < 0 || word.find(':') == std::string_view::npos) continue;
      if (*index == 0) return;
      largest = std::max(largest, static_cast<std::uint64_t>(*index));
    }
  }
  if (largest > last) throw Error(text::cat(name, ": ", counts_from_one_complaint(largest, last)));
}

}  // namespace

bool is_libsvm_text(std::string_view head) {
  while (!head.empty()) {
    std::string_view line = take_line(head);
    line = line.substr(0, line.find('#'));
    const std::string_view first = take_word(line);
    if (first.empty()) continue;
    if (is_feature(first)) return true;  // its label is missing
    if (!text::parse_number(first)) return false;
    const std::string_view second = take_word(line);
    if (!second.empty()) return is_feature(second);
  }
  return false;
}

Understood understand(const Input& input, BlockReader& reader, const RowRequest& request) {
  std::string_view head = reader.peek(head_bytes);
  if (head.empty()) throw Error(text::cat(input.name(), ": is empty"));
  const bool whole = head.size() < head_bytes;
  Understood u;
  Features& f = u.rows.features;
  f.hash_bits = request.hash_bits;
  f.limit = request.features;
  f.crosses = request.crosses;
  const bool libsvm = input.table() ? input.table()->sparse != nullptr : is_libsvm_text(head);
  if (const auto last = head.find_last_of("\r\n"); !whole && last != std::string_view::npos)
    head = head.substr(0, last + 1);
  if (!libsvm && !f.hashed()) {
    f.hash_bits = 20;
    u.notes.push_back(text::cat(text::option("hash_bits", "20"),
                                " was chosen, as the columns of delimited text are streamed by name"));
  }
  if (f.hashed() && f.limit > 0)
    throw Error("features", text::cat(text::option("features"), " has no effect with ", text::option("hash_bits"),
                                      "; leave one of them out"));
  if (f.hashed() && request.index_base)
    throw Error("index_base", text::cat(text::option("index_base"), " has no effect with ", text::option("hash_bits"),
                                        "; leave one of them out"));
  if (!f.crosses.empty() && !f.hashed())
    throw Error("cross",
                text::cat(text::option("cross"), " needs hashed features; add ", text::option("hash_bits", "22")));
  libsvm ? understand_libsvm(input, head, whole, request, u) : understand_csv(input, reader, request, u);
  return u;
}

namespace {

/// The columns whose cells stand beside predictions: those that were named, and the id that the model remembers.
void keep_cells(const Reading& given, const Reading& known, const Table& table, RowOptions& options) {
  if (!given.id.empty()) table.column(given.id);
  for (const auto& name : given.keep) table.column(name);
  if (!known.id.empty() && table.find(known.id)) options.kept.push_back(known.id);
  options.kept.insert(options.kept.end(), given.keep.begin(), given.keep.end());
}

}  // namespace

RowOptions rows_of_another(const Learned& learned, const Input& input, const std::string& target, BlockReader& reader,
                           bool needs_label) {
  const Features& trained = learned.features;
  RowOptions options;
  options.features = trained;
  options.target = learned.target;
  options.needs_label = needs_label;
  options.needs_known = true;
  options.drops_unlabelled = input.reading.drop_missing_target;
  options.features.reading = input.reading.or_else(trained.reading).of_cells();
  const std::string_view head = reader.peek(head_bytes);
  const std::string name = input.name();
  if (head.empty()) throw Error(text::cat(name, ": is empty"));
  const bool libsvm = input.table() ? input.table()->sparse != nullptr : is_libsvm_text(head);
  if (libsvm != (trained.format == Format::libsvm))
    throw Error(text::cat(name, ": holds ", libsvm ? "libsvm rows" : "delimited text",
                          ", and the model was trained on ", libsvm ? "delimited text" : "libsvm rows",
                          "; give rows of that form"));
  if (libsvm) {
    input.reading.refuse_except({}, libsvm_rows);
    if (!target.empty() && target != "label")
      throw Error("target",
                  text::cat(text::option("target", target), ": libsvm rows begin with their label; leave it out"));
    if (!learned.weights.empty())
      throw Error("weights",
                  text::cat(text::option("weights"), " names a column, which libsvm rows do not have; leave it out"));
    if (trained.hashed()) return options;
    options.features.limit = std::max<std::uint32_t>(1, learned.largest_place);
    if (trained.base == 0) refuse_rows_from_one(head, name, options.features.limit - 1);
    return options;
  }
  if (!target.empty()) options.target.name = target;
  const auto kind_of = [&](std::string_view column) {
    if (column == options.target.name)
      return !needs_label ? Column::Kind::ignored : options.target.numeric ? Column::Kind::numeric : Column::Kind::text;
    const auto known = std::find(trained.columns.begin(), trained.columns.end(), column);
    return known == trained.columns.end() ? Column::Kind::ignored
                                          : trained.kinds[static_cast<std::size_t>(known - trained.columns.begin())];
  };
  CsvOptions expected = reading_of(input);
  expected.reading = input.reading.or_else(trained.reading);
  if (trained.header) expected.header = true;
  expected.kind_of = kind_of;
  const Table table = read_csv_head(reader, name, expected);
  options.features.delimiter = table.delimiter;
  options.features.header = table.header;
  options.features.columns.clear();
  options.features.kinds.clear();
  for (const auto& column : table.columns) {
    options.features.columns.push_back(column.name);
    options.features.kinds.push_back(kind_of(column.name));
  }
  if (!needs_label) keep_cells(input.reading, expected.reading, table, options);
  for (std::size_t c = 0; c < trained.columns.size(); ++c)
    if (trained.kinds[c] != Column::Kind::ignored && trained.columns[c] != learned.target.name)
      table.column(trained.columns[c]);
  if (needs_label) table.column(options.target.name);
  if (!learned.weights.empty()) {
    require_weights(table, learned.weights, options.target.name);
    options.weights = learned.weights;
  }
  return options;
}

}  // namespace talweg::train::online
