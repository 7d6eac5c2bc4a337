#pragma once
#include "talweg/optim/first_order/rule.hpp"

namespace talweg {

/// Gradient descent on the full batch, stochastic gradient descent on one example, mini-batch on B.
struct Sgd {
  double learning_rate = 0.01, weight_decay = 0;

  static constexpr Card card{.name = "sgd",
                             .variant = "",
                             .title = "Gradient descent",
                             .formula = "x −= η·g",
                             .source = "Cauchy 1847; Robbins & Monro 1951",
                             .note = "`gd` is the same rule. PyTorch's default rate is 0.001, Keras' 0.01.",
                             .lazy = Lazy::exact};
  static constexpr std::array params{Param<Sgd>{"learning_rate", &Sgd::learning_rate, positive, "step size η"}};
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
