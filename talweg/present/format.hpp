#pragma once
#include <string_view>

namespace talweg::present {

enum class Format { table, json, csv, markdown, latex };

/// Throws Error naming the formats and near names.
Format parse_format(std::string_view name);

}  // namespace talweg::present
