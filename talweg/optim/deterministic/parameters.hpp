#pragma once
#include <cmath>
#include <string>
#include <string_view>
#include <variant>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/first_order/rule.hpp"

/// The parameters of a deterministic method M as data. Beside its members M has
///   static constexpr Card card; static constexpr std::array parameters{Parameter<M>{…}, …};
/// from which its spec, its range checks and its lines in `talweg list` follow.
namespace talweg {

template <class M> struct Parameter {
  std::string_view name;
  std::variant<int M::*, double M::*> member;  ///< its default is the member's initialiser
  Range range;
  std::string_view help;

  double value(const M& m) const {
    return std::visit([&](auto p) { return static_cast<double>(m.*p); }, member);
  }
};

/// "lbfgsb,memory=10,decrease=0.0001": the method with every parameter.
template <class M> std::string full_spec(const M& m) {
  std::string spec(M::card.name);
  if (!M::card.variant.empty()) spec += text::cat(":", M::card.variant);
  for (const auto& p : M::parameters) spec += text::cat(",", p.name, "=", p.value(m));
  return spec;
}

/// Throws Error naming the first parameter that is out of range.
template <class M> void check_parameters(const M& m) {
  for (const auto& p : M::parameters)
    if (!p.range.contains(p.value(m)))
      throw Error(text::cat(M::card.name, ": ", p.name, " = ", p.value(m), " is out of range ",
                            p.range.low_open ? "(" : "[", p.range.low, ", ", p.range.high,
                            p.range.high_open ? ")" : "]", " (", p.help, ")"));
}

}  // namespace talweg
