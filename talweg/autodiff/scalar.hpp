#pragma once
#include <algorithm>
#include <cassert>
#include <cmath>
#include <compare>
#include <concepts>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "talweg/autodiff/edge_slopes.hpp"
#include "talweg/autodiff/scalar_tape.hpp"
#include "talweg/autodiff/std_functions.hpp"

namespace talweg::autodiff {

/// A number that remembers how it was computed, for code that is generic over its number type:
///
///     talweg::minimize([](auto x) { return (1 - x[0]) * (1 - x[0]) + exp(x[1]); }, {3, 1}, talweg::Adam{});
///
/// Each Scalar points to the tape it is recorded on; a constant points to none. Comparisons look at values, so `if`
/// and loops work: the tape is recorded anew at each evaluation. Functions are found by their bare names (exp, pow,
/// abs, …); std::exp takes no Scalar, and says so.
class Scalar {
 public:
  Scalar() = default;
  Scalar(double constant) : value_(constant) {}  // NOLINT(google-explicit-constructor): 2 * x is the point
  Scalar(ScalarTape& tape, ScalarTape::Id id) : value_(tape.value(id)), tape_(&tape), id_(id) {}

  double value() const { return value_; }
  explicit operator double() const { return value_; }
  ScalarTape* tape() const { return tape_; }
  ScalarTape::Id id() const { return id_; }

  friend Scalar operator+(const Scalar& a) { return a; }
  friend Scalar operator-(const Scalar& a) { return a.tape_ ? a.record<ScalarOp::negate>() : Scalar(-a.value_); }
  friend Scalar operator+(const Scalar& a, const Scalar& b) {
    if (a.tape_ && b.tape_) return a.record<ScalarOp::add>(b);
    if (a.tape_) return a.record<ScalarOp::add_constant>(b.value_);
    if (b.tape_) return b.record<ScalarOp::add_constant>(a.value_);
    return a.value_ + b.value_;
  }
  friend Scalar operator-(const Scalar& a, const Scalar& b) {
    if (a.tape_ && b.tape_) return a.record<ScalarOp::subtract>(b);
    if (a.tape_) return a.record<ScalarOp::add_constant>(-b.value_);
    if (b.tape_) return b.record<ScalarOp::subtract_from>(a.value_);
    return a.value_ - b.value_;
  }
  friend Scalar operator*(const Scalar& a, const Scalar& b) {
    if (a.tape_ && b.tape_) return a.id_ == b.id_ ? a.record<ScalarOp::square>() : a.record<ScalarOp::multiply>(b);
    if (a.tape_) return a.record<ScalarOp::scale>(b.value_);
    if (b.tape_) return b.record<ScalarOp::scale>(a.value_);
    return a.value_ * b.value_;
  }
  friend Scalar operator/(const Scalar& a, const Scalar& b) {
    if (a.tape_ && b.tape_) return a.record<ScalarOp::divide>(b);
    if (a.tape_) return a.record<ScalarOp::divide_by>(b.value_);
    if (b.tape_) return b.record<ScalarOp::divide_into>(a.value_);
    return a.value_ / b.value_;
  }
  Scalar& operator+=(const Scalar& b) { return *this = *this + b; }
  Scalar& operator-=(const Scalar& b) { return *this = *this - b; }
  Scalar& operator*=(const Scalar& b) { return *this = *this * b; }
  Scalar& operator/=(const Scalar& b) { return *this = *this / b; }

  friend bool operator==(const Scalar& a, const Scalar& b) { return a.value_ == b.value_; }
  friend auto operator<=>(const Scalar& a, const Scalar& b) { return a.value_ <=> b.value_; }

