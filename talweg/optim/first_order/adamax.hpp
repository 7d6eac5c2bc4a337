#pragma once
#include <cmath>

#include "talweg/optim/first_order/rule.hpp"
#include "talweg/simd/select.hpp"

namespace talweg {

/// AdaMax in PyTorch's form: ε keeps the infinity norm above zero.
struct Adamax {
  double learning_rate = 2e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay = 0;

  static constexpr Card card{.name = "adamax",
                             .variant = "torch",
                             .title = "AdaMax",
                             .formula = "m = β1·m + (1−β1)·g; u = max(β2·u, |g| + ε); x −= η/(1−β1ᵗ) · m/u",
                             .source = "Kingma & Ba 2015, arXiv:1412.6980, Algorithm 2; PyTorch 2, torch.optim.Adamax",
                             .note = "The paper has no ε; Keras adds it to u in the quotient: `adamax:keras`."};
  static constexpr std::array params{Param<Adamax>{"learning_rate", &Adamax::learning_rate, positive, "step size η"},
                                     Param<Adamax>{"beta1", &Adamax::beta1, fraction, "decay of the first moment"},
                                     Param<Adamax>{"beta2", &Adamax::beta2, fraction, "decay of the infinity norm"},
                                     Param<Adamax>{"epsilon", &Adamax::epsilon, divisor, "added to |g|"}};
  static constexpr std::array slots{Slot{"first_moment", "moving average of g", "m"},
                                    Slot{"infinity_norm", "decaying maximum of |g|", "u"}};
  static constexpr std::array<std::string_view, 2> observed{"corrected_first_moment", "learning_rate"};

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η̂", "learning_rate/(1 - beta1^t)"},
                                             Coefficient{"β1", "beta1"},
                                             Coefficient{"(1−β1)", "1 - beta1"},
                                             Coefficient{"β2", "beta2"},
                                             Coefficient{"ε", "epsilon"},
                                             Coefficient{"c1", "1/(1 - beta1^t)"}};
    T rate, beta1, rest1, beta2, epsilon, c1;  // rest1 = 1 − β1; c1 = 1/(1 − β1ᵗ); rate = η·c1
    Step(const Adamax& a, const StepContext& s)
        : beta1(T(a.beta1)), rest1(T(1 - a.beta1)), beta2(T(a.beta2)), epsilon(T(a.epsilon)) {
      const double correct1 = 1 - std::pow(a.beta1, double(s.t));
      rate = folded<T>(s.learning_rate / correct1);
      c1 = T(1 / correct1);
    }
    void operator()(T& x, T g, T& m, T& u) const {
      m = beta1 * m + rest1 * g;
      u = simd::larger(beta2 * u, abs(g) + epsilon);
      x -= rate * m / u;
    }
    std::array<T, 2> observe(T m, T u) const { return {m * c1, rate / c1 / u}; }
  };
};

/// Keras' AdaMax: ε is added to u where it divides.
struct AdamaxKeras {
  double learning_rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, weight_decay = 0;

  static constexpr Card card{.name = "adamax",
                             .variant = "keras",
                             .title = "AdaMax (Keras)",
                             .formula = "m = β1·m + (1−β1)·g; u = max(β2·u, |g|); x −= η/(1−β1ᵗ) · m/(u + ε)",
                             .source = "Keras 3, keras.optimizers.Adamax",
                             .note = "PyTorch has ε inside the maximum and η = 0.002.",
                             .decoupled = true};
  static constexpr std::array params{
      Param<AdamaxKeras>{"learning_rate", &AdamaxKeras::learning_rate, positive, "step size η"},
      Param<AdamaxKeras>{"beta1", &AdamaxKeras::beta1, fraction, "decay of the first moment"},
      Param<AdamaxKeras>{"beta2", &AdamaxKeras::beta2, fraction, "decay of the infinity norm"},
      Param<AdamaxKeras>{"epsilon", &AdamaxKeras::epsilon, divisor, "added to u"}};
  static constexpr std::array slots{Slot{"first_moment", "moving average of g", "m"},
                                    Slot{"infinity_norm", "decaying maximum of |g|", "u"}};
  static constexpr std::array<std::string_view, 2> observed{"corrected_first_moment", "learning_rate"};

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η̂", "learning_rate/(1 - beta1^t)"},
                                             Coefficient{"β1", "beta1"},
                                             Coefficient{"(1−β1)", "1 - beta1"},
                                             Coefficient{"β2", "beta2"},
                                             Coefficient{"ε", "epsilon"},
                                             Coefficient{"c1", "1/(1 - beta1^t)"}};
    T rate, beta1, rest1, beta2, epsilon, c1;  // rest1 = 1 − β1; c1 = 1/(1 − β1ᵗ); rate = η·c1
    Step(const AdamaxKeras& a, const StepContext& s)
        : beta1(T(a.beta1)), rest1(T(1 - a.beta1)), beta2(T(a.beta2)), epsilon(T(a.epsilon)) {
      const double correct1 = 1 - std::pow(a.beta1, double(s.t));
      rate = folded<T>(s.learning_rate / correct1);
      c1 = T(1 / correct1);
    }
    void operator()(T& x, T g, T& m, T& u) const {
      m = beta1 * m + rest1 * g;
      u = simd::larger(beta2 * u, abs(g));
      x -= rate * m / (u + epsilon);
    }
    std::array<T, 2> observe(T m, T u) const { return {m * c1, rate / c1 / (u + epsilon)}; }
  };
};

}  // namespace talweg
