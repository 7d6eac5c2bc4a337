#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace talweg::present {

enum class Format { table, json, csv, markdown, latex };

/// Throws Error naming the formats and near names.
Format parse_format(std::string_view name);

/// How a document is written in each format.
struct Writers {
  std::function<std::string()> table, json, csv, markdown, latex;
};

inline std::string written(Format format, const Writers& writers) {
  using W = Writers;
  constexpr std::function<std::string()> W::*each[] = {&W::table, &W::json, &W::csv, &W::markdown, &W::latex};
  return (writers.*each[static_cast<std::size_t>(format)])();
}

}  // namespace talweg::present
