#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

/// exp, tanh and their kin of networks, for float and double, as straight-line arithmetic that is as short as 3 units
/// in the last place allow (elementary/ has those of formulas, to one unit): they inline into loops and vectorise, and
/// every instruction set gives the same bits. Errors were measured against libm in double, over the whole range (see
/// tests/tensor/functions_test.cpp): at most 3 units in the last place unless said otherwise. NaN gives NaN.
namespace talweg::fast {

namespace detail {
template <class T> using Bits = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
template <class T> constexpr bool is_float = sizeof(T) == 4;

/// 2^n for a whole number n in the exponent's range.
template <class T> inline T power_of_two(T n) {
  constexpr int mantissa = is_float<T> ? 23 : 52, bias = is_float<T> ? 127 : 1023;
  // n + 1.5·2^mantissa has n in its low bits: a conversion that every instruction set has for both types.
  constexpr T magic = T(1.5) * T(std::int64_t{1} << mantissa);
  const auto low = static_cast<Bits<T>>(std::bit_cast<Bits<T>>(n + magic) - std::bit_cast<Bits<T>>(magic));
  return std::bit_cast<T>(static_cast<Bits<T>>(static_cast<Bits<T>>(low + bias) << mantissa));
}

template <class T> inline T round_to_whole(T x) {
  constexpr T magic = is_float<T> ? T(12582912.0) : T(6755399441055744.0);
  return (x + magic) - magic;
}

/// x = n·ln 2 + r with |r| <= ln 2 / 2, ln 2 split in two parts (Cody & Waite) so that r is nearly exact.
template <class T> inline T reduce(T x, T n) {
  if constexpr (is_float<T>)
    return (x - n * 0x1.62e4p-1f) - n * 0x1.7f7d1cp-20f;
  else
    return (x - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
}

/// e^r − 1 for |r| <= ln 2 / 2 by Taylor's series: the first term left out is under 1/4 of a unit.
template <class T> inline T exp_minus_one_small(T r) {
  T p;
  if constexpr (is_float<T>) {
    p = T(1) / 5040;
  } else {
    p = T(1) / 6227020800;
    p = p * r + T(1) / 479001600;
    p = p * r + T(1) / 39916800;
    p = p * r + T(1) / 3628800;
    p = p * r + T(1) / 362880;
    p = p * r + T(1) / 40320;
    p = p * r + T(1) / 5040;
  }
  p = p * r + T(1) / 720;
  p = p * r + T(1) / 120;
  p = p * r + T(1) / 24;
  p = p * r + T(1) / 6;
  p = p * r + T(1) / 2;
  return r + r * r * p;
}

template <class T> inline T clamp(T x, T low, T high) {
  x = x < low ? low : x;
  return x > high ? high : x;
}
}  // namespace detail

/// e^x; 0 below and infinity above the range, denormal results included.
template <class T> inline T exp(T x) {
  x = detail::is_float<T> ? detail::clamp(x, T(-105), T(90)) : detail::clamp(x, T(-746), T(711));
  const T n = detail::round_to_whole(x * T(0x1.71547652b82fep+0));
  const T y = T(1) + detail::exp_minus_one_small(detail::reduce(x, n));
  const T half = detail::round_to_whole(n * T(0.5));  // in two factors: 2^n alone may leave the exponent's range
  return y * detail::power_of_two(half) * detail::power_of_two(n - half);
}

/// e^x − 1 without cancellation near 0. Positive x beyond 88 (float) or 709 (double) count as that.
template <class T> inline T expm1(T x) {
  x = detail::is_float<T> ? detail::clamp(x, T(-30), T(88)) : detail::clamp(x, T(-60), T(709));
  const T n = detail::round_to_whole(x * T(0x1.71547652b82fep+0));
  const T scale = detail::power_of_two(n);
  return scale * detail::exp_minus_one_small(detail::reduce(x, n)) + (scale - T(1));
}

/// log(1 + u) for u in [0, 1]: 2·artanh(s) with s = u / (2 + u) <= 1/3.
template <class T> inline T log1p_unit(T u) {
  const T s = u / (T(2) + u), z = s * s;
  T p;
  if constexpr (detail::is_float<T>) {
    p = T(1) / 15;
  } else {
    p = T(1) / 33;
    p = p * z + T(1) / 31;
    p = p * z + T(1) / 29;
    p = p * z + T(1) / 27;
    p = p * z + T(1) / 25;
    p = p * z + T(1) / 23;
    p = p * z + T(1) / 21;
    p = p * z + T(1) / 19;
    p = p * z + T(1) / 17;
    p = p * z + T(1) / 15;
  }
  p = p * z + T(1) / 13;
  p = p * z + T(1) / 11;
  p = p * z + T(1) / 9;
  p = p * z + T(1) / 7;
  p = p * z + T(1) / 5;
  p = p * z + T(1) / 3;
  return T(2) * (s + s * z * p);
}

template <class T> inline T tanh(T x) {
  const T e = expm1(detail::clamp(T(2) * x, T(-50), T(50)));
  return e / (e + T(2));
}

template <class T> inline T sigmoid(T x) {
  const T e = exp(x < T(0) ? x : -x);  // at most 1: nothing overflows, and both tails keep their relative precision
  return (x < T(0) ? e : T(1)) / (T(1) + e);
}

/// log(1 + e^x)
template <class T> inline T softplus(T x) { return (x < T(0) ? T(0) : x) + log1p_unit(exp(x < T(0) ? x : -x)); }

/// The standard normal distribution function Φ(x) = erfc(−x/√2) / 2. Absolute error at most 3 units of 1.
/// erfc(z) = t·exp(−z²)·h(2t − 1), t = 2 / (2 + z), z >= 0; h by its Chebyshev series (made with 40 digits).
template <class T> inline T normal_cdf(T x) {
  constexpr double h[] = {
      0.5770337386164697,      0.3554369212704985,      0.06509515882878653,    0.003671142395836639,
      -0.0011128447433526325,  -0.0001607582991537808,  3.278031574173137e-05,  5.442441645505016e-06,
      -1.5154665553171482e-06, -1.4297608181169865e-07, 8.234608827419493e-08,  -1.2962846852306563e-09,
      -4.154721631015199e-09,  6.347058278362811e-10,   1.4320822712256225e-10, -6.160390105204585e-11,
      2.0612138554721698e-12,  3.5714931488477042e-12,  -8.586422843251796e-13, -6.14560021379063e-14,
      7.418725748596617e-14,   -1.2895042755032325e-14, -2.358726385710632e-15, 1.5729349381685912e-15,
      -2.2782966239546465e-16, -6.31233045075643e-17,   3.5916763531814925e-17};
  constexpr int terms = detail::is_float<T> ? 11 : 27;
  const T z = (x < T(0) ? -x : x) * T(0.70710678118654752440);
  const T t = T(2) / (T(2) + z), u = T(2) * t - T(1);
  T b1 = T(0), b2 = T(0);
#pragma GCC unroll 32
  for (int i = terms - 1; i > 0; --i) {
    const T b0 = T(2) * u * b1 - b2 + T(h[i]);
    b2 = b1;
    b1 = b0;
  }
  const T tail = T(0.5) * t * exp(-z * z) * (u * b1 - b2 + T(h[0]));
  return x < T(0) ? tail : T(1) - tail;
}

/// The standard normal density φ(x).
template <class T> inline T normal_density(T x) { return T(0.39894228040143267794) * exp(T(-0.5) * x * x); }

}  // namespace talweg::fast
