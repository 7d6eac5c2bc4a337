#include "talweg/report/wrapped.hpp"

#include <algorithm>

#include "talweg/base/columns.hpp"
#include "talweg/base/text.hpp"

namespace talweg::report {

namespace {

using text::columns;

}  // namespace

std::vector<std::string> lines_of(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  for (const std::string_view word : text::split(text, ' ')) {
    std::string& last = lines.back();
    if (last.empty())
      last = word;
    else if (columns(last) + 1 + columns(word) <= width)
      last.append(" ").append(word);
    else
      lines.emplace_back(word);
  }
  return lines;
}

std::string wrapped(const std::vector<std::string>& names, const std::vector<std::vector<std::string>>& rows,
                    std::size_t width) {
  constexpr std::size_t gap = 2;
  std::vector<std::size_t> widths(names.size());
  widths[0] = columns(names[0]);
  for (const auto& row : rows) widths[0] = std::max(widths[0], columns(row[0]));
  const std::size_t others = names.size() - 1, used = widths[0] + gap * others;
  for (std::size_t c = 1; c <= others; ++c) widths[c] = width > used ? (width - used) / others : 1;

  std::string out;
  const auto put = [&](const std::vector<std::string>& row) {
    std::vector<std::vector<std::string>> cells;
    std::size_t height = 0;
    for (std::size_t c = 0; c < row.size(); ++c) {
      cells.push_back(lines_of(row[c], widths[c]));
      height = std::max(height, cells.back().size());
    }
    for (std::size_t i = 0; i < height; ++i) {
      std::string line;
      for (std::size_t c = 0; c < cells.size(); ++c) {
        const std::string text = i < cells[c].size() ? cells[c][i] : std::string();
        line += text;
        if (c + 1 < cells.size()) line.append(widths[c] + gap - std::min(widths[c] + gap, columns(text)), ' ');
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + '\n';
    }
  };
  put(names);
  for (const auto& row : rows) {
    out += '\n';
    put(row);
  }
  return out;
}

}  // namespace talweg::report
