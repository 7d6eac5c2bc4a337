#include "talweg/data/csv.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "talweg/base/spelling.hpp"
#include "talweg/data/cells.hpp"
#include "talweg/data/csv_dialect.hpp"
#include "talweg/data/csv_scanner.hpp"
#include "talweg/data/dates.hpp"
#include "talweg/data/doubts.hpp"
#include "talweg/data/long_integer.hpp"
#include "talweg/data/separated.hpp"

namespace talweg::data {

namespace {

constexpr double missing_number = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();

/// What the first pass learns about a column. Cells that are no finite number are left for the second pass.
struct Builder {
  Column column;
  std::optional<Column::Kind> required;
  std::size_t numbers = 0, not_finite = 0, texts = 0;
  std::size_t first_bad = nowhere, first_text = nowhere;  ///< offsets of cells
  bool has_long = false;                                  ///< long_integer.hpp
  bool plain = true;                                      ///< the scanner may read its numbers
  bool dates = false;                                     ///< its cells become days

  void add_number(double value, std::string_view cell) {
    ++numbers;
    column.numbers.push_back(value);
    if (std::abs(value) >= first_long_integer) has_long = has_long || is_long_integer(text::trim(cell));
  }
  void add_odd(std::string_view cell, std::size_t offset, const Cells& cells) {
    const bool missing = cells.is_missing(cell);
    const auto value = missing ? std::nullopt : dates ? parse_date(cell) : cells.number(cell);
    if (value && std::isfinite(*value)) return add_number(*value, cell);
    column.numbers.push_back(missing_number);
    if (missing) {
      ++column.missing;
      return;
    }
    ++(value ? not_finite : texts);
    if (first_bad == nowhere) first_bad = offset;
    if (!value && first_text == nowhere) first_text = offset;
  }
  /// nan and inf are numbers that no column may hold: they count as numbers here, and are refused below.
  double share() const {
    const auto known = static_cast<double>(numbers + not_finite + texts);
    return known == 0 ? 1 : static_cast<double>(numbers + not_finite) / known;
  }
  Column::Kind kind() const {
    return required.value_or(share() >= numeric_share ? Column::Kind::numeric : Column::Kind::text);
  }
};

class Reader {
 public:
  Reader(const CsvText& text, const std::string& origin, const CsvOptions& options)
      : content_(text.content),
        origin_(origin),
        options_(options),
        cells_(options.reading),
        header_(text.dialect.header),
        delimiter_(text.scanned()) {
    if (options.cut) content_ = content_.substr(0, rows_end(content_, delimiter_).end);
  }

  Table read() {
    Table table;
    table.origin = origin_;
    table.header = header_;
    read_cells(table);
    std::vector<std::size_t> text_columns;
    for (std::size_t c = 0; c < builders_.size(); ++c) {
      auto& b = builders_[c];
      b.column.kind = b.kind();
      if (b.column.kind == Column::Kind::numeric && b.first_bad != nowhere) refuse(b);
      if (b.column.kind == Column::Kind::text) {
        text_columns.push_back(c);
        note_text(b, table);
      }
      if (b.column.kind != Column::Kind::numeric) b.column.numbers = {};
      if (b.column.kind == Column::Kind::numeric && b.has_long && !b.required) text_columns.push_back(c);
    }
    if (!text_columns.empty()) read_texts(text_columns);
    for (auto& b : builders_) table.columns.push_back(std::move(b.column));
    if (options_.keep_cells) keep_cells(table);
    tell_unnamed(table);
    return table;
  }

 private:
  /// Columns whose header is empty: the last one of rows that all end with a delimiter is none; others got a name.
  void tell_unnamed(Table& table) const {
    if (unnamed_.empty()) return;
    const Column& last = table.columns.back();
    const bool trails =
        unnamed_.back() + 1 == table.columns.size() && table.columns.size() > 1 && last.missing == table.rows;
    for (const std::size_t c : unnamed_)
      if (!trails || c + 1 < table.columns.size())
        table.notes.push_back(text::cat("column ", c + 1, " has no name in the header and is called ",
                                        table.columns[c].name, c == 0 ? "; if it numbers the rows, ignore it" : ""));
    if (!trails) return;
    table.notes.push_back(text::cat("every row ends with a delimiter: the empty column ", table.columns.size(),
                                    " behind it is left out"));
    if (!options_.every_column) table.columns.pop_back();
  }

