#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "talweg/data/reading.hpp"

namespace talweg::data {

/// How a delimited text is written, as far as its content tells.
struct CsvDialect {
  char delimiter;  ///< `blanks` of columns with blanks between them (blanks.hpp)
  bool header;
};

struct CsvOptions;

/// Looks at the first rows. The delimiter is the one that cuts most of them into equally many cells; of several that
/// do, the comma, unless another leaves nothing but numbers; blanks where they cut all rows alike and nothing else cuts
/// half of them. The first row is a header when it stands as text over a column of numbers, or, where everything is
/// text, when none of its cells comes back in its own column. What the options say is taken as given.
CsvDialect detect_dialect(std::string_view content, const std::string& origin, const CsvOptions& options);

/// What stands before the rows: lines to be skipped, and sep=; as spreadsheets write it.
struct Lead {
  std::size_t bytes = 0, lines = 0;
  std::optional<char> delimiter = {};
  bool complete = true;  ///< the text was long enough to tell
};
/// Of a text that may go on (`cut`).
Lead lead_of(std::string_view content, const Reading& reading, bool cut = false);
/// Throws Error where a text ends before its rows begin.
void check_lead(const Lead& lead, const Reading& reading, const std::string& origin);

/// A text that was read, ready for a scanner, every byte in its place.
struct CsvText {
  std::string content;
  CsvDialect dialect;

  char scanned() const;  ///< the delimiter that a scanner of `content` looks for
};
/// `content` without what stands before the rows; throws Error for what is no delimited text.
CsvText understand_csv(std::string content, const std::string& origin, const CsvOptions& options);

}  // namespace talweg::data
