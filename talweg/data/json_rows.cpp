#include "talweg/data/json_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>
#include <vector>

#include <nlohmann/json.hpp>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/cells.hpp"
#include "talweg/data/dates.hpp"
#include "talweg/data/doubts.hpp"
#include "talweg/data/lines.hpp"
#include "talweg/data/long_integer.hpp"

namespace talweg::data {

namespace {

using Json = nlohmann::ordered_json;
constexpr double missing_number = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

/// A column while rows come: what each cell is as a number, and as a text.
struct Cellar {
  Column column;
  std::optional<Column::Kind> required;
  bool dates = false;
  std::vector<std::int32_t> codes;  ///< (rows so far), -1 where missing
  std::unordered_map<std::string, std::int32_t> known;
  std::size_t numbers = 0, texts = 0;
  std::size_t first_text = nowhere, first_list = nowhere, first_long = nowhere;  ///< rows

  /// Rows before the column came had no cell.
  void reach(std::size_t rows) {
    column.missing += rows - codes.size();
    codes.resize(rows, -1);
    column.numbers.resize(rows, missing_number);
  }
  void put(std::optional<double> number, const std::string& text) {
    ++(number ? numbers : texts);
    column.numbers.push_back(number.value_or(missing_number));
    codes.push_back(known.try_emplace(text, static_cast<std::int32_t>(known.size())).first->second);
  }
};

class Reader {
 public:
  Reader(const std::string& origin, const CsvOptions& options)
      : origin_(origin), options_(options), cells_(options.reading) {}

  void add(const Json& object, std::uint32_t line) {
    add_object(object, "");
    ++rows_;
    if (line > 0) lines_.push_back(line);
  }

  std::string place(std::size_t row) const {
    return lines_.empty() ? text::cat(origin_, ": row ", row + 1) : text::cat(origin_, ":", lines_[row]);
  }

  Table finish() {
    Table table;
    table.origin = origin_;
    table.form = "JSON lines";
    table.header = true;
    table.rows = rows_;
    if (rows_ == 0) throw Error(text::cat(origin_, ": holds no row; a table needs at least one"));
    for (Cellar& c : columns_) c.reach(rows_);
    if (options_.keep_cells) keep(table);
    for (Cellar& c : columns_) {
      settle(c, table);
      table.columns.push_back(std::move(c.column));
    }
    table.lines = std::move(lines_);
    return table;
  }

 private:
  void add_object(const Json& object, const std::string& prefix) {
    for (const auto& [name, value] : object.items()) {
      if (value.is_object())
        add_object(value, text::cat(prefix, name, "."));
      else
        add_cell(column(prefix + name), value);
    }
  }

  Cellar& column(const std::string& name) {
    const auto [at, fresh] = places_.try_emplace(name, columns_.size());
    if (fresh) {
      Cellar& c = columns_.emplace_back();
      c.column.name = name;
      const auto in = [&](const std::vector<std::string>& names) {
        return std::ranges::find(names, name) != names.end();
      };
      if (options_.kind_of) c.required = options_.kind_of(name);
      if (in(options_.reading.categories)) c.required = Column::Kind::text;
      if (in(options_.reading.numbers)) c.required = Column::Kind::numeric;
      if (name == options_.reading.id && !options_.kind_of) c.required = Column::Kind::text;
      c.dates = cells_.is_date(name) && c.required != Column::Kind::ignored;
      if (c.dates) c.required = Column::Kind::numeric;
    }
    return columns_[at->second];
  }

  void add_cell(Cellar& c, const Json& value) {
    if (c.codes.size() > rows_)
      throw Error(text::cat(origin_, ": row ", rows_ + 1, ": the name '", text::shown(c.column.name),
                            "' stands twice; keep one of them"));
    c.reach(rows_);
    const std::string cell = value.is_string() ? value.get<std::string>() : value.dump();
    if (value.is_null() || cells_.is_missing(cell)) return;
    if (value.is_array() && c.first_list == nowhere) c.first_list = rows_;
    std::optional<double> number;
    if (c.dates)
      number = parse_date(cell);
    else if (value.is_boolean())
      number = value.get<bool>();
    else if (value.is_number())
      number = value.get<double>();
    else if (value.is_string())
      number = cells_.number(cell);
    if (number && !std::isfinite(*number)) number = std::nullopt;
    if (!number && c.first_text == nowhere) c.first_text = rows_;
    if (number && !c.dates && is_long_integer(cell) && c.first_long == nowhere) c.first_long = rows_;
    c.put(number, cell);
  }

  void settle(Cellar& c, Table& table) const {
    Column& column = c.column;
    const auto known = static_cast<double>(c.numbers + c.texts);
    const bool numeric = known == 0 || static_cast<double>(c.numbers) >= numeric_share * known;
    column.kind = c.required.value_or(numeric ? Column::Kind::numeric : Column::Kind::text);
    if (column.kind == Column::Kind::numeric && c.first_text != nowhere) refuse(c);
    const std::string name = text::shown(column.name);
    if (column.kind == Column::Kind::numeric && c.first_long != nowhere && !c.required)
      column.merged =
          text::cat(place(c.first_long), ": a whole number in '", name,
                    "' is beyond 2^53, up to which double tells them apart; leave the column out with ",
                    text::option("ignore", name), ", or take it for texts with ", text::option("category", name));
    if (column.kind != Column::Kind::numeric) column.numbers = {};
    if (column.kind != Column::Kind::text) return;
    sort_texts(c);
    if (c.required) return;
    if (c.first_list != nowhere) {
      column.complaint =
          text::cat(place(c.first_list), ": '", name, "' holds a list, which is no cell; make columns of ",
                    "it, or leave it out with ", text::option("ignore", name));
    } else if (const auto doubt = doubt_of(column, cells_)) {
      const auto row = std::ranges::find(column.codes, static_cast<std::int32_t>(doubt->code)) - column.codes.begin();
      column.complaint = text::cat(place(static_cast<std::size_t>(row)), ": '",
                                   text::shown(column.categories[doubt->code]), "' in '", name, "' ", doubt->complaint);
    } else if (c.numbers > c.texts) {
      table.notes.push_back(text::cat("'", name, "' is read as text: only ",
                                      text::brief(100 * static_cast<double>(c.numbers) / known, 3),
                                      " % of its cells are numbers (not in ", place(c.first_text), ")"));
    }
  }