  /// Names, then every cell once: numbers are stored, everything else is counted.
  void read_cells(Table& table) {
    CsvScanner scanner(content_, delimiter_, origin_);
    while (scanner.next_row()) {
      if (builders_.empty()) {
        const CsvScanner behind = name_columns(scanner);
        if (header_) {
          scanner = behind;
          continue;
        }
      }
      starts_.push_back(scanner.offset());
      table.lines.push_back(scanner.row_line());
      read_row(scanner);
    }
    table.rows = starts_.size();
    if (table.rows == 0)
      throw Error(text::cat(origin_, ": ", builders_.empty() ? "is empty" : "has a header and no rows",
                            "; a table needs at least one row"));
  }

  /// Returns a scanner behind the first row; the row is read again when it is no header.
  CsvScanner name_columns(CsvScanner scanner) {
    header_line_ = scanner.row_line();
    std::unordered_map<std::string, std::size_t> columns;  // by name: a header may have very many
    do {
      const std::string_view cell = scanner.cell();
      Builder b;
      b.column.name = header_ && !cell.empty() ? std::string(cell) : text::cat("c", builders_.size() + 1);
      if (header_ && cell.empty()) unnamed_.push_back(builders_.size());
      const auto [same, fresh] = columns.try_emplace(b.column.name, builders_.size() + 1);
      if (!fresh)
        throw Error(text::cat(scanner.where(scanner.cell_offset()), ": the column name '", text::shown(b.column.name),
                              "' stands twice (columns ", same->second, " and ", builders_.size() + 1,
                              "); rename one"));
      builders_.push_back(std::move(b));
    } while (scanner.more());
    for (const auto& names : options_.layouts)
      if (!header_ && names.size() == builders_.size())
        for (std::size_t c = 0; c < names.size(); ++c) builders_[c].column.name = names[c];
    for (auto& b : builders_) take_role(b);
    return scanner;
  }

  /// What is known of the column, and what was said of it.
  void take_role(Builder& b) const {
    const auto named = [&](const std::vector<std::string>& names) {
      return std::find(names.begin(), names.end(), b.column.name) != names.end();
    };
    const Reading& reading = options_.reading;
    if (options_.kind_of) b.required = options_.kind_of(b.column.name);
    if (named(reading.categories)) b.required = Column::Kind::text;
    if (named(reading.numbers)) b.required = Column::Kind::numeric;
    if (b.column.name == reading.id && !options_.kind_of) b.required = Column::Kind::text;  // of any cells
    b.dates = cells_.is_date(b.column.name) && b.required != Column::Kind::ignored;
    if (b.dates) b.required = Column::Kind::numeric;
    b.plain = cells_.plain() && !b.dates;
  }

  void read_row(CsvScanner& scanner) {
    std::size_t c = 0;
    do {
      if (c == builders_.size()) refuse_ragged(scanner);
      Builder& b = builders_[c++];
      double value;
      const std::size_t at = scanner.offset();
      if (b.plain && scanner.number(value)) {
        b.add_number(value, content_.substr(at, scanner.offset() - at));
      } else {
        const std::string_view cell = scanner.cell();
        b.add_odd(cell, scanner.cell_offset(), cells_);
      }
    } while (scanner.more());
    if (c != builders_.size()) refuse_count(scanner, c, "; complete it, or quote a cell that contains the delimiter");
  }

