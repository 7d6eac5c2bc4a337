#include "talweg/data/separated.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"

namespace talweg::data {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string in_words(Separators s) {
  const std::string decimal = s.decimal == ',' ? "a decimal comma" : "a decimal point";
  if (s.thousands == '\0') return decimal;
  const std::string_view between = s.thousands == ','   ? "commas"
                                   : s.thousands == '.' ? "points"
                                   : s.thousands == ' ' ? "blanks"
                                                        : "apostrophes";
  return text::cat(between, " between thousands", s.decimal == ',' ? " and a decimal comma" : "");
}

/// What says so.
std::string in_options(Separators s) {
  std::string out = s.decimal == ',' ? text::option("decimal", ",") : "";
  if (s.thousands == '\0') return out;
  if (!out.empty()) out += ' ';
  return out + text::option("thousands", s.thousands == ' ' ? "space" : std::string(1, s.thousands));
}

/// The separator of thousands at the beginning of `rest`, as written: its bytes, or none.
std::size_t thousands_at(std::string_view rest, char thousands) {
  if (thousands == '\0') return 0;
  if (rest[0] == thousands) return 1;
  // No-break, thin and narrow no-break blanks; the right single quotation mark.
  for (const std::string_view blank : {"\u00a0", "\u2009", "\u202f"})
    if (thousands == ' ' && rest.starts_with(blank)) return blank.size();
  constexpr std::string_view quotation = "\u2019";
  return thousands == '\'' && rest.starts_with(quotation) ? quotation.size() : 0;
}

}  // namespace

std::optional<double> parse_separated(std::string_view cell, Separators s) {
  std::string plain;
  std::size_t digits = 0;  // since the beginning, or the last separator of thousands
  bool grouped = false, whole = true;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const char c = cell[i];
    const std::size_t separator = whole ? thousands_at(cell.substr(i), s.thousands) : 0;
    if (is_digit(c)) {
      ++digits;
      plain += c;
    } else if (separator > 0) {
      i += separator - 1;
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

std::string separated_complaint(std::string_view cell, std::string_view column) {
  std::string readings;
  std::vector<double> told;
  for (const Separators s : usual_separators) {
    const auto value = parse_separated(cell, s);
    if (!value || std::ranges::find(told, *value) != told.end()) continue;
    readings += text::cat(told.empty() ? "is " : ", or ", *value, " with ", in_words(s), " (", in_options(s), ")");
    told.push_back(*value);
  }
  if (told.empty()) return "";
  return text::cat(
      readings,
      told.size() > 1 ? "; say which, or leave the column out with " : "; say so, or leave the column out with ",
      text::option("ignore", column), ", or take it for texts with ", text::option("category", column));
}

}  // namespace talweg::data
