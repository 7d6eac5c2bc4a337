#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

/// Numbers with separators, as people and spreadsheets write them: 0,5 and 1,234 and 1.299,99 and 1 234 and 1'234. No
/// reader takes them for numbers in silence, as nobody knows what is meant, nor for texts, as nobody means that.
namespace talweg::data {

struct Separators {
  char decimal;
  char thousands;  ///< '\0': none; ' ' stands for every blank of Unicode, '\'' for the typographic apostrophe, too
  bool operator==(const Separators&) const = default;
};
inline constexpr std::array usual_separators{Separators{',', '\0'}, Separators{'.', ','}, Separators{',', '.'},
                                             Separators{'.', ' '},  Separators{',', ' '}, Separators{'.', '\''},
                                             Separators{',', '\''}};

/// The cell as a number; groups between thousands separators have three digits (or two, as in 12,34,567), the last one
/// three.
std::optional<double> parse_separated(std::string_view cell, Separators separators);

/// Whether the cell is a number one way or the other.
bool is_separated(std::string_view cell);

/// "is 1.234 with a decimal comma, 1234 with commas between thousands; …": what a cell of `column` would be, and the
/// options that say so. Empty for a cell that is no number either way.
std::string separated_complaint(std::string_view cell, std::string_view column);

}  // namespace talweg::data
