#pragma once
#include <limits>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/nn/init.hpp"
#include "talweg/nn/ops/operation.hpp"
#include "talweg/simd/select.hpp"
#include "talweg/tensor/functions.hpp"

/// Activations. Each formula stands beside its slope: value(x) = y, slope(x, y) = dy/dx. What else is known of one
/// stands in its traits; a new one joins the list below.
namespace talweg::nn {

/// What the library knows of an activation beside its formula.
struct ActivationTraits {
  Init init = Init::glorot_uniform;  ///< of the weights before it, so that signals keep their size
  bool kink = false;                 ///< at 0, where the slope jumps
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();  ///< of values
};

struct TALWEG_API Identity {
  static constexpr Card card =
      described("identity", "x", "nothing: a linear layer",
                {"the output of regression, linear models", "no distortion: any number can come out",
                 "a stack of linear layers is one linear layer"});
  static constexpr ActivationTraits traits{};
  template <class T> T value(T x) const { return x; }
  template <class T> T slope(T, T) const { return T(1); }
};

/// The slope at 0 is 0.
struct TALWEG_API Relu {
  static constexpr Card card =
      described("relu", "max(0, x)", "rectified linear unit; its slope at 0 is 0",
                {"hidden layers: the usual choice", "cheap, and its slope does not fade for x > 0",
                 "a unit that is never above 0 learns no more"});
  static constexpr ActivationTraits traits{.init = Init::he_normal, .kink = true, .low = 0};
  template <class T> T value(T x) const { return simd::larger(T(0), x); }
  template <class T> T slope(T x, T) const { return x > T(0) ? T(1) : T(0); }
};

struct TALWEG_API LeakyRelu {
  static constexpr Card card =
      described("leaky_relu", "x > 0 ? x : 0.01·x", "ReLU that lets a little through",
                {"hidden layers where ReLU units die", "a slope below 0 as well: every unit goes on learning",
                 "hardly better than ReLU in most networks"});
  static constexpr ActivationTraits traits{.init = Init::he_normal, .kink = true};
  double leak = 0.01;
  template <class T> T value(T x) const { return x > T(0) ? x : T(leak) * x; }
  template <class T> T slope(T x, T) const { return x > T(0) ? T(1) : T(leak); }
};

/// Clevert et al. 2016.
struct TALWEG_API Elu {
  static constexpr Card card =
      described("elu", "x > 0 ? x : e^x − 1", "exponential linear unit, α = 1",
                {"hidden layers, deep networks without normalisation",
                 "smooth at 0, its mean is nearer to 0 than ReLU's", "an exponential for each negative input"});
  static constexpr ActivationTraits traits{.init = Init::he_normal, .low = -1};
  double alpha = 1;
  template <class T> T value(T x) const { return x > T(0) ? x : T(alpha) * fast::expm1(x); }
  template <class T> T slope(T x, T y) const { return x > T(0) ? T(1) : y + T(alpha); }
};

/// Klambauer et al. 2017: the two constants keep mean 0 and variance 1 from layer to layer.
struct TALWEG_API Selu {
  static constexpr Card card =
      described("selu", "1.0507·(x > 0 ? x : 1.6733·(e^x − 1))", "self-normalising ELU",
                {"deep dense networks without normalisation", "keeps mean and variance from layer to layer by itself",
                 "only with lecun_normal weights and standardised inputs"});
  static constexpr double scale = 1.0507009873554805, alpha = 1.6732632423543772;
  static constexpr ActivationTraits traits{.init = Init::lecun_normal, .kink = true, .low = -scale * alpha};
  template <class T> T value(T x) const { return x > T(0) ? T(scale) * x : T(scale * alpha) * fast::expm1(x); }
  template <class T> T slope(T x, T y) const { return x > T(0) ? T(scale) : y + T(scale * alpha); }
};

/// Hendrycks & Gimpel 2016, with the exact Φ.
struct TALWEG_API Gelu {
  static constexpr Card card =
      described("gelu", "x·Φ(x)", "Gaussian error linear unit, exact",
                {"transformers, deep networks", "smooth, and often a little better than ReLU there",
                 "costs more than ReLU; not monotone"});
  static constexpr ActivationTraits traits{.init = Init::he_normal, .low = -0.16997120747};
  template <class T> T value(T x) const { return x * fast::normal_cdf(x); }
  template <class T> T slope(T x, T) const {
    const T density = fast::normal_density(x);
    return fast::normal_cdf(x) + x * density;
  }
};

struct TALWEG_API GeluTanh {
  static constexpr Card card =
      described("gelu_tanh", "x/2·(1 + tanh(√(2/π)(x + 0.044715x³)))", "GELU by the tanh approximation of its paper",
                {"models that were made with this approximation (BERT, GPT-2)", "the numbers of such models are met",
                 "no gain over gelu in a new network"});
  static constexpr ActivationTraits traits{.init = Init::he_normal, .low = -0.17004075057};
  static constexpr double c = 0.79788456080286535588, cubic = 0.044715;
  template <class T> T inner(T x) const { return simd::called("u", T(c) * (x + T(cubic) * x * x * x)); }
  template <class T> T value(T x) const { return T(0.5) * x * (T(1) + fast::tanh(inner(x))); }
  template <class T> T slope(T x, T) const {
    const T t = simd::called("tanh(u)", fast::tanh(inner(x)));
    return T(0.5) * (T(1) + t) + T(0.5) * x * (T(1) - t * t) * T(c) * (T(1) + T(3 * cubic) * x * x);
  }
};

struct TALWEG_API Silu {
  static constexpr Card card =
      described("silu", "x / (1 + e^−x)", "sigmoid-weighted linear unit (swish)",
                {"deep networks, instead of ReLU", "smooth, and lets small negative values through",
                 "costs an exponential; not monotone"});
  static constexpr ActivationTraits traits{.init = Init::he_normal, .low = -0.27846454277};
  template <class T> T value(T x) const { return x * fast::sigmoid(x); }
  template <class T> T slope(T x, T) const {
    const T s = simd::called("σ", fast::sigmoid(x));
    return s * (T(1) + x * (T(1) - s));
  }
};

struct TALWEG_API Sigmoid {
  static constexpr Card card = described("sigmoid", "1 / (1 + e^−x)", "logistic function, to (0, 1)",
                                         {"gates, and outputs that are probabilities", "always between 0 and 1",
                                          "flat far from 0: deep stacks of it hardly learn; never centred at 0"});
  static constexpr ActivationTraits traits{.low = 0, .high = 1};
  template <class T> T value(T x) const { return fast::sigmoid(x); }
  template <class T> T slope(T, T y) const { return y * (T(1) - y); }
};

struct TALWEG_API Tanh {
  static constexpr Card card =
      described("tanh", "tanh(x)", "hyperbolic tangent, to (−1, 1)",
                {"small networks, smooth functions, recurrent layers", "centred at 0, smooth, bounded",
                 "flat far from 0: gradients fade in deep stacks"});
  static constexpr ActivationTraits traits{.low = -1, .high = 1};
  template <class T> T value(T x) const { return fast::tanh(x); }
  template <class T> T slope(T, T y) const { return T(1) - y * y; }
};

struct TALWEG_API Softplus {
  static constexpr Card card = described("softplus", "log(1 + e^x)", "smooth ReLU",
                                         {"outputs that must be positive: rates, variances",
                                          "smooth everywhere, never 0", "dearer than ReLU; no exact zeros"});
  static constexpr ActivationTraits traits{.init = Init::he_normal, .low = 0};
  template <class T> T value(T x) const { return fast::softplus(x); }
  template <class T> T slope(T x, T) const { return fast::sigmoid(x); }
};

/// y_i = F(x_i).   dx_i += F'(x_i)·dy_i
template <class F> struct TALWEG_API Elementwise {
  static constexpr std::string_view name = F::card.name;
  static constexpr int operands = 1, differentiable = 1;
  F f{};
  Shape shape(const Shapes& x) const { return x[0]; }
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

/// Along each row, x (B, C): y_j = e^(x_j − max) / Σ.   dx_j += y_j·(dy_j − Σ_k y_k·dy_k)
struct TALWEG_API Softmax {
  static constexpr std::string_view name = "softmax";
  static constexpr Card card =
      described("softmax", "e^x_j / Σ e^x_k", "positive numbers with sum 1 along each row",
                {"outputs that are the shares of classes", "positive numbers with sum 1",
                 "train on its logits with softmax_cross_entropy instead: that never overflows"});
  static constexpr ActivationTraits traits{.low = 0, .high = 1};
  static constexpr int operands = 1, differentiable = 1;
  Shape shape(const Shapes& x) const { return x[0]; }
  std::int64_t saved(const Shapes&) const { return 0; }
  TALWEG_DECLARE_OPERATION()
};

/// Every activation, in the order of `talweg list activations`. A new one joins here.
using AllActivations =
    std::tuple<Identity, Relu, LeakyRelu, Elu, Selu, Gelu, GeluTanh, Silu, Sigmoid, Tanh, Softplus, Softmax>;

/// The operation of an activation.
template <class F> struct ActivationOperationOf { using type = Elementwise<F>; };
template <autodiff::Operation F> struct ActivationOperationOf<F> { using type = F; };
template <class F> using ActivationOperation = typename ActivationOperationOf<F>::type;
template <class List> struct ActivationOperationsOf;
template <class... F> struct ActivationOperationsOf<std::tuple<F...>> {
  using type = std::tuple<ActivationOperation<F>...>;
};
using ActivationOperations = ActivationOperationsOf<AllActivations>::type;

namespace detail {

template <class T> struct ActivationCalls {
  Var<T> (*recorded)(Var<T> x);
  void (*value)(Pool& pool, View<const T> x, View<T> y);
};

/// What is called of an activation.
struct TALWEG_API ActivationTable {
  Card card;
  ActivationTraits traits;
  ActivationCalls<float> of_floats;
  ActivationCalls<double> of_doubles;

  bool answers_to(std::string_view name) const { return name == card.name; }
};

}  // namespace detail

/// Any one of the activations: a handle, cheap to copy.
class Activation {
 public:
  explicit Activation(const detail::ActivationTable& table) : table_(&table) {}
  std::string_view name() const { return table_->card.name; }
  const Card& card() const { return table_->card; }
  const ActivationTraits& traits() const { return table_->traits; }

  /// f(x) on the tape of x.
  template <class T> Var<T> operator()(Var<T> x) const { return calls<T>().recorded(x); }
  /// y = f(x), recorded nowhere; x and y must not overlap.
  template <class T> void value(Pool& pool, std::type_identity_t<View<const T>> x, View<T> y) const {
    calls<T>().value(pool, x, y);
  }

 private:
  template <class T> const detail::ActivationCalls<T>& calls() const {
    if constexpr (std::is_same_v<T, float>)
      return table_->of_floats;
    else
      return table_->of_doubles;
  }
  const detail::ActivationTable* table_;
};

/// By name; throws Error with the near names.
TALWEG_API Activation activation(std::string_view name);
inline std::string_view name(const Activation& activation) { return activation.name(); }
TALWEG_API std::vector<Card> activations();

}  // namespace talweg::nn
