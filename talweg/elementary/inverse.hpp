#pragma once
#include "talweg/elementary/numbers.hpp"

namespace talweg::elementary::kernels {

/// The angle of the point (b, a) of the first quadrant: atan(a/b) = base + atan(r), with r = a/b, (a - b)/(a + b) or
/// -b/a, whichever is at most √2 - 1 in magnitude, as a pair.
TALWEG_ELEMENTARY Pair angle(double a, double b) {
  using namespace coefficients;
  const bool beyond = a > 0x1.3504f333f9de6p+1 * b, near = !(a > 0x1.a827999fcef32p-2 * b);  // √2 + 1, √2 - 1
  const Pair difference = sum(a, -b), total = sum(a, b);
  const auto chosen = [&](double if_near, double if_beyond, double else_this) {
    const double y = beyond ? if_beyond : else_this;
    return near ? if_near : y;
  };
  const Pair r = quotient({chosen(a, -b, difference.high), chosen(0, 0, difference.low)},
                          {chosen(b, a, total.high), chosen(0, 0, total.low)});
  const double base = chosen(0, half_pi[0], quarter_pi[0]), base_low = chosen(0, half_pi[1], quarter_pi[1]);
  const double z = r.high * r.high;
  const Pair y = sum_of_ordered(base, r.high);
  return {y.high, y.low + (r.high * z * polynomial(atan_rest, z) + ((r.low - r.low * z) + base_low))};
}

TALWEG_ELEMENTARY double atan(double x) {
  double a = magnitude(x);
  a = a > 0x1p100 ? 0x1p100 : a;
  const Pair y = angle(a, 1);
  return signed_as(y.high + y.low, x);
}

TALWEG_ELEMENTARY double atan2(double y, double x) {
  const double ay = magnitude(y), ax = magnitude(x);
  const bool tall = ay == infinity, wide = ax == infinity, flat = ay == 0;
  double a = tall ? 1.0 : (wide ? 0.0 : ay), b = wide ? 1.0 : (tall ? 0.0 : ax);
  b = flat ? 1.0 : b;
  const double larger = a < b ? b : a, smaller = a < b ? a : b;
  double scale = smaller < 0x1p-800 ? 0x1p130 : 1.0;  // so that neither reciprocals nor remainders underflow
  scale = larger > 0x1p850 ? 0x1p-130 : scale;
  const Pair near = angle(a * scale, b * scale);
  const bool left = signed_as(1, x) < 0;
  const Pair far = sum_of_ordered(2 * coefficients::half_pi[0], -near.high);
  const double high = left ? far.high : near.high;
  const double low = left ? far.low + (2 * coefficients::half_pi[1] - near.low) : near.low;
  const double value = signed_as(high + low, y);
  return (x != x || y != y) ? not_a_number : value;
}

/// What arcsine and arccosine share, of a = |x|: for a <= ½ arcsin a = high + low; above, arccos a is.
TALWEG_ELEMENTARY Pair arc(double a, bool small) {
  const double z = small ? a * a : (1 - a) * 0.5;  // arccos a = 2·arcsin √((1 - a)/2)
  const double root = __builtin_sqrt(z), rest = z * polynomial(coefficients::asin_rest, z);
  const Pair again = square(root);
  const double correction = ((z - again.high) - again.low) / (z == 0 ? 1.0 : 2 * root);
  const double high = small ? a : 2 * root, low = small ? 0.0 : 2 * correction;
  return {high, low + high * rest};
}

TALWEG_ELEMENTARY double asin(double x) {
  const double a = magnitude(x);
  const bool small = a <= 0.5;
  const Pair y = arc(a, small), other = sum_of_ordered(coefficients::half_pi[0], -y.high);
  const double far = other.high + (other.low + (coefficients::half_pi[1] - y.low));
  const double value = small ? y.high + y.low : far;
  return signed_as(magnitude(value), x);
}

TALWEG_ELEMENTARY double acos(double x) {
  const double a = magnitude(x), sign = x < 0 ? -1.0 : 1.0;
  const bool small = a <= 0.5;
  const Pair y = arc(a, small);
  const double whole_turns = small ? 1.0 : (x < 0 ? 2.0 : 0.0);  // of π/2, from which the arc goes down or up
  const double step = small ? -sign : sign;
  const Pair other = sum(whole_turns * coefficients::half_pi[0], step * y.high);
  return other.high + (other.low + (whole_turns * coefficients::half_pi[1] + step * y.low));
}

}  // namespace talweg::elementary::kernels
