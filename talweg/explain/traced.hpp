#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "talweg/explain/sheet.hpp"
#include "talweg/simd/select.hpp"
#include "talweg/tensor/functions.hpp"

namespace talweg::explain {

/// A double that writes down how it is computed: generic code that is run with it (the Step of a first-order rule,
/// the value and the slope of a loss or an activation) leaves its arithmetic on a Sheet. Comparisons look at values, so
/// that the branch taken is the one that is written.
///
/// A variable, made by `variable`, is different in one way: what is assigned to it becomes a line of its own, and from
/// then on its new name stands for it. Copies are no variables.
class Traced {
 public:
  Traced() = default;
  Traced(double constant) : value_(constant) {}  // NOLINT(google-explicit-constructor): 1 - x is the point
  Traced(Sheet& sheet, Sheet::Id id) : sheet_(&sheet), id_(id), value_(sheet.value(id)) {}
  Traced(const Traced& o) : sheet_(o.sheet_), id_(o.id_), value_(o.value_) {}
  Traced& operator=(const Traced& o);

  static Traced symbol(Sheet& sheet, std::string_view name, double value) {
    return {sheet, sheet.symbol(explain::symbol(name), value)};
  }
  static Traced symbol(Sheet& sheet, Text name, double value) { return {sheet, sheet.symbol(std::move(name), value)}; }
  /// The line `name = e`; from now on the returned name stands for it.
  static Traced define(Sheet& sheet, Text name, const Traced& e, std::string note = "") {
    return {sheet, sheet.define(std::move(name), e.on(sheet), std::move(note))};
  }
  /// Sets a variable up in place: `before` stands for its value now, `after` for what will be assigned.
  void become_variable(Sheet& sheet, Text before, Text after, double value);

  explicit operator double() const { return value_; }
  double value() const { return value_; }
  Sheet* sheet() const { return sheet_; }
  /// Its place on the sheet; a constant is put there first.
  Sheet::Id on(Sheet& sheet) const { return sheet_ ? id_ : sheet.number(value_); }

  friend Traced operator-(const Traced& a) { return unary(Op::negate, a); }
  friend Traced operator+(const Traced& a, const Traced& b) { return binary(Op::add, a, b); }
  friend Traced operator-(const Traced& a, const Traced& b) { return binary(Op::subtract, a, b); }
  friend Traced operator*(const Traced& a, const Traced& b) { return binary(Op::multiply, a, b); }
  friend Traced operator/(const Traced& a, const Traced& b) { return binary(Op::divide, a, b); }
  Traced& operator+=(const Traced& b) { return *this = *this + b; }
  Traced& operator-=(const Traced& b) { return *this = *this - b; }
  Traced& operator*=(const Traced& b) { return *this = *this * b; }

  friend bool operator<(const Traced& a, const Traced& b) { return a.value_ < b.value_; }
  friend bool operator>(const Traced& a, const Traced& b) { return a.value_ > b.value_; }
  friend bool operator<=(const Traced& a, const Traced& b) { return a.value_ <= b.value_; }
  friend bool operator>=(const Traced& a, const Traced& b) { return a.value_ >= b.value_; }

  friend Traced sqrt(const Traced& a) { return unary(Op::sqrt, a); }
  friend Traced abs(const Traced& a) { return unary(Op::abs, a); }
  friend Traced log(const Traced& a) { return unary(Op::log, a); }
  friend Traced cos(const Traced& a) { return unary(Op::cos, a); }
  friend Traced pow(const Traced& a, const Traced& b) { return binary(Op::power, a, b); }

  static Traced unary(Op op, const Traced& a);
  static Traced binary(Op op, const Traced& a, const Traced& b);

 private:
  Sheet* sheet_ = nullptr;
  Sheet::Id id_ = -1;
  double value_ = 0;
  std::int32_t next_name_ = -1;  ///< of a variable, kept by the sheet
};

}  // namespace talweg::explain

namespace talweg::simd {
template <> inline explain::Traced sign(explain::Traced x) { return explain::Traced::unary(explain::Op::sign, x); }
template <> inline explain::Traced larger(explain::Traced a, explain::Traced b) {
  return explain::Traced::binary(explain::Op::max, a, b);
}
template <> explain::Traced clamp(explain::Traced x, explain::Traced low, explain::Traced high);
template <> explain::Traced called(std::string_view name, explain::Traced x);
}  // namespace talweg::simd

/// As formulas write them, without what keeps digits: a last bit may differ from what a network computes.
namespace talweg::fast {
template <> inline explain::Traced exp(explain::Traced x) { return explain::Traced::unary(explain::Op::exp, x); }
template <> inline explain::Traced expm1(explain::Traced x) { return exp(x) - 1; }
template <> inline explain::Traced tanh(explain::Traced x) { return explain::Traced::unary(explain::Op::tanh, x); }
template <> inline explain::Traced sigmoid(explain::Traced x) { return 1 / (1 + exp(-x)); }
template <> inline explain::Traced softplus(explain::Traced x) { return log(1 + exp(x)); }
template <> explain::Traced normal_cdf(explain::Traced x);
template <> explain::Traced normal_density(explain::Traced x);
}  // namespace talweg::fast
