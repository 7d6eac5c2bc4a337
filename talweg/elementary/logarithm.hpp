#pragma once
#include "talweg/elementary/numbers.hpp"

namespace talweg::elementary::kernels {

/// x = 2^exponent·mantissa with a mantissa in [low, 2·low), for positive finite x.
struct Parts {
  double exponent, mantissa;
};
TALWEG_ELEMENTARY Parts parts_of(double x, double low) {
  const bool subnormal = x < smallest_normal;
  const std::uint64_t bits = bits_of(subnormal ? x * 0x1p54 : x) + (bits_of(1.0) - bits_of(low));
  const double exponent = from_bits((bits >> 52) | bits_of(0x1p52)) - (0x1p52 + 1023);  // no conversion needed
  return {exponent - (subnormal ? 54.0 : 0.0), from_bits((bits & mantissa_bits) + bits_of(low))};
}

inline constexpr double root_half = 0x1.6a09e667f3bcdp-1;

/// log(1 + f) for 1 + f in [√½, √2]: f - f²/2 as a pair, and the rest by s = f/(2 + f): log(1 + f) = 2·artanh s. Good
/// to 2^-60 of it.
TALWEG_ELEMENTARY Pair log_of_mantissa(double f) {
  const double s = f / (2 + f), z = s * s;
  const double h = head(f), half_square = 0.5 * h * h, rest_of_square = 0.5 * (f + h) * (f - h);
  const Pair first = sum_of_ordered(f, -half_square);
  const double rest = (first.low - rest_of_square) + s * (half_square + rest_of_square);
  return {first.high, rest + s * z * polynomial(coefficients::log_rest, z)};
}

/// What a logarithm is where x is not positive and finite.
TALWEG_ELEMENTARY double at_edges(double y, double x) {
  y = x == 0 ? -infinity : y;
  y = x < 0 ? not_a_number : y;
  return x < infinity ? y : x;  // infinity and NaN
}

TALWEG_ELEMENTARY double log(double x) {
  const Parts p = parts_of(x, root_half);
  const Pair l = log_of_mantissa(p.mantissa - 1), y = sum_of_ordered(p.exponent * coefficients::ln2[0], l.high);
  return at_edges(y.high + (y.low + (l.low + p.exponent * coefficients::ln2[1])), x);
}

/// (high + low)·factor, factor a sum of two numbers, the first of 26 bits.
TALWEG_ELEMENTARY Pair product(Pair a, const double (&factor)[2]) {
  const Pair n = sum_of_ordered(a.high, a.low);
  const double h = head(n.high), l = (n.high - h) + n.low;
  return {h * factor[0], l * factor[0] + n.high * factor[1]};
}

TALWEG_ELEMENTARY double log2(double x) {
  const Parts p = parts_of(x, root_half);
  const Pair l = product(log_of_mantissa(p.mantissa - 1), coefficients::log2_e), y = sum_of_ordered(p.exponent, l.high);
  return at_edges(y.high + (y.low + l.low), x);
}

TALWEG_ELEMENTARY double log10(double x) {
  const Parts p = parts_of(x, root_half);
  const Pair l = product(log_of_mantissa(p.mantissa - 1), coefficients::log10_e);
  const Pair y = sum_of_ordered(p.exponent * coefficients::log10_2[0], l.high);
  return at_edges(y.high + (y.low + (l.low + p.exponent * coefficients::log10_2[1])), x);
}

/// 1 + x = u + v exactly, and log(u + v) = log u + v/u; of 1/u its series suffices, since v is below half a unit of u.
TALWEG_ELEMENTARY double log1p(double x) {
  const Pair u = sum(1, x);
  const Parts p = parts_of(u.high, root_half);
  const double f = p.mantissa - 1, most = 1000;
  const double v = u.low * power_of_two(-(p.exponent > most ? most : p.exponent));
  const Pair l = log_of_mantissa(f), y = sum_of_ordered(p.exponent * coefficients::ln2[0], l.high);
  const double rest = l.low + p.exponent * coefficients::ln2[1] + (v - v * f + v * f * f);
  const double far = at_edges(y.high + (y.low + rest), x < infinity ? u.high : x);
  return magnitude(x) < 0x1p-54 ? x : far;
}

}  // namespace talweg::elementary::kernels
