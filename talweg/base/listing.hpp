#pragma once
#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "talweg/base/text.hpp"

namespace talweg::text {

/// "a, b and c"; of more than `most` words the first of them and how many there are: "a, b, c and 6 more". No word is
/// hidden behind the count of one.
inline std::string list_some(std::span<const std::string_view> words, std::size_t most) {
  if (words.size() <= most + 1) return list(words);
  std::string out;
  for (const std::string_view word : words.first(most)) out += cat(out.empty() ? "" : ", ", word);
  return cat(out, " and ", words.size() - most, " more");
}

}  // namespace talweg::text
