#pragma once
#include <string>
#include <string_view>

namespace talweg::data {

/// How a delimited text is written, as far as its content tells.
struct CsvDialect {
  char delimiter;
  bool header;
};

struct CsvOptions;

/// Looks at the first rows. The delimiter is the one that cuts most of them into equally many cells; of several that
/// do, the comma, unless another leaves nothing but numbers. The first row is a header when it stands as text over a
/// column of numbers, or, where everything is text, when none of its cells comes back in its own column. What the
/// options say is taken as given.
CsvDialect detect_dialect(std::string_view content, const std::string& origin, const CsvOptions& options);

/// Empty, NA and ? stand for a value that is not known.
inline bool is_missing_token(std::string_view cell) { return cell.empty() || cell == "NA" || cell == "?"; }

}  // namespace talweg::data
