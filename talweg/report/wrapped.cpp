#include "talweg/report/wrapped.hpp"

#include <algorithm>

#include "talweg/base/text.hpp"

namespace talweg::report {

namespace {

/// Characters, not bytes.
std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::vector<std::string> lines_of(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  for (const std::string_view word : text::split(text, ' ')) {
    std::string& last = lines.back();
    if (last.empty())
      last = word;
    else if (length(last) + 1 + length(word) <= width)
      last.append(" ").append(word);
    else
      lines.emplace_back(word);
  }
  return lines;
}

}  // namespace

std::string wrapped(const std::vector<std::string>& columns, const std::vector<std::vector<std::string>>& rows,
                    std::size_t width) {
  constexpr std::size_t gap = 2;
  std::vector<std::size_t> widths(columns.size());
  widths[0] = length(columns[0]);
  for (const auto& row : rows) widths[0] = std::max(widths[0], length(row[0]));
  const std::size_t others = columns.size() - 1, used = widths[0] + gap * others;
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
        if (c + 1 < cells.size()) line.append(widths[c] + gap - std::min(widths[c] + gap, length(text)), ' ');
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + '\n';
    }
  };
  put(columns);
  for (const auto& row : rows) {
    out += '\n';
    put(row);
  }
  return out;
}

}  // namespace talweg::report
