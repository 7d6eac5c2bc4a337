#include "talweg/data/dates.hpp"

#include <array>
#include <chrono>

#include "talweg/base/text.hpp"

namespace talweg::data {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes `least` to `most` digits off `rest`.
std::optional<int> take_digits(std::string_view& rest, std::size_t least, std::size_t most) {
  std::size_t n = 0;
  int value = 0;
  while (n < rest.size() && n < most && is_digit(rest[n])) value = 10 * value + (rest[n++] - '0');
  if (n < least) return std::nullopt;
  rest.remove_prefix(n);
  return value;
}

bool take(std::string_view& rest, char c) {
  if (!rest.starts_with(c)) return false;
  rest.remove_prefix(1);
  return true;
}

/// 1 to 12, by the first three letters in English.
std::optional<int> take_month_name(std::string_view& rest) {
  constexpr std::array<std::string_view, 12> names{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
  const std::string word = text::lower(rest.substr(0, 3));
  for (std::size_t m = 0; m < names.size(); ++m)
    if (word == names[m]) {
      rest.remove_prefix(3);
      return static_cast<int>(m) + 1;
    }
  return std::nullopt;
}

std::optional<double> days(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
}

/// Year first: 2020-01-31, 2020/1/31, 2020.01.31, 20200131, 2020-01.
std::optional<double> take_year_first(std::string_view& rest) {
  std::string_view at = rest;
  const auto year = take_digits(at, 4, 4);
  if (!year || at.empty()) return std::nullopt;
  const char between = at[0];
  const bool compact = is_digit(between);
  if (!compact && between != '-' && between != '/' && between != '.') return std::nullopt;
  if (!compact) at.remove_prefix(1);
  const auto month = take_digits(at, compact ? 2 : 1, 2);
  if (!month) return std::nullopt;
  if (between == '-' && at.empty()) {  // a month alone
    rest = at;
    return days(*year, *month, 1);
  }
  if (!compact && !take(at, between)) return std::nullopt;
  const auto day = take_digits(at, compact ? 2 : 1, 2);
  if (!day) return std::nullopt;
  rest = at;
  return days(*year, *month, *day);
}

/// Day first, where nothing else can be meant: 31.1.2020, 31-Jan-2020, 31 January is not read.
std::optional<double> take_day_first(std::string_view& rest) {
  std::string_view at = rest;
  const auto day = take_digits(at, 1, 2);
  if (!day || at.empty()) return std::nullopt;
  const char between = at[0];
  at.remove_prefix(1);
  const auto month = between == '.' ? take_digits(at, 1, 2) : between == '-' ? take_month_name(at) : std::nullopt;
  if (!month || !take(at, between)) return std::nullopt;
  const auto year = take_digits(at, 4, 4);
  if (!year) return std::nullopt;
  rest = at;
  return days(*year, *month, *day);
}

/// hh:mm, hh:mm:ss and decimals of seconds, as a share of a day.
std::optional<double> take_time(std::string_view& rest) {
  const auto hours = take_digits(rest, 1, 2);
  if (!hours || *hours > 24 || !take(rest, ':')) return std::nullopt;
  const auto minutes = take_digits(rest, 2, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  double seconds = 0;
  if (take(rest, ':')) {
    const auto whole = take_digits(rest, 2, 2);
    if (!whole || *whole > 60) return std::nullopt;
    seconds = *whole;
    if (take(rest, '.')) {
      double unit = 0.1;
      for (; !rest.empty() && is_digit(rest[0]); rest.remove_prefix(1), unit /= 10) seconds += unit * (rest[0] - '0');
    }
  }
  return (*hours * 3600.0 + *minutes * 60.0 + seconds) / 86400;
}

/// Z, UTC, +01:00 or -0530: what is to be taken off, as a share of a day.
std::optional<double> take_zone(std::string_view& rest) {
  rest = text::trim(rest);
  if (rest == "Z" || rest == "UTC") rest = "";
  if (rest.empty()) return 0;
  const double sign = rest[0] == '-' ? -1 : 1;
  if (!take(rest, '+') && !take(rest, '-')) return std::nullopt;
  const auto hours = take_digits(rest, 2, 2);
  take(rest, ':');
  const auto minutes = rest.empty() ? std::optional(0) : take_digits(rest, 2, 2);
  if (!hours || !minutes) return std::nullopt;
  return sign * (*hours * 60 + *minutes) / 1440;
}

}  // namespace

std::optional<double> parse_date(std::string_view cell) {
  std::string_view rest = cell;
  auto date = take_year_first(rest);
  if (!date) date = take_day_first(rest);
  if (!date || rest.empty()) return date;
  if (!take(rest, 'T') && !take(rest, ' ')) return std::nullopt;
  const auto time = take_time(rest);
  if (!time) return std::nullopt;
  const auto zone = take_zone(rest);
  if (!zone || !rest.empty()) return std::nullopt;
  return *date + *time - *zone;
}

bool is_ambiguous_date(std::string_view cell) {
  const auto first = take_digits(cell, 1, 2);
  const bool two = first && take(cell, '/');
  const auto second = two ? take_digits(cell, 1, 2) : std::nullopt;
  return second && take(cell, '/') && take_digits(cell, 2, 4) && (cell.empty() || cell[0] == ' ') && *first <= 31 &&
         *second <= 31;
}

}  // namespace talweg::data
