#pragma once
#include <cmath>

#include "talweg/optim/first_order/rule.hpp"

namespace talweg {

namespace adagrad {

/// g = 0 keeps s at its start, and 0/0 would follow.
template <class R> std::string_view contradiction(const R& rule) {
  return rule.epsilon >= divisor.low || rule.initial_accumulator > 0
             ? ""
             : "epsilon = 0 divides by zero where g is 0: give epsilon (1e-300 at least) or initial_accumulator above "
               "0";
}

}  // namespace adagrad

/// AdaGrad with ε outside the square root, and PyTorch's decay of the rate.
struct Adagrad {
  double learning_rate = 0.01, epsilon = 1e-8, initial_accumulator = 0, learning_rate_decay = 0, weight_decay = 0;

  static constexpr Card card{.name = "adagrad",
                             .variant = "paper",
                             .title = "AdaGrad",
                             .formula = "s += g²; x −= η/(1 + (t−1)·λ) · g/(√s + ε)",
                             .source = "Duchi, Hazan & Singer 2011, JMLR 12",
                             .note =
                                 "PyTorch differs in ε = 1e-10. Keras has ε inside the root and s = 0.1 at the "
                                 "start: `adagrad:keras`.",
                             .lazy = Lazy::exact};
  static constexpr std::array params{
      Param<Adagrad>{"learning_rate", &Adagrad::learning_rate, positive, "step size η"},
      Param<Adagrad>{"epsilon", &Adagrad::epsilon, non_negative, "added to √s"},
      Param<Adagrad>{"initial_accumulator", &Adagrad::initial_accumulator, non_negative, "s before the first step"},
      Param<Adagrad>{"learning_rate_decay", &Adagrad::learning_rate_decay, non_negative, "λ in η/(1 + (t−1)·λ)"}};
  static constexpr std::array slots{Slot{"accumulator", "sum of g²", "s"}};
  static constexpr std::array presets{Preset{"torch", {{{"epsilon", 1e-10}}}}};
  static constexpr std::array<std::string_view, 1> observed{"learning_rate"};

  std::string_view contradiction() const { return adagrad::contradiction(*this); }
  template <class T> T start(std::size_t, T) const { return T(initial_accumulator); }

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η", "learning_rate/(1 + (t - 1)*learning_rate_decay)"},
                                             Coefficient{"ε", "epsilon"}};
    T rate, epsilon;
    Step(const Adagrad& a, const StepContext& s)
        : rate(T(s.learning_rate / (1 + double(s.t - 1) * a.learning_rate_decay))), epsilon(T(a.epsilon)) {}
    void operator()(T& x, T g, T& s) const {
      s += g * g;
      x -= rate * g / (sqrt(s) + epsilon);
    }
    std::array<T, 1> observe(T s) const { return {rate / (sqrt(s) + epsilon)}; }
  };
};

/// AdaGrad with ε inside the square root, as Keras has it.
struct AdagradInside {
  double learning_rate = 0.01, epsilon = 1e-8, initial_accumulator = 0, learning_rate_decay = 0, weight_decay = 0;

  static constexpr Card card{.name = "adagrad",
                             .variant = "inside",
                             .title = "AdaGrad (ε inside the root)",
                             .formula = "s += g²; x −= η/(1 + (t−1)·λ) · g/√(s + ε)",
                             .source = "Duchi, Hazan & Singer 2011, JMLR 12; Keras 3, keras.optimizers.Adagrad",
                             .note = "`adagrad:keras` is this with s = 0.1 at the start, ε = 1e-7, η = 0.001.",
                             .lazy = Lazy::exact};
  static constexpr std::array params{
      Param<AdagradInside>{"learning_rate", &AdagradInside::learning_rate, positive, "step size η"},
      Param<AdagradInside>{"epsilon", &AdagradInside::epsilon, non_negative, "added to s"},
      Param<AdagradInside>{"initial_accumulator", &AdagradInside::initial_accumulator, non_negative,
                           "s before the first step"},
      Param<AdagradInside>{"learning_rate_decay", &AdagradInside::learning_rate_decay, non_negative,
                           "λ in η/(1 + (t−1)·λ)"}};
  static constexpr std::array slots{Slot{"accumulator", "sum of g²", "s"}};
  static constexpr std::array presets{
      Preset{"keras", {{{"learning_rate", 1e-3}, {"epsilon", 1e-7}, {"initial_accumulator", 0.1}}}, true}};
  static constexpr std::array<std::string_view, 1> observed{"learning_rate"};

  std::string_view contradiction() const { return adagrad::contradiction(*this); }
  template <class T> T start(std::size_t, T) const { return T(initial_accumulator); }

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η", "learning_rate/(1 + (t - 1)*learning_rate_decay)"},
                                             Coefficient{"ε", "epsilon"}};
    T rate, epsilon;
    Step(const AdagradInside& a, const StepContext& s)
        : rate(T(s.learning_rate / (1 + double(s.t - 1) * a.learning_rate_decay))), epsilon(T(a.epsilon)) {}
    void operator()(T& x, T g, T& s) const {
      s += g * g;
      x -= rate * g / sqrt(s + epsilon);
    }
    std::array<T, 1> observe(T s) const { return {rate / sqrt(s + epsilon)}; }
  };
};

}  // namespace talweg
