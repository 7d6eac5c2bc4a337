#pragma once
#include <string_view>

#include "talweg/base/archive.hpp"

namespace talweg::testing {

/// Puts an entry of `from` into `to` as it is.
inline void put_copy(Archive& to, const Archive& from, const Archive::Entry& e) {
  if (e.type == Archive::Type::text)
    to.put(e.name, std::string_view(e.bytes));
  else if (e.type == Archive::Type::int64)
    to.put(e.name, from.integers(e.name), e.shape);
  else if (e.type == Archive::Type::float64)
    to.put(e.name, from.doubles(e.name), e.shape);
  else
    to.put(e.name, from.floats(e.name), e.shape);
}

}  // namespace talweg::testing
