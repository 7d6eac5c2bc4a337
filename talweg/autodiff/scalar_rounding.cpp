#include "talweg/autodiff/scalar_rounding.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace talweg::autodiff {

namespace {

constexpr double half_unit = std::numeric_limits<double>::epsilon() / 2, infinite = INFINITY;

/// |a + e|^c - |a|^c for |e| <= error, where value = |a|^c.
double power_error(double a, double error, double c, double value) {
  if (error == 0 || c == 0) return 0;
  const double relative = error / a;
  if (!(relative < 1)) return c > 0 ? elementary::pow(a + error, c) : infinite;
  return value * std::max(std::abs(elementary::expm1(c * elementary::log1p(relative))),
                          std::abs(elementary::expm1(c * elementary::log1p(-relative))));
}

/// The change of a function with |f'| = slope here and |f''| <= 2 bend everywhere, whose values span `span`.
double smooth_error(double slope, double bend, double span, double error) {
  return std::min(span, error * (slope + bend * error));
}

/// arcsin has the steepest change at the ends, where sin(arcsin 1 - t) = 1 - t^2/2 + …: π/√2 √error at most.
double arcsine_error(double a, double error) {
  const double far = a + error, at_ends = std::numbers::pi / std::numbers::sqrt2 * std::sqrt(error);
  return far < 1 ? std::min(at_ends, error / std::sqrt((1 - far) * (1 + far))) : at_ends;
}

double tangent_error(double value, double slope, double error) {
  const double t = error < 1 ? elementary::tan(error) : infinite;
  const double left = 1 - value * t;  // tan(a + e) - tan a = (1 + tan² a) tan e / (1 - tan a tan e)
  return left > 0 ? slope * t / left : infinite;
}

double quotient_error(double numerator_error, double value, double denominator, double error) {
  const double nearest = denominator - error;
  return nearest > 0 ? (numerator_error + value * error) / nearest : infinite;
}

/// sinh(a + e) - sinh a = sinh a (cosh e - 1) + cosh a sinh e, and with the two exchanged for cosh.
double hyperbolic_error(double value, double other, double error) {
  const double half = elementary::sinh(error / 2);
  return value * 2 * half * half + other * elementary::sinh(error);
}

/// log a - log(a - e)
double logarithm_error(double a, double error) {
  if (error == 0) return 0;
  return error < a ? -elementary::log1p(-error / a) : infinite;
}

/// A disc of radius r at the distance d is seen under the angle 2 arcsin(r/d); across the cut the angle jumps by 2π.
double angle_error(const Inexact& y, const Inexact& x) {
  const double radius = elementary::hypot(y.error, x.error), distance = elementary::hypot(y.value, x.value);
  if (radius == 0) return 0;
  const bool jumps = x.value - x.error < 0 && std::abs(y.value) <= y.error && y.error > 0;
  return radius < distance && !jumps ? elementary::asin(radius / distance) : 2 * std::numbers::pi;
}

double smallest_or_largest_error(const Inexact& chosen, const Inexact& other) {
  const bool certain = std::abs(chosen.value - other.value) > chosen.error + other.error;
  return certain ? chosen.error : std::max(chosen.error, other.error);
}

}  // namespace

