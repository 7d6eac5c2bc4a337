#pragma once
#include <cmath>

#include "talweg/optim/first_order/rule.hpp"

namespace talweg {

/// Adam, Algorithm 1 of Kingma & Ba (2015). epsilon is outside the square root and not bias-corrected.
/// PyTorch's Adam is the same arithmetic; Keras' is `adam:eps-hat`.
struct Adam {
  double learning_rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;

  static constexpr Card card{"adam", "paper", "Adam", "m = β1·m + (1−β1)g; v = β2·v + (1−β2)g²; x −= η·m̂/(√v̂ + ε)",
                             "Kingma & Ba 2015, arXiv:1412.6980, Algorithm 1"};
  static constexpr std::array params{Param<Adam>{"learning_rate", &Adam::learning_rate, positive, "step size η"},
                                     Param<Adam>{"beta1", &Adam::beta1, fraction, "decay of the first moment"},
                                     Param<Adam>{"beta2", &Adam::beta2, fraction, "decay of the second moment"},
                                     Param<Adam>{"epsilon", &Adam::epsilon, non_negative, "added to √v̂"}};
  static constexpr std::array slots{Slot{"first_moment", "moving average of g"},
                                    Slot{"second_moment", "moving average of g²"}};

  template <class T> struct Step {
    T rate, beta1, beta2, epsilon, c1, c2;  // c = 1 / (1 − β^t)
    Step(const Adam& a, const StepContext& s)
        : rate(T(s.learning_rate)),
          beta1(T(a.beta1)),
          beta2(T(a.beta2)),
          epsilon(T(a.epsilon)),
          c1(T(1 / (1 - std::pow(a.beta1, double(s.t))))),
          c2(T(1 / (1 - std::pow(a.beta2, double(s.t))))) {}
    void operator()(T& x, T g, T& m, T& v) const {
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      const T m_hat = m * c1, v_hat = v * c2;
      x -= rate * m_hat / (std::sqrt(v_hat) + epsilon);
    }
  };
};

}  // namespace talweg