  [[noreturn]] void refuse_ragged(CsvScanner& scanner) {
    std::size_t count = builders_.size();
    bool empty = true;
    do {
      empty = scanner.cell().empty();
      ++count;
    } while (scanner.more());
    const bool trails = empty && count == builders_.size() + 1;
    refuse_count(scanner, count,
                 trails ? "; it ends with a delimiter: remove that, or end the header with one too"
                        : "; complete it, or quote a cell that contains the delimiter");
  }
  [[noreturn]] void refuse_count(const CsvScanner& scanner, std::size_t count, std::string_view fix) {
    throw Error(text::cat(origin_, ":", scanner.row_line(), ": this row has ", count, count == 1 ? " cell" : " cells",
                          " where line ", header_line_, " has ", builders_.size(), fix));
  }

  [[noreturn]] void refuse(const Builder& b) {
    CsvScanner scanner(content_, delimiter_, origin_);
    scanner.seek(b.first_bad);
    const std::string token(scanner.cell());
    const std::string where = scanner.where(b.first_bad), name = text::shown(b.column.name), cell = text::shown(token);
    if (b.dates)
      throw Error(text::cat(where, ": '", cell, "' in the column of dates '", name, "' ", no_date_complaint(token)));
    const std::string separated = separated_complaint(token, name);
    throw Error(text::cat(where, ": '", cell, "' in the numeric column '", name, "' ",
                          !separated.empty()
                              ? separated
                              : text::cat("is not a ", cells_.number(token) ? "finite " : "",
                                          "number; correct it, or leave the cell empty if the value is not known; ",
                                          text::option("missing", cell), " takes it for unknown, ",
                                          text::option("category", name), " the column for texts")));
  }

  void note_text(const Builder& b, Table& table) const {
    if (b.required || b.share() < 0.5 || b.first_text == nowhere) return;
    CsvScanner scanner(content_, delimiter_, origin_);
    scanner.seek(b.first_text);
    const std::string token(scanner.cell());
    table.notes.push_back(text::cat("column '", b.column.name, "' is read as text: only ",
                                    text::brief(100 * b.share(), 3), " % of its cells are numbers (",
                                    scanner.where(b.first_text), " is '", text::shown(token), "')"));
  }

  /// The second pass: the texts of the columns that turned out to hold text, or numbers that are names.
  void read_texts(const std::vector<std::size_t>& columns) {
    std::vector<std::unordered_map<std::string, std::int32_t>> known(columns.size());
    CsvScanner scanner(content_, delimiter_, origin_);
    for (const std::size_t start : starts_) {
      scanner.seek(start);
      std::size_t c = 0;
      for (std::size_t i = 0; i < columns.size(); ++i) {
        for (; c < columns[i]; ++c) {
          scanner.cell();
          scanner.more();
        }
        const std::string_view cell = scanner.cell();
        auto& column = builders_[columns[i]].column;
        auto& codes = column.codes;
        if (cells_.is_missing(cell)) {
          codes.push_back(-1);
        } else if (column.kind == Column::Kind::text || known[i].size() <= Column::most_labels) {
          codes.push_back(
              known[i].try_emplace(std::string(cell), static_cast<std::int32_t>(known[i].size())).first->second);
        }
        scanner.more();
        ++c;
      }
    }
    for (std::size_t i = 0; i < columns.size(); ++i) sort_categories(builders_[columns[i]].column, known[i]);
    for (const std::size_t c : columns) {
      if (builders_[c].column.kind == Column::Kind::text)
        note_doubts(c);
      else
        note_merged(c);
    }
  }

  /// "file:line:column" of the first cell with that code.
  std::string where_first(std::size_t place, std::size_t code) const {
    const auto& codes = builders_[place].column.codes;
    const auto row = std::find(codes.begin(), codes.end(), static_cast<std::int32_t>(code));
    CsvScanner scanner(content_, delimiter_, origin_);
    scanner.seek(starts_[static_cast<std::size_t>(row - codes.begin())]);
    for (std::size_t c = 0; c < place; ++c) {
      scanner.cell();
      scanner.more();
    }
    scanner.cell();
    return scanner.where(scanner.cell_offset());
  }