  friend Scalar exp(const Scalar& a) { return function<ScalarOp::exp>(a); }
  friend Scalar log(const Scalar& a) { return function<ScalarOp::log>(a); }
  friend Scalar sqrt(const Scalar& a) { return function<ScalarOp::sqrt>(a); }
  friend Scalar sin(const Scalar& a) { return function<ScalarOp::sin>(a); }
  friend Scalar cos(const Scalar& a) { return function<ScalarOp::cos>(a); }
  friend Scalar tan(const Scalar& a) { return function<ScalarOp::tan>(a); }
  friend Scalar tanh(const Scalar& a) { return function<ScalarOp::tanh>(a); }
  friend Scalar sinh(const Scalar& a) { return function<ScalarOp::sinh>(a); }
  friend Scalar cosh(const Scalar& a) { return function<ScalarOp::cosh>(a); }
  friend Scalar asin(const Scalar& a) { return function<ScalarOp::asin>(a); }
  friend Scalar acos(const Scalar& a) { return function<ScalarOp::acos>(a); }
  friend Scalar atan(const Scalar& a) { return function<ScalarOp::atan>(a); }
  friend Scalar abs(const Scalar& a) { return function<ScalarOp::abs>(a); }
  friend Scalar fabs(const Scalar& a) { return function<ScalarOp::abs>(a); }
  friend Scalar relu(const Scalar& a) { return function<ScalarOp::relu>(a); }
  friend Scalar sigmoid(const Scalar& a) { return function<ScalarOp::sigmoid>(a); }
  friend Scalar softplus(const Scalar& a) { return function<ScalarOp::softplus>(a); }
  friend Scalar log10(const Scalar& a) { return function<ScalarOp::log10>(a); }
  friend Scalar log2(const Scalar& a) { return function<ScalarOp::log2>(a); }
  friend Scalar log1p(const Scalar& a) { return function<ScalarOp::log1p>(a); }
  friend Scalar expm1(const Scalar& a) { return function<ScalarOp::expm1>(a); }
  friend Scalar erf(const Scalar& a) { return function<ScalarOp::erf>(a); }
  friend Scalar sign(const Scalar& a) { return function<ScalarOp::sign>(a); }
  friend Scalar atan2(const Scalar& y, const Scalar& x) { return pair<ScalarOp::atan2>(y, x); }
  friend Scalar hypot(const Scalar& a, const Scalar& b) { return pair<ScalarOp::hypot>(a, b); }
  /// Ties share the derivative evenly; a NaN operand gives NaN.
  friend Scalar min(const Scalar& a, const Scalar& b) { return pair<ScalarOp::min>(a, b); }
  friend Scalar max(const Scalar& a, const Scalar& b) { return pair<ScalarOp::max>(a, b); }
  friend Scalar pow(const Scalar& a, const Scalar& b) {
    if (a.tape_ && b.tape_) return a.record<ScalarOp::power>(b);
    if (b.tape_) return b.record<ScalarOp::constant_power>(a.value_);
    if (!a.tape_) return elementary::pow(a.value_, b.value_);
    if (b.value_ == 2) return a.record<ScalarOp::square>();
    if (b.value_ == std::trunc(b.value_)) return a.record<ScalarOp::power_integer>(b.value_);
    return a.record<ScalarOp::power_constant>(b.value_);
  }
  // With a plain number exact matches, so that they are chosen after `using std::pow` as well.
  template <class T>
  requires std::is_arithmetic_v<T>
  friend Scalar min(const Scalar& a, const T& b) { return min(a, Scalar(double(b))); }
  template <class T>
  requires std::is_arithmetic_v<T>
  friend Scalar min(const T& a, const Scalar& b) { return min(Scalar(double(a)), b); }
  template <class T>
  requires std::is_arithmetic_v<T>
  friend Scalar max(const Scalar& a, const T& b) { return max(a, Scalar(double(b))); }
  template <class T>
  requires std::is_arithmetic_v<T>
  friend Scalar max(const T& a, const Scalar& b) { return max(Scalar(double(a)), b); }
  template <class T>
  requires std::is_arithmetic_v<T>
  friend Scalar atan2(const Scalar& y, const T& x) { return atan2(y, Scalar(double(x))); }
  template <class T>
  requires std::is_arithmetic_v<T>
  friend Scalar atan2(const T& y, const Scalar& x) { return atan2(Scalar(double(y)), x); }
  template <class T>
  requires std::is_arithmetic_v<T>
  friend Scalar hypot(const Scalar& a, const T& b) { return hypot(a, Scalar(double(b))); }
  template <class T>
  requires std::is_arithmetic_v<T>
  friend Scalar hypot(const T& a, const Scalar& b) { return hypot(Scalar(double(a)), b); }
  template <class T>
  requires std::is_arithmetic_v<T>
  friend Scalar pow(const Scalar& a, const T& b) { return pow(a, Scalar(double(b))); }
  template <class T>
  requires std::is_arithmetic_v<T>
  friend Scalar pow(const T& a, const Scalar& b) { return pow(Scalar(double(a)), b); }

