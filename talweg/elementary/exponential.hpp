#pragma once
#include "talweg/elementary/numbers.hpp"

namespace talweg::elementary::kernels {

/// e^x as 2^n·(high + low), good to 2^-62 of it; high is in [0.7, 1.42], low below 0.01.
struct Exponential {
  double high, low, n;
};

/// e^(r + c)·2^n for |r| <= ln 2 / 2 and a tiny c: 1 + r + r²/2 is a pair, only r³/6 and what follows is rounded.
TALWEG_ELEMENTARY Exponential exponential_of_reduced(double r, double c, double n) {
  const double h = head(r), half_square = 0.5 * h * h, rest_of_square = 0.5 * (r + h) * (r - h);
  const Pair one = sum_of_ordered(1, r), two = sum_of_ordered(one.high, half_square);
  const double cubic = r * r * r * polynomial(coefficients::exp_rest, r);
  return {two.high, ((one.low + two.low) + (rest_of_square + (c + c * r))) + cubic, n};
}

/// e^(x + low) for |x| <= 1500 and |low| below a unit of x.
TALWEG_ELEMENTARY Exponential exponential(double x, double low = 0) {
  using namespace coefficients;
  const double n = whole(x * inverse_ln2);
  const double a = x - n * ln2[0], b = n * ln2[1], r = a - b;  // a is exact (Cody & Waite)
  return exponential_of_reduced(r, ((a - r) - b) + low, n);
}

/// The same with a low part below half a unit.
TALWEG_ELEMENTARY Exponential normalised(Exponential e) {
  const Pair y = sum_of_ordered(e.high, e.low);
  return {y.high, y.low, e.n};
}

TALWEG_ELEMENTARY double exp(double x) {
  x = x < -746 ? -746 : x;
  x = x > 710 ? 710 : x;
  const Exponential e = exponential(x);
  return scaled(e.high + e.low, e.n);
}

TALWEG_ELEMENTARY double exp2(double x) {
  x = x < -1076 ? -1076 : x;
  x = x > 1025 ? 1025 : x;
  const double n = whole(x), g = x - n, gh = head(g);
  const double r = g * coefficients::ln2_whole;
  const double rest =
      (gh * coefficients::ln2_pair[0] - r) + ((g - gh) * coefficients::ln2_pair[0] + g * coefficients::ln2_pair[1]);
  const Exponential e = exponential_of_reduced(r, rest, n);
  return scaled(e.high + e.low, n);
}

/// e^x - 1 as 2^n·(high + low).
TALWEG_ELEMENTARY Exponential exponential_minus_one(double x) {
  const Exponential e = exponential(x);
  const double most = 100, one = power_of_two(-(e.n > most ? most : e.n));  // beyond it nothing is left of the 1
  const Pair difference = sum(e.high, -one);
  return {difference.high, difference.low + e.low, e.n};
}

TALWEG_ELEMENTARY double expm1(double x) {
  double y = x < -45 ? -45 : x;
  y = y > 710 ? 710 : y;
  const Exponential e = exponential_minus_one(y);
  return magnitude(x) < 0x1p-54 ? x : scaled(e.high + e.low, e.n);
}

/// (e^x ± e^-x) / 2 for x >= 0, `sign` in front of the second: without cancellation from 1 on.
TALWEG_ELEMENTARY double half_of_both(double x, double sign) {
  x = x > 711 ? 711 : x;
  const Exponential e = normalised(exponential(x));
  const double most = 60, inverse = 1 / e.high, small = power_of_two(-2 * (e.n > most ? most : e.n)) * sign;
  const Pair both = sum(e.high, small * inverse);
  return scaled(both.high + (both.low + (e.low - small * (e.low * inverse * inverse))), e.n - 1);
}

TALWEG_ELEMENTARY double cosh(double x) { return half_of_both(magnitude(x), 1); }

TALWEG_ELEMENTARY double sinh(double x) {
  const double a = magnitude(x), z = a * a;
  const double near = a + a * z * polynomial(coefficients::sinh_rest, z), far = half_of_both(a, -1);
  return signed_as(a < 1 ? near : far, x);
}

/// (e^2x - 1) / (e^2x + 1) in pairs.
TALWEG_ELEMENTARY double tanh(double x) {
  double y = 2 * magnitude(x);
  y = y > 44 ? 44 : y;
  const Exponential e = normalised(exponential(y));
  const double one = power_of_two(-e.n);
  const Pair below = sum(e.high, -one), above = sum(e.high, one);
  const Pair q = quotient(sum_of_ordered(below.high, below.low + e.low), {above.high, above.low + e.low});
  return signed_as(magnitude(q.high + q.low), x);
}

}  // namespace talweg::elementary::kernels