  /// Different whole numbers beyond 2^53 that are one double.
  void note_merged(std::size_t place) {
    Column& column = builders_[place].column;
    std::unordered_map<double, std::size_t> codes;  // by value
    for (std::size_t k = 0; k < column.categories.size() && column.merged.empty(); ++k) {
      if (!is_long_integer(column.categories[k])) continue;
      const auto [same, fresh] = codes.try_emplace(*text::parse_number(column.categories[k]), k);
      if (!fresh)
        column.merged = text::cat(where_first(place, k), ": '", column.categories[k], "' in the column '", column.name,
                                  "' and '", column.categories[same->second],
                                  "' are one number in double, which is exact "
                                  "for whole numbers up to 2^53; leave the column out where it names the rows (",
                                  text::option("ignore", column.name), "), or take its numbers for texts (",
                                  text::option("category", column.name), ")");
    }
    if (column.categories.size() > Column::most_labels) column.codes = {};
  }

  static void sort_categories(Column& column, const std::unordered_map<std::string, std::int32_t>& known) {
    for (const auto& [name, code] : known) column.categories.push_back(name);
    std::sort(column.categories.begin(), column.categories.end());
    std::vector<std::int32_t> place(known.size());
    for (std::size_t k = 0; k < column.categories.size(); ++k)
      place[static_cast<std::size_t>(known.at(column.categories[k]))] = static_cast<std::int32_t>(k);
    for (auto& code : column.codes)
      if (code >= 0) code = place[static_cast<std::size_t>(code)];
  }

  /// The texts of cells as they stand.
  void keep_cells(Table& table) const {
    std::vector<std::string> names = options_.reading.keep;
    if (!options_.reading.id.empty()) names.insert(names.begin(), options_.reading.id);
    for (const auto& name : names) {
      const auto column = std::ranges::find_if(table.columns, [&](const Column& c) { return c.name == name; });
      if (column == table.columns.end()) continue;
      KeptColumn& kept = table.kept.emplace_back(KeptColumn{name, {}});
      CsvScanner scanner(content_, delimiter_, origin_);
      for (const std::size_t start : starts_) {
        scanner.seek(start);
        for (auto c = table.columns.begin(); c != column; ++c) {
          scanner.cell();
          scanner.more();
        }
        kept.cells.emplace_back(scanner.cell());
      }
    }
  }

  /// Texts that are numbers written otherwise, or dates, which one-hot encoding in silence would help nobody. The
  /// column may be left out, so that nothing is thrown.
  void note_doubts(std::size_t place) {
    Column& column = builders_[place].column;
    if (builders_[place].required) return;
    if (const auto doubt = doubt_of(column, cells_))
      column.complaint = text::cat(where_first(place, doubt->code), ": '", text::shown(column.categories[doubt->code]),
                                   "' in the column '", text::shown(column.name), "' ", doubt->complaint);
  }

  std::string_view content_;
  const std::string& origin_;
  const CsvOptions& options_;
  Cells cells_;
  bool header_;
  char delimiter_;  ///< of the scanner
  std::vector<Builder> builders_;
  std::vector<std::size_t> starts_;   ///< (rows), offset of each row
  std::vector<std::size_t> unnamed_;  ///< columns whose cell in the header is empty
  std::uint32_t header_line_ = 1;
};

void refuse_binary(std::string_view content, const std::string& origin) {
  if (content.starts_with("\xff\xfe") || content.starts_with("\xfe\xff"))
    throw Error(text::cat(origin, ": is UTF-16; save it as UTF-8"));
  if (content.substr(0, 4096).find('\0') != std::string_view::npos)
    throw Error(text::cat(origin, ": is a binary file; expected CSV or TSV text, libsvm text, or IDX images"));
}

}  // namespace

std::string plain_text(std::string content, const std::string& origin) {
  refuse_binary(content, origin);
  if (content.starts_with(byte_order_mark)) content.erase(0, byte_order_mark.size());
  return content;
}

Table read_csv(std::string content, const std::string& origin, const CsvOptions& options) {
  const CsvText text = understand_csv(std::move(content), origin, options);
  Table table = Reader(text, origin, options).read();
  table.delimiter = text.dialect.delimiter;
  return table;
}

}  // namespace talweg::data
