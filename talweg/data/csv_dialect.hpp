#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace talweg::data {

/// How a delimited text is written, as far as its content tells.
struct CsvDialect {
  char delimiter;
  bool header;
};

/// Looks at the first rows. The delimiter is the one that cuts most of them into equally many cells. The first row is a
/// header when it stands as text over a column of numbers, or, where everything is text, when none of its cells comes
/// back in its own column. `header` is taken as given when known.
CsvDialect detect_dialect(std::string_view content, const std::string& origin, std::optional<bool> header);

/// Empty, NA and ? stand for a value that is not known.
inline bool is_missing_token(std::string_view cell) { return cell.empty() || cell == "NA" || cell == "?"; }

}  // namespace talweg::data
