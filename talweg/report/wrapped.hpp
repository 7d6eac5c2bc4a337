#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace talweg::report {

/// Words between blanks in lines of at most `width` columns; a longer word has a line of its own.
std::vector<std::string> lines_of(std::string_view text, std::size_t width);

/// A table of sentences for a terminal: the first column as wide as its words, the others share what is left of `width`
/// and break between words. A blank line stands between rows.
std::string wrapped(const std::vector<std::string>& columns, const std::vector<std::vector<std::string>>& rows,
                    std::size_t width = 100);

}  // namespace talweg::report
