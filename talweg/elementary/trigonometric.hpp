#pragma once
#include "talweg/elementary/numbers.hpp"

namespace talweg::elementary::kernels {

/// x = quadrant·π/2 + (high + low) with |high| <= π/4; of the quadrant the last two bits count.
struct Angle {
  double high, low;
  std::uint64_t quadrant;
};

/// Up to here in magnitude `reduced` holds; beyond, sin, cos and tan take the reduction of large.hpp.
inline constexpr double largest_angle = 1.6e6;

/// Of x >= 0: π/2 in four parts, the products with the first three exact, so that an angle near a multiple of π/2
/// keeps its digits.
TALWEG_ELEMENTARY Angle reduced(double x) {
  using namespace coefficients;
  const double n = whole(x * two_over_pi);
  const Pair first = sum(x - n * half_pi_parts[0], -(n * half_pi_parts[1]));
  const Pair second = sum(first.high, -(n * half_pi_parts[2]));
  const Pair r = sum_of_ordered(second.high, (first.low + second.low) - n * half_pi_parts[3]);
  return {r.high, r.low, bits_of(n + magic)};
}

TALWEG_ELEMENTARY Pair sine(Angle r) {
  const double z = r.high * r.high;
  return {r.high, r.high * z * polynomial(coefficients::sin_rest, z) + (r.low - 0.5 * z * r.low)};
}

/// 1 - r²/2 as a pair and the rest.
TALWEG_ELEMENTARY Pair cosine(Angle r) {
  const double h = head(r.high), half_square = 0.5 * h * h, rest_of_square = 0.5 * (r.high + h) * (r.high - h);
  const double z = r.high * r.high;
  const Pair first = sum_of_ordered(1, -half_square);
  return {first.high, first.low + ((z * z * polynomial(coefficients::cos_rest, z) - rest_of_square) - r.high * r.low)};
}

/// a in even quadrants, b in odd ones.
TALWEG_ELEMENTARY double by_quadrant(std::uint64_t quadrant, double a, double b) {
  const std::uint64_t odd = std::uint64_t{0} - (quadrant & 1);
  return from_bits((bits_of(a) & ~odd) | (bits_of(b) & odd));
}
/// -a where the second bit of the quadrant is set.
TALWEG_ELEMENTARY double turned(std::uint64_t quadrant, double a) {
  return from_bits(bits_of(a) ^ ((quadrant << 62) & sign_bit));
}

TALWEG_ELEMENTARY double sin_of(Angle r, double x) {
  const Pair s = sine(r), c = cosine(r);
  const double y = turned(r.quadrant, by_quadrant(r.quadrant, s.high + s.low, c.high + c.low));
  return from_bits(bits_of(y) ^ (bits_of(x) & sign_bit));
}
TALWEG_ELEMENTARY double cos_of(Angle r) {
  const Pair s = sine(r), c = cosine(r);
  return turned(r.quadrant + 1, by_quadrant(r.quadrant, c.high + c.low, s.high + s.low));
}
TALWEG_ELEMENTARY double tan_of(Angle r, double x) {
  const Pair s = sine(r), c = cosine(r), sn = sum_of_ordered(s.high, s.low), cn = sum_of_ordered(c.high, c.low);
  const Pair top{by_quadrant(r.quadrant, sn.high, -cn.high), by_quadrant(r.quadrant, sn.low, -cn.low)};
  const Pair bottom{by_quadrant(r.quadrant, cn.high, sn.high), by_quadrant(r.quadrant, cn.low, sn.low)};
  const Pair q = quotient(top, bottom);
  return from_bits(bits_of(q.high + q.low) ^ (bits_of(x) & sign_bit));
}

/// For |x| <= largest_angle.
TALWEG_ELEMENTARY double sin(double x) { return sin_of(reduced(magnitude(x)), x); }
TALWEG_ELEMENTARY double cos(double x) { return cos_of(reduced(magnitude(x))); }
TALWEG_ELEMENTARY double tan(double x) { return tan_of(reduced(magnitude(x)), x); }

}  // namespace talweg::elementary::kernels
