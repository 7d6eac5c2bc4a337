#pragma once
#include <cstddef>
#include <string>

/// Text whose columns have one or more blanks between them, as text with tabs between its columns.
namespace talweg::data {

/// What `Reading` and dialects call it.
inline constexpr char blanks = ' ';
/// Two of them between cells, as MovieLens has; made over into tabs too.
inline constexpr char double_colon = ':';
/// What a scanner of such texts, made over, looks for.
constexpr char scanned_as(char delimiter) {
  return delimiter == blanks || delimiter == double_colon ? '\t' : delimiter;
}

/// Makes the text over in place, and every byte keeps its place: the last blank before a cell, but for the first of a
/// line, becomes a tab, all others spaces. Blanks between quotes stay. The text may come in pieces, each behind the
/// one before.
class BlankCutter {
 public:
  /// [from, size) of `text` is new; the byte before it may change.
  void cut(char* text, std::size_t from, std::size_t size);

 private:
  enum class At { line, cell, quoted, quote, gap };
  At at_ = At::line;
};

}  // namespace talweg::data
