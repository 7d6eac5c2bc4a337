#include "talweg/optim/deterministic/settings.hpp"

#include <algorithm>
#include <array>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg {

using text::cat;

std::span<const std::string_view> line_search_names() {
  static constexpr std::array<std::string_view, 4> names{"weak-wolfe", "wolfe", "hager-zhang", "armijo"};
  return names;
}

namespace detail {

void check_setting(std::string_view who, const SettingInfo& info, double value) {
  if (info.range.contains(value)) return;
  throw Error(cat(who, ": ", info.name, " = ", value, " is out of range; it must be ", talweg::describe(info.range)));
}

double read_setting(std::string_view who, const SettingInfo& info, std::string_view value) {
  const auto word = std::ranges::find(info.words, value);
  if (info.kind == SettingInfo::Kind::word) {
    if (word == info.words.end()) {
      const std::string near = text::did_you_mean(value, info.words);
      throw Error(cat(who, ": ", info.name, " = '", value, "' is not known; ", near, near.empty() ? "" : " ",
                      "it is one of ", text::list(info.words)));
    }
    return static_cast<double>(word - info.words.begin());
  }
  if (word != info.words.end()) return 0;  // auto
  const auto number = text::parse_number(value);
  const bool whole = info.kind == SettingInfo::Kind::whole;
  if (!number || (whole && !text::parse_integer(value)))
    throw Error(cat(who, ": ", info.name, " = '", value, "' is not a ", whole ? "whole number" : "number",
                    "; it must be ", talweg::describe(info.range)));
  check_setting(who, info, *number);
  return *number;
}

std::string write_setting(const SettingInfo& info, double value) {
  switch (info.kind) {
    case SettingInfo::Kind::word:
      return std::string(info.words[static_cast<std::size_t>(value)]);
    case SettingInfo::Kind::whole:
      return value == 0 && !info.words.empty() ? "auto" : cat(static_cast<std::int64_t>(value));
    case SettingInfo::Kind::number:
      break;
  }
  return text::number(value);
}

void refuse(std::string_view who, std::string_view why) { throw Error(cat(who, ": ", why)); }

void refuse_key(std::string_view who, std::string_view key, std::span<const SettingInfo> known) {
  std::vector<std::string_view> names;
  for (const SettingInfo& info : known) names.push_back(info.name);
  const std::string near = text::did_you_mean(key, names);
  throw Error(
      cat(who, ": key '", key, "' is not known; ", near, near.empty() ? "" : " ", "it reads ", text::list(names)));
}

}  // namespace detail

}  // namespace talweg
