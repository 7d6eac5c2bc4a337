#include "talweg/explain/activation.hpp"

#include <cmath>
#include <numbers>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/nn/ops/activations.hpp"

namespace talweg::explain {

namespace {

Traced of(Op op, const Traced& a) { return Traced::unary(op, a); }
Traced exp(const Traced& a) { return of(Op::exp, a); }
Traced sigmoid(const Traced& z) { return Traced(1) / (Traced(1) + exp(-z)); }

/// The normal distribution has no name in formulas: its values are given.
Traced normal_cdf(Sheet& sheet, const Traced& z) {
  const double value = 0.5 * std::erfc(-z.value() / std::numbers::sqrt2);
  return {sheet, sheet.given(symbol("Φ(z)"), value, "the share of a normal distribution below z")};
}
Traced normal_density(Sheet& sheet, const Traced& z) {
  return Traced::define(sheet, symbol("φ(z)"),
                        exp(-(z * z) / Traced(2)) / sqrt(Traced(sheet, sheet.number(2 * std::numbers::pi))),
                        "the normal density");
}

Traced gelu_inner(Sheet& sheet, const Traced& z) {
  return Traced::define(sheet, symbol("u"), Traced(nn::GeluTanh::c) * (z + Traced(nn::GeluTanh::cubic) * z * z * z));
}

}  // namespace

Traced activate(std::string_view name, Sheet& sheet, const Traced& z) {
  const std::string_view known = nn::name(nn::activation(name));
  const bool up = z > Traced(0);
  if (known == "identity") return z;
  if (known == "relu") return Traced::binary(Op::max, Traced(0), z);
  if (known == "leaky_relu") return up ? z : Traced(nn::LeakyRelu{}.leak) * z;
  if (known == "elu") return up ? z : Traced(nn::Elu{}.alpha) * (exp(z) - Traced(1));
  if (known == "selu")
    return up ? Traced(nn::Selu::scale) * z : Traced(nn::Selu::scale * nn::Selu::alpha) * (exp(z) - Traced(1));
  if (known == "gelu") return z * normal_cdf(sheet, z);
  if (known == "gelu_tanh") return Traced(0.5) * z * (Traced(1) + of(Op::tanh, gelu_inner(sheet, z)));
  if (known == "silu") return z / (Traced(1) + exp(-z));
  if (known == "sigmoid") return sigmoid(z);
  if (known == "tanh") return of(Op::tanh, z);
  if (known == "softplus") return of(Op::log, Traced(1) + exp(z));
  throw Error(text::cat("activation ", known, " turns several outputs into shares: one neuron has only one"));
}

Traced activation_slope(std::string_view name, Sheet& sheet, const Traced& z, const Traced& y) {
  const std::string_view known = nn::name(nn::activation(name));
  const bool up = z > Traced(0);
  if (known == "relu") return up ? 1 : 0;
  if (known == "leaky_relu") return up ? 1 : nn::LeakyRelu{}.leak;
  if (known == "elu") return up ? Traced(1) : y + Traced(nn::Elu{}.alpha);
  if (known == "selu") return up ? Traced(nn::Selu::scale) : y + Traced(nn::Selu::scale * nn::Selu::alpha);
  if (known == "gelu") return normal_cdf(sheet, z) + z * normal_density(sheet, z);
  if (known == "gelu_tanh") {
    const Traced t = Traced::define(sheet, symbol("tanh(u)"), of(Op::tanh, gelu_inner(sheet, z)));
    return Traced(0.5) * (Traced(1) + t) + Traced(0.5) * z * (Traced(1) - t * t) * Traced(nn::GeluTanh::c) *
                                               (Traced(1) + Traced(3 * nn::GeluTanh::cubic) * z * z);
  }
  if (known == "silu") {
    const Traced s = Traced::define(sheet, symbol("σ"), sigmoid(z), "the logistic function of z");
    return s * (Traced(1) + z * (Traced(1) - s));
  }
  if (known == "sigmoid") return y * (Traced(1) - y);
  if (known == "tanh") return Traced(1) - y * y;
  if (known == "softplus") return sigmoid(z);
  return 1;
}

std::string_view activation_formula(std::string_view name) {
  const std::string_view known = nn::name(nn::activation(name));
  for (const Card& e : nn::activations())
    if (e.name == known) return e.formula;
  return "";
}

}  // namespace talweg::explain