 private:
  template <ScalarOp op> Scalar record() const { return {*tape_, tape_->record<op>(id_)}; }
  template <ScalarOp op> Scalar record(double c) const { return {*tape_, tape_->record<op>(id_, 0, c)}; }
  template <ScalarOp op> Scalar record(const Scalar& b) const {
    assert(tape_ == b.tape_);
    return {*tape_, tape_->record<op>(id_, b.id_)};
  }
  template <ScalarOp op> static Scalar function(const Scalar& a) {
    return a.tape_ ? a.record<op>() : Scalar(apply(op, a.value_, 0, 0).value);
  }
  template <ScalarOp op> static Scalar pair(const Scalar& a, const Scalar& b) {
    if (a.tape_ && b.tape_) return a.record<op>(b);
    if (a.tape_) return a.record<op>(Scalar(*a.tape_, a.tape_->constant(b.value_)));
    if (b.tape_) return Scalar(*b.tape_, b.tape_->constant(a.value_)).record<op>(b);
    return apply(op, a.value_, b.value_, 0).value;
  }

  double value_ = 0;
  ScalarTape* tape_ = nullptr;
  ScalarTape::Id id_ = 0;
};

/// Generic code over the differentiable scalar: f(span of Scalar) -> Scalar (or a plain number, when it is constant).
template <class F>
concept ScalarFunction = requires(F& f, std::span<const Scalar> x) {
  { f(x) } -> std::convertible_to<Scalar>;
};

/// Gives a generic lambda an exact gradient: callable as double(x (n), gradient (n)), so it is a talweg::Function.
/// Holds its own tape: copies may run side by side, one object may not be called from two threads at once.
template <class F> class Differentiable {
 public:
  explicit Differentiable(F f) : f_(std::move(f)) {}

  double operator()(std::span<const double> x, std::span<double> gradient) {
    const double value = sweep(x, gradient);
    if (std::any_of(gradient.begin(), gradient.end(), [](double g) { return std::isnan(g); }))
      settle_edge_slopes(x, value, gradient, [this](auto at, auto slopes) { return sweep(at, slopes); });
    return value;
  }

  /// How far rounding may have moved f(x): ScalarTape::rounding.
  double rounding(std::span<const double> x) {
    const Scalar result = record(x);
    return result.tape() ? tape_.rounding(result.id()) : 0;
  }

 private:
  Scalar record(std::span<const double> x) {
    tape_.clear();
    arguments_.clear();
    for (const double v : x) arguments_.emplace_back(tape_, tape_.input(v));
    return f_(std::span<const Scalar>(arguments_));
  }

  double sweep(std::span<const double> x, std::span<double> gradient) {
    const Scalar result = record(x);
    if (result.tape()) {
      tape_.reverse(result.id(), gradient);
    } else {
      for (double& g : gradient) g = 0;
    }
    return result.value();
  }

  F f_;
  ScalarTape tape_;
  std::vector<Scalar> arguments_;
};

/// A talweg::Function from a generic lambda: exact gradients by the tape.
template <class F>
requires ScalarFunction<F> Differentiable<F> differentiable(F f) { return Differentiable<F>(std::move(f)); }

}  // namespace talweg::autodiff

namespace talweg {
using autodiff::differentiable;
using autodiff::Scalar;
}  // namespace talweg
