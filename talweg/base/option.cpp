#include "talweg/base/option.hpp"

#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"

namespace talweg::detail {

namespace {

using text::cat;

/// "at least 1", "1 to 1024"
std::string whole_range(const OptionInfo& info) {
  const auto low = static_cast<std::int64_t>(info.low);
  if (std::isinf(info.high)) return cat("at least ", low);
  return cat(low, " to ", static_cast<std::int64_t>(info.high));
}

std::int64_t whole(const OptionInfo& info, const std::string& given) {
  const std::string option = text::option(info.name);
  const auto value = text::parse_integer(given);
  if (!value)
    throw Error(info.name, cat(option, " '", given, "' is not a whole number: give one of ", whole_range(info)));
  if (static_cast<double>(*value) < info.low || static_cast<double>(*value) > info.high)
    throw Error(info.name, cat(option, " '", given, "' is out of range: give ", whole_range(info)));
  return *value;
}

}  // namespace

void read_option(const OptionInfo&, const std::string& given, std::string& value) { value = given; }

void read_option(const OptionInfo& info, const std::string& given, bool& value) {
  if (given != "yes" && given != "no")
    throw Error(info.name, cat(text::option(info.name), " '", given, "' is neither yes nor no"));
  value = given == "yes";
}

void read_option(const OptionInfo& info, const std::string& given, std::int64_t& value) { value = whole(info, given); }

void read_option(const OptionInfo& info, const std::string& given, std::uint64_t& value) {
  value = static_cast<std::uint64_t>(whole(info, given));
}

void read_option(const OptionInfo& info, const std::string& given, int& value) {
  value = static_cast<int>(whole(info, given));
}

void read_option(const OptionInfo& info, const std::string& given, double& value) {
  const std::string_view words = info.range.empty() ? "a number" : info.range;
  const std::string option = text::option(info.name);
  const auto read = text::parse_number(given);
  if (!read || std::isnan(*read)) throw Error(info.name, cat(option, " '", given, "' is not a number: give ", words));
  const bool low = info.low_open ? *read > info.low : *read >= info.low;
  const bool high = info.high_open ? *read < info.high : *read <= info.high;
  if (!low || !high) throw Error(info.name, cat(option, " '", given, "' is out of range: give ", words));
  value = *read;
}

std::string write_option(const std::string& value) { return value; }
std::string write_option(bool value) { return value ? "yes" : "no"; }
std::string write_option(std::int64_t value) { return cat(value); }
std::string write_option(std::uint64_t value) { return cat(value); }
std::string write_option(int value) { return cat(value); }
std::string write_option(double value) { return text::number(value); }

}  // namespace talweg::detail
