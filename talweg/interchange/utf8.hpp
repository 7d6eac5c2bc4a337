#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace talweg::interchange {

/// The characters of a text; nullopt where it is no UTF-8.
std::optional<std::u32string> decode_utf8(std::string_view text);

/// Throws Error, with the way out, for a text that is no UTF-8: the formats written here hold no other. `what` says
/// what it is: "a category of the column 'city'".
void require_utf8(std::string_view text, std::string_view what);

}  // namespace talweg::interchange
