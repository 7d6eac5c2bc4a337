#pragma once
#include <algorithm>
#include <string_view>

namespace talweg::data {

/// From here on not every whole number is a double: 9007199254740993 reads as 9007199254740992.
inline constexpr double first_long_integer = 0x1p53;

/// Whether the cell is a whole number of 2^53 or more, written with nothing but a sign and digits: an identifier or a
/// label, which a double would rename, and make one with its neighbours.
inline bool is_long_integer(std::string_view cell) {
  constexpr std::string_view least = "9007199254740992";
  if (cell.starts_with('+') || cell.starts_with('-')) cell.remove_prefix(1);
  if (cell.empty() || !std::all_of(cell.begin(), cell.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
  cell.remove_prefix(std::min(cell.find_first_not_of('0'), cell.size()));
  return cell.size() > least.size() || (cell.size() == least.size() && cell >= least);
}

}  // namespace talweg::data
