#pragma once
#include "talweg/optim/first_order/families.hpp"

namespace talweg {

namespace adagrad {

inline constexpr Family family{
    "adagrad",
    {"sparse features: words, clicks, ratings", "each variable has its own rate; rare features keep long steps",
     "rates only fall: a long run may come to a halt before it has arrived"}};
inline constexpr std::array cards{
    family.card("paper", "AdaGrad", "s += g²; x −= η/(1 + (t−1)·λ) · g/(√s + ε)", "Duchi, Hazan & Singer 2011, JMLR 12",
                "PyTorch differs in ε = 1e-10. Keras has ε inside the root and s = 0.1 at the start: `adagrad:keras`."),
    family.card("inside", "AdaGrad (ε inside the root)", "s += g²; x −= η/(1 + (t−1)·λ) · g/√(s + ε)",
                "Duchi, Hazan & Singer 2011, JMLR 12; Keras 3, keras.optimizers.Adagrad",
                "`adagrad:keras` is this with s = 0.1 at the start, ε = 1e-7, η = 0.001.")};

template <bool inside> struct Rule {
  double learning_rate = 0.01, epsilon = 1e-8, initial_accumulator = 0, learning_rate_decay = 0, weight_decay = 0;

  static constexpr Card card = cards[inside];
  static constexpr RuleTraits traits{.lazy = Lazy::exact};
  static constexpr std::array params{
      families::rate(&Rule::learning_rate),
      Field<Rule>{"epsilon", &Rule::epsilon, non_negative, inside ? "added to s" : "added to √s"},
      Field<Rule>{"initial_accumulator", &Rule::initial_accumulator, non_negative, "s before the first step"},
      Field<Rule>{"learning_rate_decay", &Rule::learning_rate_decay, non_negative, "λ in η/(1 + (t−1)·λ)"}};
  static constexpr std::array slots{Slot{"accumulator", "sum of g²", "s"}};
  static constexpr std::array presets{
      inside ? Preset{"keras", {{{"learning_rate", 1e-3}, {"epsilon", 1e-7}, {"initial_accumulator", 0.1}}}, true}
             : Preset{"torch", {{{"epsilon", 1e-10}}}}};
  static constexpr auto observed = families::effective_rate;

  /// g = 0 keeps s at its start, and 0/0 would follow.
  std::string_view contradiction() const {
    return epsilon >= divisor.low || initial_accumulator > 0
               ? ""
               : "epsilon = 0 divides by zero where g is 0: give epsilon (1e-300 at least) or initial_accumulator "
                 "above 0";
  }
  template <class T> T start(std::size_t, T) const { return T(initial_accumulator); }

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η", "learning_rate/(1 + (t - 1)*learning_rate_decay)"},
                                             Coefficient{"ε", "epsilon"}};
    T rate, epsilon;
    Step(const Rule& a, const StepContext& s)
        : rate(T(s.learning_rate / (1 + double(s.t - 1) * a.learning_rate_decay))), epsilon(T(a.epsilon)) {}
    void operator()(T& x, T g, T& s) const {
      s += g * g;
      x -= rate * g / root(s);
    }
    T root(T s) const { return inside ? sqrt(s + epsilon) : sqrt(s) + epsilon; }
    std::array<T, 1> observe(T s) const { return {rate / root(s)}; }
  };
};

}  // namespace adagrad

/// AdaGrad with ε outside the square root, and PyTorch's decay of the rate.
using Adagrad = adagrad::Rule<false>;
/// AdaGrad with ε inside the square root, as Keras has it.
using AdagradInside = adagrad::Rule<true>;

}  // namespace talweg
