#include "talweg/data/lookalike.hpp"

#include <algorithm>
#include <vector>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/json_rows.hpp"
#include "talweg/data/libsvm.hpp"
#include "talweg/data/lines.hpp"
#include "talweg/data/sparse_rows.hpp"

namespace talweg::data {

namespace {

constexpr std::size_t lines_looked_at = 20;

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!(line = text::trim(line)).empty()) {
    words.push_back(line.substr(0, line.find_first_of(" \t")));
    line.remove_prefix(words.back().size());
  }
  return words;
}

/// name:number, or index:number.
bool is_feature(std::string_view word) {
  const auto colon = word.rfind(':');
  return colon != std::string_view::npos && colon > 0 && text::parse_number(word.substr(colon + 1)).has_value();
}

std::vector<std::string_view> first_lines(std::string_view content) {
  std::vector<std::string_view> lines;
  while (!content.empty() && lines.size() < lines_looked_at)
    if (const auto line = text::trim(take_line(content)); !line.empty()) lines.push_back(line);
  return lines;
}

/// Nearly all words behind the first are features, and some row has two.
bool is_almost_libsvm(const std::vector<std::string_view>& lines) {
  std::size_t words = 0, features = 0, most = 0;
  for (const auto line : lines) {
    if (line.find_first_of(",;\"") != std::string_view::npos) return false;  // times of day in cells, and such
    std::size_t here = 0;
    const auto row = words_of(line.substr(0, line.find('#')));
    for (std::size_t i = 0; i < row.size(); ++i) {
      words += i > 0 || is_feature(row[i]);
      here += is_feature(row[i]);
    }
    features += here;
    most = std::max(most, here);
  }
  return most >= 2 && 10 * features >= 6 * words;
}

/// "1 'tag |space name:value name": labels, importance and a tag, then features behind bars.
bool is_vowpal_wabbit(const std::vector<std::string_view>& lines) {
  bool values = false, spaces = true;
  for (const auto line : lines) {
    const auto bar = line.find('|');
    if (bar == std::string_view::npos) return false;
    const auto before = words_of(line.substr(0, bar));
    if (before.size() > 3) return false;
    const bool tagged = before.size() > 1 && line[bar - 1] != ' ' && line[bar - 1] != '\t';  // the last touches the bar
    for (std::size_t i = 0; i + tagged < before.size(); ++i)
      if (!text::parse_number(before[i]) && !before[i].starts_with('\'')) return false;
    const auto after = words_of(line.substr(bar));
    values = values || std::any_of(after.begin(), after.end(), [](auto w) { return is_feature(w); });
    const bool named = bar + 1 < line.size() && line[bar + 1] != ' ' && !text::parse_number(after[0].substr(1));
    spaces = spaces && named && (bar == 0 || line[bar - 1] == ' ') && after.size() > 1 &&
             line.find('|', bar + 1) == std::string_view::npos;
  }
  return !lines.empty() && (values || spaces);
}

}  // namespace

void refuse_lookalikes(std::string_view content, const std::string& origin) {
  const auto lines = first_lines(content);
  if (is_vowpal_wabbit(lines))
    throw Error(
        text::cat(origin, ": looks like rows of Vowpal Wabbit ('", lines[0].substr(0, 40),
                  "'); write them as libsvm, label index:value …, or without the bars as label name:value … and "
                  "hash the names"));
  if (is_json(content))
    throw Error(text::cat(
        origin, ": is JSON, which is read as a table of rows, not streamed, nor as ratings; write it as CSV"));
  if (!is_almost_libsvm(lines)) return;
  try {
    read_libsvm_rows(content, origin, {});
  } catch (const Error& error) {
    throw Error(
        text::cat(error.what(), "; the file looks like libsvm, whose rows read label index:value index:value …"));
  }
}

}  // namespace talweg::data
