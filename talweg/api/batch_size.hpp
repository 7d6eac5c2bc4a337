#pragma once
#include <cstdint>
#include <string>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"

namespace talweg::api {

/// The rows of a step: a number, or "all" of that many. Throws Error for anything else.
inline std::int64_t read_batch_size(const std::string& given, std::int64_t all) {
  if (given == "all") return all;
  const auto number = text::parse_integer(given);
  if (!number || *number < 1)
    throw Error("batch_size",
                text::cat(text::option("batch_size", given), ": expected a whole number of at least 1, or all"));
  return *number;
}

}  // namespace talweg::api
