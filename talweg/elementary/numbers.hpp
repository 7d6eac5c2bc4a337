#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>

#include "talweg/elementary/coefficients.hpp"

/// What the functions are made of: doubles, their bits, and sums of two doubles. All is straight-line arithmetic
/// without fused multiply-adds, tables in memory or conversions between whole numbers and doubles: it vectorises for
/// every instruction set, and each gives the same bits. Compiled with -ffp-contract=off and in double precision only.
namespace talweg::elementary {

#define TALWEG_ELEMENTARY [[gnu::always_inline]] inline

inline constexpr double infinity = __builtin_inf(), not_a_number = __builtin_nan("");
inline constexpr double smallest_normal = 0x1p-1022;

TALWEG_ELEMENTARY constexpr std::uint64_t bits_of(double x) { return std::bit_cast<std::uint64_t>(x); }
TALWEG_ELEMENTARY constexpr double from_bits(std::uint64_t bits) { return std::bit_cast<double>(bits); }
inline constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63, mantissa_bits = (std::uint64_t{1} << 52) - 1;

TALWEG_ELEMENTARY double magnitude(double x) { return from_bits(bits_of(x) & ~sign_bit); }
/// x >= 0 with the sign of y.
TALWEG_ELEMENTARY double signed_as(double x, double y) { return from_bits(bits_of(x) | (bits_of(y) & sign_bit)); }

/// n + magic has the whole number n in its low bits.
inline constexpr double magic = 0x1.8p52;
TALWEG_ELEMENTARY double whole(double x) { return (x + magic) - magic; }
/// 2^n for -1022 <= n <= 1023.
TALWEG_ELEMENTARY double power_of_two(double n) { return from_bits((bits_of(n + magic) << 52) + bits_of(1.0)); }
/// y·2^n for |n| <= 2045, rounded once: in two factors, since 2^n alone may leave the range.
TALWEG_ELEMENTARY double scaled(double y, double n) {
  const double half = whole(n * 0.5);
  return y * power_of_two(half) * power_of_two(n - half);
}

/// x without its last 27 bits: products of two such numbers are exact, and x - head(x) is.
TALWEG_ELEMENTARY constexpr double head(double x) { return from_bits(bits_of(x) & 0xfffffffff8000000); }

/// high + low, |low| at most about half a unit of high.
struct Pair {
  double high, low;
};
/// a + b exactly, where |a| >= |b| or a = 0.
TALWEG_ELEMENTARY Pair sum_of_ordered(double a, double b) {
  const double s = a + b;
  return {s, (a - s) + b};
}
/// a + b exactly (Knuth).
TALWEG_ELEMENTARY Pair sum(double a, double b) {
  const double s = a + b, from_b = s - a;
  return {s, (a - (s - from_b)) + (b - from_b)};
}
/// a² to 2^-105 of it, the high part with 52 bits.
TALWEG_ELEMENTARY Pair square(double a) {
  const double h = head(a);
  return {h * h, (a + h) * (a - h)};
}

/// numerator / denominator to about 2^-100 of it: the remainder of the quotient is exact (Dekker).
TALWEG_ELEMENTARY Pair quotient(Pair numerator, Pair denominator) {
  const double d = denominator.high, inverse = 1 / d, q = numerator.high * inverse;
  const double qh = head(q), ql = q - qh, dh = head(d), dl = d - dh;
  const double rest = (((numerator.high - qh * dh) - qh * dl) - ql * dh) - ql * dl;
  return {q, (rest + (numerator.low - q * denominator.low)) * inverse};
}

namespace detail {
template <std::size_t first, std::size_t count, std::size_t n>
TALWEG_ELEMENTARY double polynomial(const double (&c)[n], double x, double x2, double x4, double x8) {
  if constexpr (count == 1)
    return c[first];
  else if constexpr (count == 2)
    return c[first] + c[first + 1] * x;
  else if constexpr (count <= 4)
    return polynomial<first, 2>(c, x, x2, x4, x8) + polynomial<first + 2, count - 2>(c, x, x2, x4, x8) * x2;
  else if constexpr (count <= 8)
    return polynomial<first, 4>(c, x, x2, x4, x8) + polynomial<first + 4, count - 4>(c, x, x2, x4, x8) * x4;
  else
    return polynomial<first, 8>(c, x, x2, x4, x8) + polynomial<first + 8, count - 8>(c, x, x2, x4, x8) * x8;
}
}  // namespace detail

/// c[0] + c[1]·x + …, at most 16 terms, by halves (Estrin): a third of the depth of Horner's scheme.
template <std::size_t n> TALWEG_ELEMENTARY double polynomial(const double (&c)[n], double x) {
  static_assert(n <= 16);
  const double x2 = x * x, x4 = x2 * x2;
  return detail::polynomial<0, n>(c, x, x2, x4, x4 * x4);
}

/// c[1] + c[2]·x + …
template <std::size_t n> TALWEG_ELEMENTARY double polynomial_behind(const double (&c)[n], double x) {
  const double x2 = x * x, x4 = x2 * x2;
  return detail::polynomial<1, n - 1>(c, x, x2, x4, x4 * x4);
}

}  // namespace talweg::elementary
