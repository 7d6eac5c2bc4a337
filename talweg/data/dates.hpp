#pragma once
#include <optional>
#include <string_view>

/// Dates as people and programs write them.
namespace talweg::data {

/// Days since 1970-01-01 (in UTC where a zone is given), with the time of day as their fraction: 2020-01-31,
/// 2020/1/31, 20200131, 31.1.2020, 31-Jan-2020, 2020-01, and 2020-01-31T12:30:15.5Z or with a blank for the T.
/// Nothing for what is no date, and for 3/4/2020, of which nobody knows what it means.
std::optional<double> parse_date(std::string_view cell);

/// Two numbers and a year between slashes.
bool is_ambiguous_date(std::string_view cell);

}  // namespace talweg::data
