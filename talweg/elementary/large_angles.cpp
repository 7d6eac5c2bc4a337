#include "talweg/elementary/large_angles.hpp"

#include <array>

namespace talweg::elementary {

namespace {

__extension__ using Wide = unsigned __int128;
using Words = std::array<std::uint64_t, 4>;  // the highest first

/// 64 bits of 2/π, the first of which weighs 2^-first; first > -64.
std::uint64_t bits_from(int first) {
  const auto& words = coefficients::two_over_pi_bits;
  const int place = first - 1 + 64, index = place / 64 - 1, shift = place % 64;  // index -1: in front of the point
  const std::uint64_t high = index < 0 ? 0 : words[index];
  return shift == 0 ? high : high << shift | words[index + 1] >> (64 - shift);
}

Words product(const Words& a, std::uint64_t factor) {
  Words out{};
  std::uint64_t carry = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    const Wide p = Wide{a[i]} * factor + carry;
    out[i] = static_cast<std::uint64_t>(p);
    carry = static_cast<std::uint64_t>(p >> 64);
  }
  return out;
}

Words shifted(const Words& a, int by) {
  Words out{};
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::size_t from = i + static_cast<std::size_t>(by / 64);
    const auto at = [&](std::size_t k) { return k < a.size() ? a[k] : 0; };
    out[i] = by % 64 == 0 ? at(from) : at(from) << (by % 64) | at(from + 1) >> (64 - by % 64);
  }
  return out;
}

Words negated(const Words& a) {
  Words out{};
  bool carry = true;
  for (std::size_t i = a.size(); i-- > 0;) {
    out[i] = ~a[i] + (carry ? 1 : 0);
    carry = carry && a[i] == 0;
  }
  return out;
}

/// (high + low)·π/2
Pair times_half_pi(double high, double low) {
  const double ah = head(high), al = high - ah, bh = head(coefficients::half_pi[0]), bl = coefficients::half_pi[0] - bh;
  const double p = high * coefficients::half_pi[0], rest = ((ah * bh - p) + ah * bl + al * bh) + al * bl;
  return sum_of_ordered(p, rest + (high * coefficients::half_pi[1] + low * coefficients::half_pi[0]));
}

}  // namespace

kernels::Angle reduced_large(double x) {
  if (!(x < infinity)) return {not_a_number, not_a_number, 0};
  // x = m·2^e. Of 2/π only the bits are needed that neither make multiples of 4 nor vanish behind 200 more.
  const std::uint64_t m = (bits_of(x) & mantissa_bits) | (mantissa_bits + 1);
  const int e = static_cast<int>(bits_of(x) >> 52) - 1075, first = e - 1;
  Words turns = product({bits_from(first), bits_from(first + 64), bits_from(first + 128), bits_from(first + 192)}, m);
  std::uint64_t quadrant = turns[0] >> 62;
  turns = shifted(turns, 2);
  const bool beyond = turns[0] >> 63 != 0;  // nearer to the next multiple of π/2
  if (beyond) turns = negated(turns), ++quadrant;
  int zeros = 0;
  while (zeros < 128 && (turns[static_cast<std::size_t>(zeros / 64)] >> (63 - zeros % 64) & 1) == 0) ++zeros;
  turns = shifted(turns, zeros);
  const double unit = power_of_two(-53 - zeros), sign = beyond ? -1 : 1;
  const double high = double(turns[0] >> 11), low = double((turns[0] << 53 | turns[1] >> 11) >> 11);
  const Pair r = times_half_pi(sign * high * unit, sign * low * unit * 0x1p-53);
  return {r.high, r.low, quadrant};
}

}  // namespace talweg::elementary
