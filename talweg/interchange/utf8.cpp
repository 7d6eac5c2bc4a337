#include "talweg/interchange/utf8.hpp"

#include <cstddef>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::interchange {

std::optional<std::u32string> decode_utf8(std::string_view text) {
  constexpr char32_t least[] = {0, 0x80, 0x800, 0x10000};  // of one, two, three, four bytes
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at++]);
    const int more = first < 0x80 ? 0 : first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : 3;
    if ((first >= 0x80 && first < 0xc2) || first > 0xf4) return std::nullopt;
    char32_t c = more == 0 ? first : first & (0x3f >> more);
    for (int k = 0; k < more; ++k) {
      if (at == text.size() || (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80) return std::nullopt;
      c = c << 6 | (static_cast<unsigned char>(text[at++]) & 0x3f);
    }
    if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) return std::nullopt;
    out += c;
  }
  return out;
}

void require_utf8(std::string_view text, std::string_view what) {
  if (decode_utf8(text)) return;
  throw Error(
      text::cat("'", text::shown(text), "', ", what,
                ", is no UTF-8, and ONNX, npz and JSON hold no other text; train on the file in UTF-8: iconv -f "
                "LATIN1 -t UTF-8"));
}

}  // namespace talweg::interchange
