#pragma once
#include "talweg/optim/first_order/families.hpp"

namespace talweg {

/// Adadelta: the ratio of the sizes of past moves and past gradients stands where other methods have a rate.
struct Adadelta {
  double learning_rate = 1, decay = 0.95, epsilon = 1e-6, weight_decay = 0;

  static constexpr Card card{"adadelta",
                             "paper",
                             "Adadelta",
                             "s = ρ·s + (1−ρ)·g²; u = √(d + ε)/√(s + ε)·g; d = ρ·d + (1−ρ)·u²; x −= η·u",
                             "Zeiler 2012, arXiv:1212.5701, Algorithm 1",
                             "PyTorch has ρ = 0.9. Keras multiplies by η = 0.001, with which it nearly stands still.",
                             {"when no rate is to be set", "no rate to tune, and a step has the units of x",
                              "starts slowly, since ε sets the first steps; a tuned rate elsewhere mostly wins"}};
  static constexpr std::array params{
      Field{"learning_rate", &Adadelta::learning_rate, positive, "factor η on the move; 1 in the paper"},
      Field{"decay", &Adadelta::decay, fraction, "decay ρ of both mean squares"},
      Field{"epsilon", &Adadelta::epsilon, divisor, "added under both roots; sets the first moves"}};
  static constexpr std::array slots{Slot{"accumulator", "moving average of g²", "s"},
                                    Slot{"move_accumulator", "moving average of u²", "d"}};
  static constexpr std::array presets{Preset{"torch", {{{"decay", 0.9}}}},
                                      Preset{"keras", {{{"learning_rate", 1e-3}, {"epsilon", 1e-7}}}, true}};

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η", "learning_rate"}, Coefficient{"ρ", "decay"},
                                             Coefficient{"(1−ρ)", "1 - decay"}, Coefficient{"ε", "epsilon"}};
    T rate, rho, rest, epsilon;  // rest = 1 − ρ
    Step(const Adadelta& a, const StepContext& s)
        : rate(T(s.learning_rate)), rho(T(a.decay)), rest(T(1 - a.decay)), epsilon(T(a.epsilon)) {}
    void operator()(T& x, T g, T& s, T& d) const {
      s = rho * s + rest * g * g;
      const T u = simd::called("u", sqrt(d + epsilon) / sqrt(s + epsilon) * g);
      d = rho * d + rest * u * u;
      x -= rate * u;
    }
  };
};

}  // namespace talweg
