#include "talweg/interchange/onnx/activations.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/nn/ops/activations.hpp"
#include "talweg/tensor/functions.hpp"

namespace talweg::interchange::onnx {

namespace {

Value scaled(Graph& g, const Value& x, double factor) { return g.node("Mul", {x, g.constant(factor)}); }
Value shifted(Graph& g, const Value& x, double term) { return g.node("Add", {x, g.constant(term)}); }

Value leaky_relu(Graph& g, const Value& x) { return g.node("Max", {x, scaled(g, x, nn::LeakyRelu{}.leak)}); }

/// max(x, 0) + α·(e^min(x, 0) − 1)
Value elu(Graph& g, const Value& x, double alpha) {
  const Value exponential = g.node("Exp", {g.node("Min", {x, g.constant(0)})});
  return g.node("Add", {g.node("Relu", {x}), scaled(g, shifted(g, exponential, -1), alpha)});
}

constexpr std::size_t terms = 26;
using Polynomial = std::array<double, terms>;  ///< by rising powers

/// The polynomial through f(u) at the nodes of Chebyshev in [−1, 1].
template <class F> Polynomial interpolated(const F& f) {
  Polynomial out{}, before{}, here{};  // sums of the series, T_k−1 and T_k
  here[0] = 1;
  for (std::size_t k = 0; k < terms; ++k) {
    double coefficient = 0;
    for (std::size_t j = 0; j < terms; ++j) {
      const double angle = (static_cast<double>(j) + 0.5) * std::numbers::pi / terms;
      coefficient += (k == 0 ? 1.0 : 2.0) / terms * f(std::cos(angle)) * std::cos(static_cast<double>(k) * angle);
    }
    for (std::size_t p = 0; p <= k; ++p) out[p] += coefficient * here[p];
    Polynomial next{};  // T_k+1 = 2u·T_k − T_k−1, and T_1 = u
    for (std::size_t p = 0; p < terms; ++p) next[p] = (p > 0 ? (k == 0 ? 1 : 2) * here[p - 1] : 0) - before[p];
    before = std::exchange(here, next);
  }
  return out;
}

/// Φ(x): Φ(−|x|) = t·e^(−z²)·h(u) with z = |x|/√2, t = 2 / (2 + z), and h, which is nearly flat, a polynomial in u,
/// which is t from 1/4 to 1, stretched over [−1, 1]. Beyond z = 6 it stays at 1e-17.
Value normal_cdf(Graph& g, const Value& x) {
  constexpr double root = std::numbers::sqrt2, farthest = 6, least = 0.25;
  static const Polynomial h = interpolated([](double u) {
    const double t = least + (1 - least) * (u + 1) / 2, z = 2 / t - 2;
    return fast::normal_cdf(-root * z) * std::exp(z * z) / t;
  });
  const Value z = g.node("Min", {scaled(g, g.node("Abs", {x}), 1 / root), g.constant(farthest)});
  const Value t = g.node("Div", {g.constant(2), shifted(g, z, 2)});
  const Value u = shifted(g, scaled(g, t, 2 / (1 - least)), -(1 + least) / (1 - least));
  Value p = g.constant(h.back());
  for (std::size_t k = terms - 1; k-- > 0;) p = shifted(g, g.node("Mul", {p, u}), h[k]);
  const Value decay = g.node("Exp", {g.node("Neg", {g.node("Mul", {z, z})})});
  const Value tail = g.node("Mul", {g.node("Mul", {t, decay}), p});
  const Value negative = g.node("Less", {x, g.constant(0)});
  return g.node("Where", {negative, tail, g.node("Sub", {g.constant(1), tail})});
}

Value gelu_tanh(Graph& g, const Value& x) {
  const Value square = g.node("Mul", {x, x});
  const Value cubic = shifted(g, scaled(g, square, nn::GeluTanh::cubic), 1);
  const Value bent = g.node("Tanh", {scaled(g, g.node("Mul", {x, cubic}), nn::GeluTanh::c)});
  return g.node("Mul", {scaled(g, x, 0.5), shifted(g, bent, 1)});
}

/// x / (1 + e^−x): x·σ(x) is what onnxruntime fuses into an operation that it has for floats alone.
Value silu(Graph& g, const Value& x) { return g.node("Div", {x, shifted(g, g.node("Exp", {g.node("Neg", {x})}), 1)}); }

/// max(x, 0) + log(1 + e^−|x|)
Value softplus(Graph& g, const Value& x) {
  const Value decay = g.node("Exp", {g.node("Neg", {g.node("Abs", {x})})});
  return g.node("Add", {g.node("Relu", {x}), g.node("Log", {shifted(g, decay, 1)})});
}

struct Written {
  std::string_view name;
  Value (*write)(Graph& g, const Value& x);
};

constexpr Written known[] = {
    {nn::Identity::card.name, [](Graph&, const Value& x) { return x; }},
    {nn::Relu::card.name, [](Graph& g, const Value& x) { return g.node("Relu", {x}); }},
    {nn::LeakyRelu::card.name, leaky_relu},
    {nn::Elu::card.name, [](Graph& g, const Value& x) { return elu(g, x, nn::Elu{}.alpha); }},
    {nn::Selu::card.name,
     [](Graph& g, const Value& x) { return scaled(g, elu(g, x, nn::Selu::alpha), nn::Selu::scale); }},
    {nn::Gelu::card.name,
     [](Graph& g, const Value& x) {
       return g.node("Mul", {x, normal_cdf(g, x)});
     }},
    {nn::GeluTanh::card.name, gelu_tanh},
    {nn::Silu::card.name, silu},
    {nn::Sigmoid::card.name, [](Graph& g, const Value& x) { return g.node("Sigmoid", {x}); }},
    {nn::Tanh::card.name, [](Graph& g, const Value& x) { return g.node("Tanh", {x}); }},
    {nn::Softplus::card.name, softplus},
    {nn::Softmax::card.name, [](Graph& g, const Value& x) { return g.node("Softmax", {x}, {attribute("axis", 1)}); }},
};

}  // namespace

Value activation(Graph& graph, std::string_view name, const Value& x) {
  for (const Written& one : known)
    if (one.name == name) return one.write(graph, x);
  throw Error(
      text::cat("the activation '", name, "' is a program's own, and ONNX has none of that name; write npz or JSON"));
}

}  // namespace talweg::interchange::onnx
