#pragma once
#include "talweg/elementary/exponential.hpp"

namespace talweg::elementary::kernels {

/// Up to ¾ a polynomial; up to 3/2 erf 9/8 and a polynomial; beyond 1 - erfc x, erfc x = e^(-x²)·F(1/(x + 2)).
TALWEG_ELEMENTARY double erf(double x) {
  using namespace coefficients;
  const double a = magnitude(x), d = a - erf_centre;
  const double near = a + a * polynomial(erf_rest, a * a);
  // The slope's first term, exactly: it decides the last bit.
  constexpr double slope = erf_slope[0], slope_head = head(slope);
  const double dh = head(d), linear = (d - dh) * slope_head + d * (slope - slope_head);
  const Pair line = sum_of_ordered(erf_at_centre[0], dh * slope_head);
  const double bend = d * d * polynomial_behind(erf_slope, d);
  const double middle = line.high + (line.low + (linear + bend + erf_at_centre[1]));
  const double b = a > 6 ? 6.0 : a;
  const Pair s = square(b), exact = sum_of_ordered(s.high, s.low);
  const Exponential e = exponential(-exact.high, -exact.low);
  const double factor = polynomial(erfc_factor, 1 / (b + erfc_shift) - erfc_middle);
  const double far = 1 - (e.high + e.low) * power_of_two(e.n) * factor;
  const double value = a < 1.5 ? middle : far;
  return signed_as(a < 0.75 ? near : value, x);
}

}  // namespace talweg::elementary::kernels