double rounding_of(ScalarOp op, const Inexact& a, const Inexact& b, double c, const Partials& p) {
  const double va = std::abs(a.value), vb = std::abs(b.value), v = std::abs(p.value), slope = std::abs(p.da);
  const double arithmetic = half_unit * v, function = 2 * half_unit * v;
  switch (op) {
    case ScalarOp::input:
    case ScalarOp::constant:
      return 0;
    case ScalarOp::negate:
    case ScalarOp::abs:
      return a.error;
    case ScalarOp::add:
    case ScalarOp::subtract:
      return a.error + b.error + arithmetic;
    case ScalarOp::add_constant:
    case ScalarOp::subtract_from:
      return a.error + arithmetic;
    case ScalarOp::multiply:
      return va * b.error + vb * a.error + a.error * b.error + arithmetic;
    case ScalarOp::scale:
      return std::abs(c) * a.error + arithmetic;
    case ScalarOp::square:
      return a.error * (2 * va + a.error) + arithmetic;
    case ScalarOp::divide:
      return quotient_error(a.error, v, vb, b.error) + arithmetic;
    case ScalarOp::divide_by:
      return a.error / std::abs(c) + arithmetic;
    case ScalarOp::divide_into:
      return quotient_error(0, v, va, a.error) + arithmetic;
    case ScalarOp::power_integer:
    case ScalarOp::power_constant:
      return power_error(va, a.error, c, v) + function;
    case ScalarOp::constant_power:
      return (v == 0 ? 0 : v * elementary::expm1(std::abs(elementary::log(std::abs(c))) * a.error)) + function;
    case ScalarOp::power: {
      const double by_base = power_error(va, a.error, b.value, v);
      const double growth = b.error == 0 || va == 0 ? 0 : elementary::expm1(std::abs(elementary::log(va)) * b.error);
      return by_base + (v + by_base) * growth + function;
    }
    case ScalarOp::exp:
      return v * elementary::expm1(a.error) + function;
    case ScalarOp::log:
      return logarithm_error(va, a.error) + function;
    case ScalarOp::sqrt:
      return power_error(va, a.error, 0.5, v) + arithmetic;
    case ScalarOp::sin:
    case ScalarOp::cos:
      return smooth_error(slope, 0.5, 2, a.error) + function;
    case ScalarOp::tan:
      return tangent_error(v, slope, a.error) + function;
    case ScalarOp::tanh:
      return smooth_error(slope, 0.4, 2, a.error) + function;
    case ScalarOp::sinh:
    case ScalarOp::cosh:
      return hyperbolic_error(v, slope, a.error) + function;
    case ScalarOp::asin:
    case ScalarOp::acos:
      return arcsine_error(va, a.error) + function;
    case ScalarOp::atan:
      return smooth_error(slope, 0.35, std::numbers::pi, a.error) + function;
    case ScalarOp::min:
    case ScalarOp::max:
      return p.value == a.value ? smallest_or_largest_error(a, b) : smallest_or_largest_error(b, a);
    case ScalarOp::relu:
      return a.value > -a.error ? a.error : 0;
    case ScalarOp::sigmoid:
      return smooth_error(slope, 0.05, 1, a.error) + 2 * function;
    case ScalarOp::softplus:
      return std::min(a.error, smooth_error(slope, 0.125, infinite, a.error)) + 3 * function;
    case ScalarOp::log10:
      return logarithm_error(va, a.error) / std::numbers::ln10 + function;
    case ScalarOp::log2:
      return logarithm_error(va, a.error) / std::numbers::ln2 + function;
    case ScalarOp::log1p:
      return logarithm_error(std::abs(1 + a.value), a.error) + function;
    case ScalarOp::expm1:
      return std::abs(1 + p.value) * elementary::expm1(a.error) + function;
    case ScalarOp::erf:
      return smooth_error(slope, 0.5, 2, a.error) + function;
    case ScalarOp::sign:
      return va > a.error || a.error == 0 ? 0 : 2;
    case ScalarOp::atan2:
      return angle_error(a, b) + function;
    case ScalarOp::hypot:
      return elementary::hypot(a.error, b.error) + function;
  }
  return infinite;
}

double rounding_of(const ScalarTape& tape, ScalarTape::Id result, std::span<const double> of_inputs) {
  std::vector<double> errors(of_inputs.begin(), of_inputs.end());
  errors.resize(std::max(std::size_t{result} + 1, tape.inputs()), 0.0);
  const auto nodes = tape.nodes();
  for (std::size_t i = tape.inputs(); i <= result; ++i) {
    const ScalarNode& node = nodes[i];
    const Inexact a{tape.value(node.a), errors[node.a]}, b{tape.value(node.b), errors[node.b]};
    errors[i] = rounding_of(node.op, a, b, node.c, tape.partials(static_cast<ScalarTape::Id>(i)));
  }
  return errors[result];
}

}  // namespace talweg::autodiff
