#pragma once
#include <bit>
#include <cstdint>
#include <cstring>

#include "talweg/base/text.hpp"

/// Numbers in text, fast in the common cases and exact in all. Each reads up to 8 bytes beyond what it takes.
namespace talweg::data::stream {

inline bool is_digit(char c) { return static_cast<unsigned char>(c - '0') <= 9; }

/// Up to eight digits at once: how many digits `p` begins with (at most 8), and their value.
/// In t each digit is its value; adding 0x76 carries into the top bit where a byte is above 9, and what a carry spoils
/// lies behind the first such byte. Digits are then moved to the end, so that zeros stand before them, and neighbours
/// combined: ones to pairs, pairs to fours, fours to eight.
inline unsigned digits_at(const char* p, std::uint32_t& value) {
  std::uint64_t t;
  std::memcpy(&t, p, sizeof t);
  if constexpr (std::endian::native == std::endian::big) t = __builtin_bswap64(t);
  t ^= 0x3030303030303030u;
  const std::uint64_t other = ((t + 0x7676767676767676u) | t) & 0x8080808080808080u;
  const unsigned count = other == 0 ? 8 : static_cast<unsigned>(std::countr_zero(other)) / 8;
  if (count == 0) return 0;
  t <<= 64 - 8 * count;
  t = t * 10 + (t >> 8);
  t = ((t & 0x000000ff000000ffu) * 0x000f424000000064u + ((t >> 16 & 0x000000ff000000ffu) * 0x0000271000000001u)) >> 32;
  value = static_cast<std::uint32_t>(t);
  return count;
}

/// The number at `p`, and the place behind it; null where none begins or it is outside the range of double. Decimals of
/// up to 2^53 over a power of ten up to 10^22 are one exact division (Clinger 1990); the rest goes the long way.
inline const char* read_decimal(const char* p, const char* end, double& value) {
  static constexpr double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                     1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const char* const begin = p;
  const bool negative = *p == '-';
  p += negative || *p == '+';
  const char* const first = p;
  std::uint64_t mantissa = 0;
  while (is_digit(*p)) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p++ - '0');
  std::ptrdiff_t count = p - first, decimals = 0;
  if (*p == '.') {
    const char* const point = p++;
    while (is_digit(*p)) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*p++ - '0');
    decimals = p - point - 1;
    count += decimals;
  }
  const bool plain = *p == ' ' || *p == '\n' || *p == '\r' || *p == '\t' || *p == ':' || *p == ',';
  if (plain && count > 0 && count <= 18 && mantissa <= std::uint64_t{1} << 53) {
    value = static_cast<double>(mantissa) / power[decimals];
    if (negative) value = -value;
    return p;
  }
  return text::read_number(*begin == '+' ? first : begin, end, value);
}

}  // namespace talweg::data::stream
