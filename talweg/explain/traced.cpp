#include "talweg/explain/traced.hpp"

#include <cmath>
#include <numbers>

namespace talweg::explain {

Traced& Traced::operator=(const Traced& o) {
  if (this == &o) return *this;
  if (next_name_ < 0) {
    sheet_ = o.sheet_;
    id_ = o.id_;
    value_ = o.value_;
  } else {
    id_ = sheet_->define_kept(next_name_, o.on(*sheet_));
    value_ = o.value_;
  }
  return *this;
}

void Traced::become_variable(Sheet& sheet, Text before, Text after, double value) {
  sheet_ = &sheet;
  id_ = sheet.symbol(std::move(before), value);
  value_ = value;
  next_name_ = sheet.keep(std::move(after));
}

Traced Traced::unary(Op op, const Traced& a) {
  if (!a.sheet_) return apply(op, a.value_, 0);
  return {*a.sheet_, a.sheet_->operation(op, a.id_)};
}

Traced Traced::binary(Op op, const Traced& a, const Traced& b) {
  Sheet* sheet = a.sheet_ ? a.sheet_ : b.sheet_;
  if (!sheet) return apply(op, a.value_, b.value_);
  const Sheet::Id left = a.on(*sheet);
  return {*sheet, sheet->operation(op, left, b.on(*sheet))};
}

}  // namespace talweg::explain

namespace talweg::simd {

using explain::Op;
using explain::Traced;

template <> Traced clamp(Traced x, Traced low, Traced high) {
  if (!std::isinf(low.value())) x = Traced::binary(Op::max, x, low);
  return std::isinf(high.value()) ? x : Traced::binary(Op::min, x, high);
}

template <> Traced called(std::string_view name, Traced x) {
  if (!x.sheet()) return x;
  return {*x.sheet(), x.sheet()->define(explain::symbol(name), x.on(*x.sheet()))};
}

}  // namespace talweg::simd

namespace talweg::fast {

using explain::Sheet;
using explain::symbol;
using explain::Traced;

/// The normal distribution has no name in formulas: its values are given.
template <> Traced normal_cdf(Traced x) {
  const double value = normal_cdf(x.value());
  if (!x.sheet()) return value;
  return {*x.sheet(), x.sheet()->given(symbol("Φ(z)"), value, "the share of a normal distribution below z")};
}

template <> Traced normal_density(Traced x) {
  if (!x.sheet()) return normal_density(x.value());
  Sheet& sheet = *x.sheet();
  return Traced::define(sheet, symbol("φ(z)"),
                        exp(-(x * x) / 2) / sqrt(Traced(sheet, sheet.number(2 * std::numbers::pi))),
                        "the normal density");
}

}  // namespace talweg::fast
