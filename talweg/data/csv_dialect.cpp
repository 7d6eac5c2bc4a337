#include "talweg/data/csv_dialect.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "talweg/base/spelling.hpp"
#include "talweg/data/blanks.hpp"
#include "talweg/data/cells.hpp"
#include "talweg/data/csv.hpp"
#include "talweg/data/csv_scanner.hpp"
#include "talweg/data/lookalike.hpp"
#include "talweg/data/separated.hpp"

namespace talweg::data {

namespace {

using Rows = std::vector<std::vector<std::string>>;

/// Complete rows only, where the text may be cut within one.
std::string_view complete(std::string_view content, char delimiter, bool cut) {
  return cut ? content.substr(0, rows_end(content, delimiter).end) : content;
}

Rows sample(std::string_view content, char delimiter, const std::string& origin, std::size_t count, bool cut) {
  std::string made_over;
  if (delimiter == blanks) {
    constexpr std::size_t enough = std::size_t{1} << 20;
    cut = cut || content.size() > enough;
    made_over = content.substr(0, enough);
    BlankCutter().cut(made_over.data(), 0, made_over.size());
    content = made_over;
  }
  Rows rows;
  CsvScanner scanner(complete(content, scanned_as(delimiter), cut), scanned_as(delimiter), origin);
  while (rows.size() < count && scanner.next_row()) {
    auto& row = rows.emplace_back();
    do row.emplace_back(scanner.cell());
    while (scanner.more());
  }
  return rows;
}

/// The share of rows that have the most frequent number of cells; 0 when that number is 1.
double agreement(const Rows& rows) {
  std::map<std::size_t, std::size_t> counts;
  for (const auto& row : rows) ++counts[row.size()];
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() || most->first == 1
             ? 0
             : static_cast<double>(most->second) / static_cast<double>(rows.size());
}

/// Those with separators too: they are refused later, by their place.
bool is_number(std::string_view cell) { return text::parse_number(cell) || (is_separated(cell) && cell.back() != ','); }

double share_of_numbers(const Rows& rows, std::size_t from = 0) {
  std::size_t cells = 0, numbers = 0;
  for (std::size_t r = from; r < rows.size(); ++r)
    for (const auto& cell : rows[r]) {
      ++cells;
      numbers += is_number(cell);
    }
  return cells == 0 ? 0 : static_cast<double>(numbers) / static_cast<double>(cells);
}

/// The rows as one delimiter cuts them.
struct Cut {
  double agreement = 0, numbers = 0, numbers_below = 0;  ///< shares: of rows, cells, cells below the first row
  std::size_t cells = 0;                                 ///< of the first row
};

/// Of two that agree as well: 1,5;2,5 is two decimal commas, and so is a table with a few texts whose commas are those
/// of its decimals.
bool fits_better(const Cut& other, const Cut& best) {
  if (other.numbers == 1 && best.numbers < 1) return true;
  return best.numbers_below < 0.1 && other.numbers_below > 0.5 && other.cells >= 2 * best.cells;
}

Cut cut_by(char delimiter, std::string_view content, const std::string& origin, bool cut) {
  try {
    const Rows rows = sample(content, delimiter, origin, 100, cut);
    return {agreement(rows), share_of_numbers(rows), share_of_numbers(rows, 1), rows.empty() ? 0 : rows[0].size()};
  } catch (const Error&) {
    return {};  // the quotes do not fit this delimiter; the right one will report its own
  }
}

/// Texts have blanks too: columns they are only where every row has as many, and one holds numbers.
bool has_columns_between_blanks(std::string_view content, const std::string& origin, bool cut, double best_agreement) {
  Rows rows;
  try {
    rows = sample(content, blanks, origin, 100, cut);
  } catch (const Error&) {
    return false;
  }
  if (rows.size() < 2 || rows[0].size() < 2 || agreement(rows) < 1) return false;
  if (best_agreement >= 0.5) return share_of_numbers(rows, 1) == 1;
  for (std::size_t c = 0; c < rows[0].size(); ++c)
    if (std::all_of(rows.begin() + 1, rows.end(), [&](const auto& row) { return is_number(row[c]); })) return true;
  return false;
}

/// A tie goes to the comma, unless the rows are numbers only when cut at the other: 1,5;2,5 is two decimal commas.
/// Where numbers have decimal commas, the comma comes last.
char detect_delimiter(std::string_view content, const std::string& origin, const CsvOptions& options) {
  const bool decimal_comma = options.reading.decimal == ",";
  const std::string_view candidates = decimal_comma ? "\t;|" : ",\t;|";
  char best = ',';
  Cut found;
  for (const char delimiter : candidates) {
    const Cut c = cut_by(delimiter, content, origin, options.cut);
    if (c.agreement > found.agreement || (c.agreement == found.agreement && c.agreement > 0 && fits_better(c, found))) {
      found = c;
      best = delimiter;
    }
  }
  const bool settled = found.agreement == 1 && (found.numbers_below == 1 || best != ',');
  if (!settled && has_columns_between_blanks(content, origin, options.cut, found.agreement)) return blanks;
  return best;
}

bool looks_like_header(const Rows& rows, const Cells& cells) {
  const auto& first = rows.front();
  std::set<std::string_view> names;
  bool any_number = false, any_name = false, comes_back = false;
  for (const auto& cell : first) {
    if (is_number(cell)) any_number = true;
    if (cells.is_missing(cell)) continue;
    any_name = true;
    comes_back = comes_back || !names.insert(cell).second;
  }
  if (!any_name) return false;
  for (std::size_t c = 0; c < first.size(); ++c) {
    std::size_t numbers = 0, known = 0;
    for (std::size_t r = 1; r < rows.size(); ++r) {
      if (c >= rows[r].size() || cells.is_missing(rows[r][c])) continue;
      ++known;
      numbers += is_number(rows[r][c]);
      comes_back = comes_back || rows[r][c] == first[c];
    }
    const bool text_on_top = !cells.is_missing(first[c]) && !is_number(first[c]);
    if (text_on_top && known > 0 && numbers >= 0.9 * static_cast<double>(known)) return true;
  }
  return !any_number && !comes_back;
}

/// MovieLens writes two colons between cells: every one of the first lines has as many of them, at least two.
bool has_double_colons(std::string_view content) {
  constexpr std::size_t lines = 20;
  std::size_t wanted = 0;
  for (std::size_t k = 0; k < lines && !content.empty(); ++k) {
    const std::string_view line = take_line(content);
    std::size_t count = 0;
    for (std::size_t at = 0; (at = line.find("::", at)) != line.npos; at += 2) ++count;
    if (count < 2 || line.find('\t') != line.npos || (k > 0 && count != wanted)) return false;
    wanted = count;
  }
  return wanted > 0;
}

/// Every byte keeps its place.
void cut_at_double_colons(std::string& content) {
  for (std::size_t at = 0; (at = content.find("::", at)) != content.npos; at += 2)
    content[at] = '\t', content[at + 1] = ' ';
}

/// sep=; in a line of its own, perhaps between quotes.
std::optional<char> separator_line(std::string_view line) {
  line = text::trim(line);
  if (line.size() > 1 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
  if (line.size() != 5 || text::lower(line.substr(0, 4)) != "sep=") return std::nullopt;
  const bool known = std::string_view(",;|\t").find(line[4]) != std::string_view::npos;
  return known ? std::optional(line[4]) : std::nullopt;
}

}  // namespace

CsvDialect detect_dialect(std::string_view content, const std::string& origin, const CsvOptions& options) {
  const auto given = options.reading.delimiter_char();
  const char delimiter = given               ? *given
                         : options.delimiter ? *options.delimiter
                                             : detect_delimiter(content, origin, options);
  if (const auto header = options.reading.has_header()) return {delimiter, *header};
  if (options.header) return {delimiter, *options.header};
  const Rows rows = sample(content, delimiter, origin, 1000, options.cut);
  return {delimiter, !rows.empty() && looks_like_header(rows, Cells(options.reading))};
}

Lead lead_of(std::string_view content, const Reading& reading, bool cut) {
  Lead lead;
  std::string_view rest = content;
  const auto take = [&] {
    const std::string_view line = take_line(rest);
    lead.complete = lead.complete && (!cut || !rest.empty());
    return line;
  };
  for (; lead.lines < static_cast<std::size_t>(reading.skip) && !rest.empty(); ++lead.lines) take();
  lead.bytes = content.size() - rest.size();
  lead.complete = lead.complete && (!cut || !rest.empty());
  if (!rest.empty()) lead.delimiter = separator_line(take());
  if (lead.delimiter) lead.bytes = content.size() - rest.size(), ++lead.lines;
  return lead;
}

void check_lead(const Lead& lead, const Reading& reading, const std::string& origin) {
  if (lead.lines < static_cast<std::size_t>(reading.skip))
    throw Error("skip", text::cat(text::option("skip", reading.skip), ": ", origin, " has ", lead.lines,
                                  lead.lines == 1 ? " line" : " lines"));
}

char CsvText::scanned() const { return scanned_as(dialect.delimiter); }

CsvText understand_csv(std::string content, const std::string& origin, const CsvOptions& options) {
  options.reading.check();
  CsvText out{plain_text(std::move(content), origin), {}};
  const Lead lead = lead_of(out.content, options.reading);
  check_lead(lead, options.reading, origin);
  for (char& c : std::span(out.content).first(lead.bytes))  // lines keep their numbers
    if (c != '\n' && c != '\r') c = ' ';
  const std::string_view rows = std::string_view(out.content).substr(lead.bytes);
  refuse_lookalikes(rows, origin);
  CsvOptions known = options;
  if (!known.delimiter) known.delimiter = lead.delimiter;
  if (!known.delimiter && options.reading.delimiter.empty() && has_double_colons(rows)) {
    cut_at_double_colons(out.content);
    known.delimiter = double_colon;
  }
  out.dialect = detect_dialect(rows, origin, known);
  if (out.dialect.delimiter == blanks) BlankCutter().cut(out.content.data(), 0, out.content.size());
  return out;
}

}  // namespace talweg::data
