#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "talweg/api/common.hpp"

/// Numbers from the command line. An empty text is an option that was not given.
namespace options {

struct Limits {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false, high_open = false;
  const char* words = "a number";  ///< "a number above 0"
};

/// Throws talweg::Error: "--max-seconds '-1' is out of range: give a number above 0".
inline std::optional<double> number(const char* option, const std::string& given, const Limits& limits) {
  if (given.empty()) return std::nullopt;
  const auto value = talweg::text::parse_number(given);
  if (!value || std::isnan(*value))
    throw talweg::Error(talweg::text::cat(option, " '", given, "' is not a number: give ", limits.words));
  const bool low = limits.low_open ? *value > limits.low : *value >= limits.low;
  const bool high = limits.high_open ? *value < limits.high : *value <= limits.high;
  if (!low || !high)
    throw talweg::Error(talweg::text::cat(option, " '", given, "' is out of range: give ", limits.words));
  return value;
}

/// Throws talweg::Error: "--iterations '1.5' is not a whole number: give one of at least 0".
inline std::optional<std::int64_t> count(const char* option, const std::string& given, std::int64_t least) {
  if (given.empty()) return std::nullopt;
  const auto value = talweg::text::parse_integer(given);
  if (!value)
    throw talweg::Error(
        talweg::text::cat(option, " '", given, "' is not a whole number: give one of at least ", least));
  if (*value < least)
    throw talweg::Error(talweg::text::cat(option, " '", given, "' is out of range: give at least ", least));
  return value;
}

}  // namespace options
