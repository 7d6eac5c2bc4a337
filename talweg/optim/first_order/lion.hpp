#pragma once
#include "talweg/optim/first_order/families.hpp"

namespace talweg {

/// Lion moves every coordinate by the same amount; only the sign of a blend of g and its average counts. The engine
/// makes the decay, x −= η·λ·x, before the rule sees x.
struct Lion {
  double learning_rate = 1e-4, beta1 = 0.9, beta2 = 0.99, weight_decay = 0;

  static constexpr Card card{"lion",
                             "paper",
                             "Lion",
                             "x −= η·(sgn(β1·m + (1−β1)·g) + λ·x); m = β2·m + (1−β2)·g",
                             "Chen et al. 2023, arXiv:2302.06675, Algorithm 2",
                             "Keras has η = 0.001. Rates are 3 to 10 times smaller than Adam's.",
                             {"large networks with large batches",
                              "one number kept for each variable, where Adam keeps two; all steps have the same size",
                              "wants a rate 3 to 10 times below Adam's; in small batches noise decides the signs"}};
  static constexpr RuleTraits traits{.decoupled = true};
  static constexpr std::array params{families::rate(&Lion::learning_rate),
                                     Field{"beta1", &Lion::beta1, fraction, "weight of the average in the sign"},
                                     Field{"beta2", &Lion::beta2, fraction, "decay of the average"}};
  static constexpr std::array slots{families::first_moment};
  static constexpr std::array presets{Preset{"keras", {{{"learning_rate", 1e-3}}}, true}};

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η", "learning_rate"}, Coefficient{"β1", "beta1"},
                                             Coefficient{"(1−β1)", "1 - beta1"}, Coefficient{"β2", "beta2"},
                                             Coefficient{"(1−β2)", "1 - beta2"}};
    T rate, beta1, rest1, beta2, rest2;  // rest = 1 − β
    Step(const Lion& a, const StepContext& s)
        : rate(T(s.learning_rate)),
          beta1(T(a.beta1)),
          rest1(T(1 - a.beta1)),
          beta2(T(a.beta2)),
          rest2(T(1 - a.beta2)) {}
    void operator()(T& x, T g, T& m) const {
      x -= rate * simd::sign(beta1 * m + rest1 * g);
      m = beta2 * m + rest2 * g;
    }
  };
};

}  // namespace talweg
