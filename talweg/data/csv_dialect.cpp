#include "talweg/data/csv_dialect.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "talweg/data/csv.hpp"
#include "talweg/data/csv_scanner.hpp"
#include "talweg/data/separated.hpp"

namespace talweg::data {

namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows sample(std::string_view content, char delimiter, const std::string& origin, std::size_t count) {
  Rows rows;
  CsvScanner scanner(content, delimiter, origin);
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

/// Complete rows only, where the text may be cut within one.
std::string_view complete(std::string_view content, char delimiter, bool cut) {
  return cut ? content.substr(0, rows_end(content, delimiter).end) : content;
}

/// Those with separators too: they are refused later, by their place.
bool is_number(std::string_view cell) { return text::parse_number(cell) || is_separated(cell); }

double share_of_numbers(const Rows& rows) {
  std::size_t cells = 0, numbers = 0;
  for (const auto& row : rows)
    for (const auto& cell : row) {
      ++cells;
      numbers += is_number(cell);
    }
  return cells == 0 ? 0 : static_cast<double>(numbers) / static_cast<double>(cells);
}

/// A tie goes to the comma, unless the rows are numbers only when cut at the other: 1,5;2,5 is two decimal commas.
char detect_delimiter(std::string_view content, const std::string& origin, bool cut) {
  constexpr char candidates[] = {',', '\t', ';', '|'};
  char best = ',';
  double best_agreement = 0, best_numbers = 0;
  for (const char delimiter : candidates) {
    double a = 0, numbers = 0;
    try {
      const Rows rows = sample(complete(content, delimiter, cut), delimiter, origin, 100);
      a = agreement(rows);
      numbers = share_of_numbers(rows);
    } catch (const Error&) {
      continue;  // the quotes do not fit this delimiter; the right one will report its own
    }
    if (a > best_agreement || (a == best_agreement && a > 0 && numbers == 1 && best_numbers < 1)) {
      best_agreement = a;
      best_numbers = numbers;
      best = delimiter;
    }
  }
  return best;
}

bool looks_like_header(const Rows& rows) {
  const auto& first = rows.front();
  std::set<std::string_view> names;
  bool any_number = false, any_name = false, comes_back = false;
  for (const auto& cell : first) {
    if (is_number(cell)) any_number = true;
    if (is_missing_token(cell)) continue;
    any_name = true;
    comes_back = comes_back || !names.insert(cell).second;
  }
  if (!any_name) return false;
  for (std::size_t c = 0; c < first.size(); ++c) {
    std::size_t numbers = 0, known = 0;
    for (std::size_t r = 1; r < rows.size(); ++r) {
      if (c >= rows[r].size() || is_missing_token(rows[r][c])) continue;
      ++known;
      numbers += is_number(rows[r][c]);
      comes_back = comes_back || rows[r][c] == first[c];
    }
    const bool text_on_top = !is_missing_token(first[c]) && !is_number(first[c]);
    if (text_on_top && known > 0 && numbers >= 0.9 * static_cast<double>(known)) return true;
  }
  return !any_number && !comes_back;
}

}  // namespace

CsvDialect detect_dialect(std::string_view content, const std::string& origin, const CsvOptions& options) {
  const char delimiter = options.delimiter ? *options.delimiter : detect_delimiter(content, origin, options.cut);
  if (options.header) return {delimiter, *options.header};
  const Rows rows = sample(complete(content, delimiter, options.cut), delimiter, origin, 1000);
  return {delimiter, !rows.empty() && looks_like_header(rows)};
}

}  // namespace talweg::data
