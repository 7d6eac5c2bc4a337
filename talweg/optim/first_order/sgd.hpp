#pragma once
#include "talweg/optim/first_order/families.hpp"

namespace talweg {

/// Gradient descent on the full batch, stochastic gradient descent on one example, mini-batch on B.
struct Sgd {
  double learning_rate = 0.01, weight_decay = 0;

  static constexpr Card card{"sgd",
                             "",
                             "Gradient descent",
                             "x −= η·g",
                             "Cauchy 1847; Robbins & Monro 1951",
                             "`gd` is the same rule. PyTorch's default rate is 0.001, Keras' 0.01.",
                             {"large data, streams, and every lesson: the method that all others change",
                              "cheap, no memory beside x; with noisy gradients it finds points that generalise well",
                              "one rate for all variables: slow in narrow valleys, and the rate has to be tuned"}};
  static constexpr RuleTraits traits{.lazy = Lazy::exact};
  static constexpr std::array params{families::rate(&Sgd::learning_rate)};
  static constexpr NoSlots slots{};
  static constexpr std::array presets{Preset{"torch", {{{"learning_rate", 1e-3}}}},
                                      Preset{.variant = "keras", .decoupled = true}};

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η", "learning_rate"}};
    T rate;
    Step(const Sgd&, const StepContext& s) : rate(T(s.learning_rate)) {}
    void operator()(T& x, T g) const { x -= rate * g; }
  };
};

}  // namespace talweg
