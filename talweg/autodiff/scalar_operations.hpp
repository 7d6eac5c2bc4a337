#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

#include "talweg/base/export.hpp"
#include "talweg/elementary/functions.hpp"

/// What a scalar tape can hold: each operation with its value and its derivatives side by side.
namespace talweg::autodiff {

/// a and b are operands on the tape, c is a number in the instruction itself: x + 3 needs no node for the 3.
enum class ScalarOp : std::uint8_t {
  input,
  constant,        // c
  add,             // a + b
  subtract,        // a - b
  multiply,        // a * b
  divide,          // a / b
  negate,          // -a
  add_constant,    // a + c
  subtract_from,   // c - a
  scale,           // c * a
  divide_by,       // a / c
  divide_into,     // c / a
  square,          // a * a
  power_integer,   // a ^ c, c an integer
  power_constant,  // a ^ c
  constant_power,  // c ^ a
  power,           // a ^ b
  exp,
  log,
  sqrt,
  sin,
  cos,
  tan,
  tanh,
  sinh,
  cosh,
  asin,
  acos,
  atan,
  abs,
  min,
  max,
  relu,
  sigmoid,
  softplus,
  log10,
  log2,
  log1p,
  expm1,
  erf,
  sign,
  atan2,  // of a over b: the angle of the point (b, a)
  hypot,
};

constexpr bool is_binary(ScalarOp op) {
  switch (op) {
    case ScalarOp::add:
    case ScalarOp::subtract:
    case ScalarOp::multiply:
    case ScalarOp::divide:
    case ScalarOp::power:
    case ScalarOp::min:
    case ScalarOp::max:
    case ScalarOp::atan2:
    case ScalarOp::hypot:
      return true;
    default:
      return false;
  }
}

/// A value with its partial derivatives by the operands a and b.
struct Partials {
  double value, da, db;
};

/// x^n for an integer n. Up to |n| = 64 by multiplications that carry their rounding error along (x^n = p + e), so
/// that the result is as good as one correctly rounded product; beyond, and at the edges of the range, elementary::pow.
TALWEG_API double integer_power(double x, double n);

/// d(x^y)/dx and d(x^y)/dy where the textbook forms y x^(y-1) and x^y log x need care.
template <class F = elementary::Calls> inline double power_by_base(double x, double y) {
  return y == 0 ? 0.0 : y * F::pow(x, y - 1);
}
/// 0^y is 0 for every y > 0, so it does not change with y; at 0^0 = 1 it falls at once: x^y log x is -∞ there.
template <class F = elementary::Calls> inline double power_by_exponent(double x, double y, double value) {
  return x == 0 && y > 0 ? 0.0 : value * F::log(x);
}

/// The slope of what grows without a pole: where it overflows it is the largest number, so that what does not depend on
/// it, 1/(1 + exp(-x)) far down, has the slope 0 there and not 0·∞.
inline double finite_slope(double slope) {
  constexpr double largest = std::numeric_limits<double>::max();
  return slope > largest ? largest : (slope < -largest ? -largest : slope);
}

/// Ties of min and max share the derivative evenly, which makes max(x, -x) agree with abs at 0. A NaN stays a NaN.
inline Partials smaller(double a, double b) {
  if (a < b) return {a, 1, 0};
  if (b < a) return {b, 0, 1};
  return {a == b ? a : a + b, 0.5, 0.5};
}
inline Partials larger(double a, double b) {
  if (a > b) return {a, 1, 0};
  if (b > a) return {b, 0, 1};
  return {a == b ? a : a + b, 0.5, 0.5};
}

/// 1/(1 + exp(-a)) and log(1 + exp(a)) by p = exp(-|a|), which never overflows; the slope of both keeps its digits far
/// out.
template <class F = elementary::Calls> inline Partials sigmoid_of(double a) {
  const double p = F::exp(-std::abs(a)), d = 1 / (1 + p);
  return {a >= 0 ? d : p * d, p * d * d, 0};
}
template <class F = elementary::Calls> inline Partials softplus_of(double a) {
  const double p = F::exp(-std::abs(a)), d = 1 / (1 + p);
  return {(a > 0 ? a : 0) + F::log1p(p), a >= 0 ? d : p * d, 0};
}
/// The angle has no slope at the origin, the distance that of the middle of its cone there, as abs has at 0.
template <class F = elementary::Calls> inline Partials angle_of(double y, double x) {
  const double length = F::hypot(y, x);
  return {F::atan2(y, x), x / length / length, -y / length / length};
}
template <class F = elementary::Calls> inline Partials length_of(double a, double b) {
  const double v = F::hypot(a, b);
  return {v, v == 0 ? 0 : a / v, v == 0 ? 0 : b / v};
}

/// Whether the operation does not look at its operand, here and all around: relu below 0, and the one of two that is
/// not the smaller. Then nothing flows through, however steep what lies on the other side: sqrt(relu(x)) is 0 below 0.
constexpr bool ignores_a(ScalarOp op, double a, double b) {
  switch (op) {
    case ScalarOp::relu:
      return a < 0;
    case ScalarOp::sign:
      return a < 0 || a > 0;
    case ScalarOp::min:
      return b < a;
    case ScalarOp::max:
      return a < b;
    default:
      return false;
  }
}
constexpr bool ignores_b(ScalarOp op, double a, double b) {
  return op == ScalarOp::min ? a < b : op == ScalarOp::max && b < a;
}
/// One link of the chain rule, adjoint·slope: 0·∞ is 0 where the operand is ignored, and NaN where it is not.
constexpr double chain_to_a(ScalarOp op, double adjoint, double slope, double a, double b) {
  const double product = adjoint * slope;
  return product == product || !ignores_a(op, a, b) ? product : 0;
}
constexpr double chain_to_b(ScalarOp op, double adjoint, double slope, double a, double b) {
  const double product = adjoint * slope;
  return product == product || !ignores_b(op, a, b) ? product : 0;
}

/// The value of `op` and its derivatives. Derivatives that the caller does not use cost nothing once inlined.
/// F is elementary::Calls, or Lanes in a loop that becomes vector code.
template <class F = elementary::Calls>
[[gnu::always_inline]] inline Partials apply(ScalarOp op, double a, double b, double c) {
  switch (op) {
    case ScalarOp::input:
      return {a, 0, 0};
    case ScalarOp::constant:
      return {c, 0, 0};
    case ScalarOp::add:
      return {a + b, 1, 1};
    case ScalarOp::subtract:
      return {a - b, 1, -1};
    case ScalarOp::multiply:
      return {a * b, b, a};
    case ScalarOp::divide: {
      const double v = a / b;
      return {v, 1 / b, -v / b};
    }
    case ScalarOp::negate:
      return {-a, -1, 0};
    case ScalarOp::add_constant:
      return {a + c, 1, 0};
    case ScalarOp::subtract_from:
      return {c - a, -1, 0};
    case ScalarOp::scale:
      return {c * a, c, 0};
    case ScalarOp::divide_by:
      return {a / c, 1 / c, 0};
    case ScalarOp::divide_into: {
      const double v = c / a;
      return {v, -v / a, 0};
    }
    case ScalarOp::square:
      return {a * a, 2 * a, 0};
    case ScalarOp::power_integer:
      return {integer_power(a, c), c == 0 ? 0.0 : c * integer_power(a, c - 1), 0};
    case ScalarOp::power_constant:
      return {F::pow(a, c), power_by_base<F>(a, c), 0};
    case ScalarOp::constant_power: {
      const double v = F::pow(c, a), slope = power_by_exponent<F>(c, a, v);
      return {v, c == 0 ? slope : finite_slope(slope), 0};
    }
    case ScalarOp::power: {
      const double v = F::pow(a, b);
      return {v, power_by_base<F>(a, b), power_by_exponent<F>(a, b, v)};
    }
    case ScalarOp::exp: {
      const double v = F::exp(a);
      return {v, finite_slope(v), 0};
    }
    case ScalarOp::log:
      return {F::log(a), 1 / std::abs(a), 0};  // of -0 too it is +∞, from inside the domain
    case ScalarOp::sqrt: {
      const double v = std::sqrt(a);
      return {v, 0.5 / std::abs(v), 0};
    }
    case ScalarOp::sin:
      return {F::sin(a), F::cos(a), 0};
    case ScalarOp::cos:
      return {F::cos(a), -F::sin(a), 0};
    case ScalarOp::tan: {
      const double v = F::tan(a);
      return {v, 1 + v * v, 0};
    }
    case ScalarOp::tanh: {
      // 1 - tanh^2 would lose all digits where tanh is near 1.
      const double cosh = F::cosh(a);
      return {F::tanh(a), 1 / cosh / cosh, 0};
    }
    case ScalarOp::sinh:
      return {F::sinh(a), finite_slope(F::cosh(a)), 0};
    case ScalarOp::cosh:
      return {F::cosh(a), finite_slope(F::sinh(a)), 0};
    case ScalarOp::asin:
      return {F::asin(a), 1 / std::sqrt((1 - a) * (1 + a)), 0};
    case ScalarOp::acos:
      return {F::acos(a), -1 / std::sqrt((1 - a) * (1 + a)), 0};
    case ScalarOp::atan:
      return {F::atan(a), 1 / (1 + a * a), 0};
    case ScalarOp::abs:
      return {std::abs(a), a > 0 ? 1.0 : (a < 0 ? -1.0 : 0.0), 0};
    case ScalarOp::min:
      return smaller(a, b);
    case ScalarOp::max:
      return larger(a, b);
    case ScalarOp::relu:
      return {a > 0 ? a : (a <= 0 ? 0.0 : a), a > 0 ? 1.0 : 0.0, 0};
    case ScalarOp::sigmoid:
      return sigmoid_of<F>(a);
    case ScalarOp::softplus:
      return softplus_of<F>(a);
    case ScalarOp::log10:
      return {F::log10(a), 1 / (std::abs(a) * std::numbers::ln10), 0};
    case ScalarOp::log2:
      return {F::log2(a), 1 / (std::abs(a) * std::numbers::ln2), 0};
    case ScalarOp::log1p:
      return {F::log1p(a), 1 / std::abs(1 + a), 0};
    case ScalarOp::expm1:
      return {F::expm1(a), finite_slope(F::exp(a)), 0};
    case ScalarOp::erf:
      return {F::erf(a), 2 * std::numbers::inv_sqrtpi * F::exp(-a * a), 0};
    case ScalarOp::sign:
      return {a > 0 ? 1.0 : (a < 0 ? -1.0 : (a == 0 ? 0.0 : a)), 0, 0};
    case ScalarOp::atan2:
      return angle_of<F>(a, b);
    case ScalarOp::hypot:
      return length_of<F>(a, b);
  }
  return {std::numeric_limits<double>::quiet_NaN(), 0, 0};
}

}  // namespace talweg::autodiff