  static std::vector<std::string> texts_of(const Cellar& c) {
    std::vector<std::string> texts(c.known.size());
    for (const auto& [text, code] : c.known) texts[static_cast<std::size_t>(code)] = text;
    return texts;
  }

  static void sort_texts(Cellar& c) {
    std::vector<std::string> sorted = texts_of(c);
    const std::vector<std::string> found = sorted;
    std::ranges::sort(sorted);
    std::vector<std::int32_t> moved;
    for (const auto& text : found)
      moved.push_back(static_cast<std::int32_t>(std::ranges::lower_bound(sorted, text) - sorted.begin()));
    c.column.categories = std::move(sorted);
    c.column.codes = c.codes;
    for (auto& code : c.column.codes)
      if (code >= 0) code = moved[static_cast<std::size_t>(code)];
  }

  [[noreturn]] void refuse(const Cellar& c) const {
    const auto cell = texts_of(c)[static_cast<std::size_t>(c.codes[c.first_text])];
    const std::string name = text::shown(c.column.name), shown = text::shown(cell);
    const std::string separated = separated_complaint(cell, name);
    throw Error(text::cat(
        place(c.first_text), ": '", shown, c.dates ? "' in the dates '" : "' in the numbers '", name, "' ",
        c.dates              ? no_date_complaint(cell)
        : !separated.empty() ? separated
                             : text::cat("is not a number; correct it, or write null if the value is not known; ",
                                         text::option("missing", shown), " takes it for unknown, ",
                                         text::option("category", name), " the column for texts")));
  }

  void keep(Table& table) const {
    std::vector<std::string> names = options_.reading.keep;
    if (!options_.reading.id.empty()) names.insert(names.begin(), options_.reading.id);
    for (const auto& name : names) {
      const auto found = places_.find(name);
      if (found == places_.end()) continue;
      const Cellar& c = columns_[found->second];
      const auto texts = texts_of(c);
      KeptColumn& kept = table.kept.emplace_back(KeptColumn{name, {}});
      for (const auto code : c.codes) kept.cells.push_back(code < 0 ? "" : texts[static_cast<std::size_t>(code)]);
    }
  }

  const std::string& origin_;
  const CsvOptions& options_;
  Cells cells_;
  std::vector<Cellar> columns_;
  std::unordered_map<std::string, std::size_t> places_;
  std::size_t rows_ = 0;
  std::vector<std::uint32_t> lines_;
};

constexpr std::string_view forms =
    "JSON is read as one object a line, {\"x\":1,\"y\":2}, or as one array of such objects";

void read_lines(std::string_view content, const std::string& origin, Reader& reader) {
  for (std::uint32_t number = 1; !content.empty(); ++number) {
    const std::string_view line = text::trim(take_line(content));
    if (line.empty()) continue;
    Json object;
    try {
      object = Json::parse(line);
    } catch (const Json::parse_error& error) {
      throw Error(text::cat(origin, ":", number, ":", error.byte, ": is no JSON from here on; ", forms));
    }
    if (!object.is_object()) throw Error(text::cat(origin, ":", number, ": is no object; ", forms));
    reader.add(object, number);
  }
}

}  // namespace

bool is_json(std::string_view content) {
  constexpr std::string_view white = " \t\r\n";
  const auto next = [&](std::size_t from) { return content.find_first_not_of(white, from); };
  if (content.starts_with(byte_order_mark)) content.remove_prefix(byte_order_mark.size());
  const std::size_t first = next(0);
  if (first == content.npos || (content[first] != '{' && content[first] != '[')) return false;
  std::size_t object = first;
  if (content[first] == '[') object = next(first + 1);
  if (object == content.npos || content[object] != '{') return false;
  const std::size_t name = next(object + 1);
  if (name == content.npos || content[name] != '"') return false;
  const std::size_t end = content.find('"', name + 1);
  const std::size_t colon = end == content.npos ? content.npos : next(end + 1);
  return colon != content.npos && content[colon] == ':';
}

Table read_json(std::string_view content, const std::string& origin, const CsvOptions& options) {
  options.reading.refuse_except(
      {"decimal", "thousands", "missing", "date", "category", "number", "drop_missing_target", "id", "keep"}, "JSON");
  if (content.starts_with(byte_order_mark)) content.remove_prefix(byte_order_mark.size());
  Reader reader(origin, options);
  if (text::trim(content).front() != '[') {
    read_lines(content, origin, reader);
    return reader.finish();
  }
  Json array;
  try {
    array = Json::parse(content);
  } catch (const Json::parse_error& error) {
    throw Error(text::cat(origin, ": byte ", error.byte, ": is no JSON from here on; ", forms));
  }
  for (std::size_t row = 0; row < array.size(); ++row) {
    if (!array[row].is_object()) throw Error(text::cat(origin, ": row ", row + 1, ": is no object; ", forms));
    reader.add(array[row], 0);
  }
  return reader.finish();
}

}  // namespace talweg::data
