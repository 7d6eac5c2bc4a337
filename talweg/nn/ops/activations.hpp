#pragma once
#include <span>
#include <variant>

#include "talweg/nn/ops/operation.hpp"
#include "talweg/tensor/functions.hpp"

/// Activations. Each formula stands beside its slope: value(x) = y, slope(x, y) = dy/dx.
namespace talweg::nn {

struct Identity {
  static constexpr Card card =
      described("identity", "x", "nothing: a linear layer",
                {"the output of regression, linear models", "no distortion: any number can come out",
                 "a stack of linear layers is one linear layer"});
  template <class T> T value(T x) const { return x; }
  template <class T> T slope(T, T) const { return T(1); }
};

/// The slope at 0 is 0.
struct Relu {
  static constexpr Card card =
      described("relu", "max(0, x)", "rectified linear unit; its slope at 0 is 0",
                {"hidden layers: the usual choice", "cheap, and its slope does not fade for x > 0",
                 "a unit that is never above 0 learns no more"});
  template <class T> T value(T x) const { return x < T(0) ? T(0) : x; }
  template <class T> T slope(T x, T) const { return x > T(0) ? T(1) : T(0); }
};

struct LeakyRelu {
  static constexpr Card card =
      described("leaky_relu", "x > 0 ? x : 0.01·x", "ReLU that lets a little through",
                {"hidden layers where ReLU units die", "a slope below 0 as well: every unit goes on learning",
                 "hardly better than ReLU in most networks"});
  double leak = 0.01;
  template <class T> T value(T x) const { return x > T(0) ? x : T(leak) * x; }
  template <class T> T slope(T x, T) const { return x > T(0) ? T(1) : T(leak); }
};

/// Clevert et al. 2016.
struct Elu {
  static constexpr Card card =
      described("elu", "x > 0 ? x : e^x − 1", "exponential linear unit, α = 1",
                {"hidden layers, deep networks without normalisation",
                 "smooth at 0, its mean is nearer to 0 than ReLU's", "an exponential for each negative input"});
  double alpha = 1;
  template <class T> T value(T x) const { return x > T(0) ? x : T(alpha) * fast::expm1(x); }
  template <class T> T slope(T x, T y) const { return x > T(0) ? T(1) : y + T(alpha); }
};

/// Klambauer et al. 2017: the two constants keep mean 0 and variance 1 from layer to layer.
struct Selu {
  static constexpr Card card =
      described("selu", "1.0507·(x > 0 ? x : 1.6733·(e^x − 1))", "self-normalising ELU",
                {"deep dense networks without normalisation", "keeps mean and variance from layer to layer by itself",
                 "only with lecun_normal weights and standardised inputs"});
  static constexpr double scale = 1.0507009873554805, alpha = 1.6732632423543772;
  template <class T> T value(T x) const { return x > T(0) ? T(scale) * x : T(scale * alpha) * fast::expm1(x); }
  template <class T> T slope(T x, T y) const { return x > T(0) ? T(scale) : y + T(scale * alpha); }
};

/// Hendrycks & Gimpel 2016, with the exact Φ.
struct Gelu {
  static constexpr Card card =
      described("gelu", "x·Φ(x)", "Gaussian error linear unit, exact",
                {"transformers, deep networks", "smooth, and often a little better than ReLU there",
                 "costs more than ReLU; not monotone"});
  template <class T> T value(T x) const { return x * fast::normal_cdf(x); }
  template <class T> T slope(T x, T) const { return fast::normal_cdf(x) + x * fast::normal_density(x); }
};

struct GeluTanh {
  static constexpr Card card =
      described("gelu_tanh", "x/2·(1 + tanh(√(2/π)(x + 0.044715x³)))", "GELU by the tanh approximation of its paper",
                {"models that were made with this approximation (BERT, GPT-2)", "the numbers of such models are met",
                 "no gain over gelu in a new network"});
  static constexpr double c = 0.79788456080286535588, cubic = 0.044715;
  template <class T> T inner(T x) const { return T(c) * (x + T(cubic) * x * x * x); }
  template <class T> T value(T x) const { return T(0.5) * x * (T(1) + fast::tanh(inner(x))); }
  template <class T> T slope(T x, T) const {
    const T t = fast::tanh(inner(x));
    return T(0.5) * (T(1) + t) + T(0.5) * x * (T(1) - t * t) * T(c) * (T(1) + T(3 * cubic) * x * x);
  }
};

struct Silu {
  static constexpr Card card =
      described("silu", "x / (1 + e^−x)", "sigmoid-weighted linear unit (swish)",
                {"deep networks, instead of ReLU", "smooth, and lets small negative values through",
                 "costs an exponential; not monotone"});
  template <class T> T value(T x) const { return x * fast::sigmoid(x); }
  template <class T> T slope(T x, T) const {
    const T s = fast::sigmoid(x);
    return s * (T(1) + x * (T(1) - s));
  }
};

struct Sigmoid {
  static constexpr Card card = described("sigmoid", "1 / (1 + e^−x)", "logistic function, to (0, 1)",
                                         {"gates, and outputs that are probabilities", "always between 0 and 1",
                                          "flat far from 0: deep stacks of it hardly learn; never centred at 0"});
  template <class T> T value(T x) const { return fast::sigmoid(x); }
  template <class T> T slope(T, T y) const { return y * (T(1) - y); }
};

struct Tanh {
  static constexpr Card card =
      described("tanh", "tanh(x)", "hyperbolic tangent, to (−1, 1)",
                {"small networks, smooth functions, recurrent layers", "centred at 0, smooth, bounded",
                 "flat far from 0: gradients fade in deep stacks"});
  template <class T> T value(T x) const { return fast::tanh(x); }
  template <class T> T slope(T, T y) const { return T(1) - y * y; }
};

struct Softplus {
  static constexpr Card card = described("softplus", "log(1 + e^x)", "smooth ReLU",
                                         {"outputs that must be positive: rates, variances",
                                          "smooth everywhere, never 0", "dearer than ReLU; no exact zeros"});
  template <class T> T value(T x) const { return fast::softplus(x); }
  template <class T> T slope(T x, T) const { return fast::sigmoid(x); }
};

/// y_i = F(x_i).   dx_i += F'(x_i)·dy_i
template <class F> struct Elementwise {
  static constexpr std::string_view name = F::card.name;
  static constexpr Card card = F::card;
  static constexpr int operands = 1, differentiable = 1;
  F f{};
  Shape shape(const Shapes& x) const { return x[0]; }
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

/// Along each row, x (B, C): y_j = e^(x_j − max) / Σ.   dx_j += y_j·(dy_j − Σ_k y_k·dy_k)
struct Softmax {
  static constexpr std::string_view name = "softmax";
  static constexpr Card card =
      described("softmax", "e^x_j / Σ e^x_k", "positive numbers with sum 1 along each row",
                {"outputs that are the shares of classes", "positive numbers with sum 1",
                 "train on its logits with softmax_cross_entropy instead: that never overflows"});
  static constexpr int operands = 1, differentiable = 1;
  Shape shape(const Shapes& x) const { return x[0]; }
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

/// Any one of them. The order is that of `talweg list activations`.
using Activation = std::variant<Elementwise<Identity>, Elementwise<Relu>, Elementwise<LeakyRelu>, Elementwise<Elu>,
                                Elementwise<Selu>, Elementwise<Gelu>, Elementwise<GeluTanh>, Elementwise<Silu>,
                                Elementwise<Sigmoid>, Elementwise<Tanh>, Elementwise<Softplus>, Softmax>;

/// By name; throws Error with the near names.
Activation activation(std::string_view name);
std::string_view name(const Activation& activation);
std::span<const Card> activations();

/// f(x) on the tape of x.
template <class T> Var<T> activate(const Activation& f, Var<T> x) {
  return std::visit([&](const auto& op) { return x.tape()(op, x); }, f);
}
/// y = f(x), recorded nowhere; x and y must not overlap.
template <class T> void evaluate(Pool& pool, const Activation& f, View<const T> x, View<T> y);

}  // namespace talweg::nn
