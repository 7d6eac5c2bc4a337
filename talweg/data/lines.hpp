#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// Lines of text, for all readers alike: a line ends with LF, CRLF or a CR alone. The mark of UTF-8 is no part of it.
namespace talweg::data {

inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Where the break that begins at `p` ends: CRLF is one.
inline const char* behind_break(const char* p, const char* end) {
  return *p == '\r' && p + 1 < end && p[1] == '\n' ? p + 2 : p + 1;
}

/// The next line break from `p` on, or `end`. Rows are long, so that memchr beats a loop.
inline const char* find_break(const char* p, const char* end) {
  const auto find = [p](char c, const char* to) {
    const void* at = std::memchr(p, c, static_cast<std::size_t>(to - p));
    return at ? static_cast<const char*>(at) : to;
  };
  return find('\r', find('\n', end));
}

/// Takes the first line off `text` and returns it without its end.
inline std::string_view take_line(std::string_view& text) {
  const char *begin = text.data(), *end = begin + text.size(), *at = find_break(begin, end);
  const std::string_view line(begin, static_cast<std::size_t>(at - begin));
  text.remove_prefix(static_cast<std::size_t>((at == end ? end : behind_break(at, end)) - begin));
  return line;
}

inline std::uint64_t count_breaks(std::string_view text) {
  std::uint64_t count = 0;
  for (const char *p = text.data(), *const end = p + text.size(); (p = find_break(p, end)) < end; ++count)
    p = behind_break(p, end);
  return count;
}

/// Makes each CR that stands alone in [from, size) of `text` an LF. A CR at the end is left: what follows is not known.
inline void end_lines_alike(char* text, std::size_t from, std::size_t size) {
  for (char *p = text + from, *const end = text + size;
       (p = static_cast<char*>(std::memchr(p, '\r', static_cast<std::size_t>(end - p)))) != nullptr && p + 1 < end; ++p)
    if (p[1] != '\n') *p = '\n';
}

/// Where complete rows of a text end, and the quote that is open where the text ends.
struct RowsEnd {
  std::size_t end = 0;  ///< behind the last row; 0 when there is none
  std::size_t open_quote = std::string_view::npos;
};

/// Of delimited text that begins with a row and may be cut anywhere. The rules are those of CsvScanner: a quote opens a
/// cell only where the cell begins.
inline RowsEnd rows_end(std::string_view text, char delimiter) {
  std::size_t end = 0, opened = 0;
  bool begins = true, quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') continue;
      if (i + 1 < text.size() && text[i + 1] == '"')
        ++i;
      else
        quoted = false;
    } else if (c == '\n' || (c == '\r' && i + 1 < text.size() && text[i + 1] != '\n')) {
      end = i + 1;
      begins = true;
    } else if (c == delimiter) {
      begins = true;
    } else if (c == '"' && begins) {
      opened = i;
      quoted = true;
      begins = false;
    } else if (c != ' ' && c != '\t' && c != '\r') {
      begins = false;
    }
  }
  return {end, quoted ? opened : std::string_view::npos};
}

}  // namespace talweg::data
