#pragma once
#include "talweg/elementary/exponential.hpp"
#include "talweg/elementary/logarithm.hpp"

namespace talweg::elementary::kernels {

/// log2 x as a sum of two, good to 2^-67 of it, the second below 2^-25 of the first, for positive finite x. With a
/// mantissa near c, which is 1 or 1.5, and s = (m - c)/(m + c): ln(m/c) = 2·artanh s = 2/3·s·(3 + s² + …), its factors
/// cut so that their product is exact.
TALWEG_ELEMENTARY Pair log2_pair(double x) {
  using namespace coefficients;
  const Parts p = parts_of(x, 0x1.bb67ae8584caap-1);  // √¾
  const double m = p.mantissa;
  const bool upper = m > 0x1.3988e1409212ep+0;  // √1.5
  const double c = upper ? 1.5 : 1.0, offset = upper ? log2_1_5[0] : 0.0, offset_low = upper ? log2_1_5[1] : 0.0;
  const double f = m - c, d = m + c, dh = head(d), dl = m - (dh - c), inverse = 1 / d;
  const double sh = head(f * inverse), sl = ((f - sh * dh) - sh * dl) * inverse, s = sh + sl;
  const double square = sh * sh, rest_of_square = sl * (sh + s), z = square + rest_of_square;
  const double th = head(3 + square), small = rest_of_square + z * z * polynomial(power_rest, z);
  const double tl = small - ((th - 3) - square);
  const double high = sh * th, low = sl * th + s * tl, ph = head(high), pl = (high - ph) + low;
  const Pair y = sum_of_ordered(p.exponent + offset, ph * two_thirds_log2_e[0]);
  const double rest = pl * two_thirds_log2_e[0] + (high + low) * two_thirds_log2_e[1];
  return {y.high, rest + (y.low + offset_low)};
}

/// The whole number nearest to a >= 0, which is a itself from 2^52 on.
TALWEG_ELEMENTARY double nearest_whole(double a) { return a >= 0x1p52 ? a : (a + 0x1p52) - 0x1p52; }

/// a^y for positive finite a.
TALWEG_ELEMENTARY double positive_power(double a, double y) {
  const double most = 0x1p65;  // beyond it the power is 0, 1 or infinite for every x
  double e = y > most ? most : y;
  e = e < -most ? -most : e;
  const Pair l = log2_pair(a);
  const double eh = head(e), lh = head(l.high), product = eh * lh;
  const Pair w = sum_of_ordered(product, (e - eh) * lh + e * ((l.high - lh) + l.low));
  double v = w.high > 1025 ? 1025 : w.high;
  v = v < -1080 ? -1080 : v;
  const double n = whole(v), near = v - n, left = v == w.high ? w.low : 0.0;
  const double g = near + left, rest = (near - g) + left, gh = head(g);
  const double r = g * coefficients::ln2_whole,
               rest_of_r = (gh * coefficients::ln2_pair[0] - r) +
                           ((g - gh) * coefficients::ln2_pair[0] + g * coefficients::ln2_pair[1]);
  const Exponential raised = exponential_of_reduced(r, rest_of_r + rest * coefficients::ln2_whole, n);
  return scaled(raised.high + raised.low, n);
}

/// Of what zeros, infinities, NaN and negative x ask for, as much as can be is ready before the power is.
TALWEG_ELEMENTARY double pow(double x, double y) {
  const double a = magnitude(x), size = magnitude(y), half = size * 0.5, nearest = nearest_whole(size);
  const double of_broken = x < 0 ? not_a_number : y;
  double exponent = nearest == size ? y : of_broken;
  exponent = x == x ? exponent : x;
  double of_zero = y > 0 ? 0.0 : infinity, of_infinity = y > 0 ? infinity : 0.0;
  of_zero = y == y ? of_zero : y;
  of_infinity = y == y ? of_infinity : y;
  double value = positive_power(a, exponent);
  value = a == 0 ? of_zero : value;
  value = a == infinity ? of_infinity : value;
  value = x == 1 ? 1.0 : value;
  value = y == 0 ? 1.0 : value;
  const double if_whole = nearest_whole(half) == half ? value : signed_as(value, x);
  return nearest == size ? if_whole : value;
}

/// By a first guess g of 17 bits, whose cube is exact: ∛m = g·(1 + d)^(1/3) with d = (m - g³)/g³ below 2^-13.
TALWEG_ELEMENTARY double cbrt(double x) {
  const Parts p = parts_of(magnitude(x), 1);
  const double third = whole((p.exponent - 1) * (1.0 / 3)), left = p.exponent - 3 * third;  // 0, 1 or 2
  const double factor = left == 0 ? 1.0 : (left == 1 ? coefficients::cbrt_of_2[0] : coefficients::cbrt_of_2[1]);
  const double m = p.mantissa * (left == 0 ? 1.0 : (left == 1 ? 2.0 : 4.0));
  const double guess = polynomial(coefficients::cbrt_guess, p.mantissa) * factor;
  const double g = from_bits(bits_of(guess) & 0xfffffff000000000), cube = g * g * g, d = (m - cube) / cube;
  const double y = g + g * (d * (1.0 / 3 - d * (1.0 / 9 - d * (5.0 / 81 - d * (10.0 / 243)))));
  const double value = signed_as(y * power_of_two(third), x);
  return (x == 0 || !(magnitude(x) < infinity)) ? x : value;
}

/// √(x² + y²): the squares as pairs, and the root corrected by its remainder.
TALWEG_ELEMENTARY double hypot(double x, double y) {
  const double ax = magnitude(x), ay = magnitude(y);
  const double larger = ax < ay ? ay : ax, smaller = ax < ay ? ax : ay;
  double scale = larger > 0x1p500 ? 0x1p-600 : 1.0, back = larger > 0x1p500 ? 0x1p600 : 1.0;
  scale = larger < 0x1p-400 ? 0x1p600 : scale;
  back = larger < 0x1p-400 ? 0x1p-600 : back;
  const Pair a = square(larger * scale), b = square(smaller * scale), high = sum_of_ordered(a.high, b.high);
  const Pair s = sum_of_ordered(high.high, high.low + (a.low + b.low));
  const double root = __builtin_sqrt(s.high);
  const Pair again = square(root);
  const double value = root + (((s.high - again.high) - again.low) + s.low) / (2 * root);
  double y_of = larger == 0 ? 0.0 : value * back;
  y_of = (x != x || y != y) ? not_a_number : y_of;
  return (ax == infinity || ay == infinity) ? infinity : y_of;
}

}  // namespace talweg::elementary::kernels
