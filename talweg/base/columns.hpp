#pragma once
#include <algorithm>
#include <cstddef>
#include <string_view>

namespace talweg::text {

/// Columns that a terminal gives to UTF-8: characters, not bytes.
inline std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace talweg::text
