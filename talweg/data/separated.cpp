#include "talweg/data/separated.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"

namespace talweg::data {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string in_words(Separators s) {
  const std::string decimal = s.decimal == ',' ? "a decimal comma" : "a decimal point";
  if (s.thousands == '\0') return decimal;
  return text::cat(s.thousands == ',' ? "commas" : "points", " between thousands",
                   s.thousands == '.' ? " and a decimal comma" : "");
}

}  // namespace

std::optional<double> parse_separated(std::string_view cell, Separators s) {
  std::string plain;
  std::size_t digits = 0;  // since the beginning, or the last separator of thousands
  bool grouped = false, whole = true;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const char c = cell[i];
    if (is_digit(c)) {
      ++digits;
      plain += c;
    } else if (c == s.thousands && whole) {
      if (digits == 0 || digits > 3 || (grouped && digits < 2)) return std::nullopt;
      grouped = true;
      digits = 0;
    } else if (c == s.decimal || c == 'e' || c == 'E') {
      if (whole && grouped && digits != 3) return std::nullopt;
      whole = false;
      plain += c == s.decimal ? '.' : c;
    } else if ((c == '-' || c == '+') && (i == 0 || cell[i - 1] == 'e' || cell[i - 1] == 'E')) {
      plain += c;
    } else {
      return std::nullopt;
    }
  }
  if (whole && grouped && digits != 3) return std::nullopt;
  const auto value = text::parse_number(plain);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

bool is_separated(std::string_view cell) {
  return std::any_of(usual_separators.begin(), usual_separators.end(),
                     [&](Separators s) { return parse_separated(cell, s).has_value(); });
}

std::string separated_complaint(std::string_view cell) {
  std::string readings;
  std::optional<double> first;
  for (const Separators s : usual_separators)
    if (const auto value = parse_separated(cell, s); value && value != first) {
      readings += text::cat(first ? ", " : "is ", *value, " with ", in_words(s));
      if (!first) first = value;
    }
  if (!first) return "";
  return text::cat(readings,
                   "; write numbers with a decimal point and nothing between thousands, or put a letter before ",
                   "what is no number, or ignore the column");
}

}  // namespace talweg::data
