#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "talweg/base/error.hpp"

namespace talweg::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Runs f; wrong input may end it with an Error, and with nothing else.
template <class F> void expect_nothing_worse(const F& f) {
  try {
    f();
  } catch (const Error&) {
  }
}

/// A statement about what was accepted: false is a find.
inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace talweg::fuzz
