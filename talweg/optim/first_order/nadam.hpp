#pragma once
#include <cmath>

#include "talweg/optim/first_order/rule.hpp"

namespace talweg {

/// Nadam: Adam with Nesterov's look ahead, and Dozat's schedule of the momentum.
struct Nadam {
  double learning_rate = 2e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, momentum_decay = 4e-3, weight_decay = 0;

  static constexpr Card card{.name = "nadam",
                             .variant = "torch",
                             .title = "Nadam",
                             .formula =
                                 "μ_t = β1·(1 − ½·0.96^(t·ψ)); m = β1·m + (1−β1)·g; v = β2·v + (1−β2)·g²; "
                                 "x −= η·[μ_{t+1}·m/(1 − μ_1⋯μ_{t+1}) + (1−μ_t)·g/(1 − μ_1⋯μ_t)]/(√v̂ + ε)",
                             .source = "Dozat 2016, ICLR workshop; PyTorch 2, torch.optim.NAdam",
                             .note = "PyTorch 1.13 multiplied μ_t twice into the product. Keras has ψ = 1."};
  static constexpr std::array params{Param<Nadam>{"learning_rate", &Nadam::learning_rate, positive, "step size η"},
                                     Param<Nadam>{"beta1", &Nadam::beta1, fraction, "decay of the first moment"},
                                     Param<Nadam>{"beta2", &Nadam::beta2, fraction, "decay of the second moment"},
                                     Param<Nadam>{"epsilon", &Nadam::epsilon, divisor, "added to √v̂"},
                                     Param<Nadam>{"momentum_decay", &Nadam::momentum_decay, non_negative,
                                                  "speed ψ at which μ_t rises from β1/2 to β1"}};
  static constexpr std::array slots{Slot{"first_moment", "moving average of g", "m"},
                                    Slot{"second_moment", "moving average of g²", "v"}};
  static constexpr std::array presets{
      Preset{"keras", {{{"learning_rate", 1e-3}, {"epsilon", 1e-7}, {"momentum_decay", 1}}}, true}};
  static constexpr std::array<std::string_view, 3> observed{"corrected_first_moment", "corrected_second_moment",
                                                            "learning_rate"};
  struct Carry {
    double product = 1;  ///< μ_1⋯μ_t
    static constexpr std::array<std::string_view, 1> names{"product"};
  };

  template <class T> struct Step {
    static constexpr std::array coefficients{
        Coefficient{"β1", "beta1"},
        Coefficient{"(1−β1)", "1 - beta1"},
        Coefficient{"β2", "beta2"},
        Coefficient{"(1−β2)", "1 - beta2"},
        Coefficient{"ε", "epsilon"},
        Coefficient{"η", "learning_rate"},
        Coefficient{"μ", "beta1*(1 - 0.5*0.96^(t*momentum_decay))", "mu", false},
        Coefficient{"μ⁺", "beta1*(1 - 0.5*0.96^((t + 1)*momentum_decay))", "mu_next", false},
        Coefficient{"Πμ", "product*mu", "product", false},
        Coefficient{"a", "mu_next/(1 - product*mu_next)"},
        Coefficient{"b", "(1 - mu)/(1 - product)"},
        Coefficient{"c2", "1/(1 - beta2^t)"}};
    T beta1, rest1, beta2, rest2, epsilon, rate, ahead, now, c2;  // rest = 1 − β; c2 = 1/(1 − β2ᵗ)
    Step(const Nadam& a, const StepContext& s, Carry& carry)
        : beta1(T(a.beta1)),
          rest1(T(1 - a.beta1)),
          beta2(T(a.beta2)),
          rest2(T(1 - a.beta2)),
          epsilon(T(a.epsilon)),
          rate(T(s.learning_rate)),
          c2(T(1 / (1 - std::pow(a.beta2, double(s.t))))) {
      const auto mu = [&](double t) { return a.beta1 * (1 - 0.5 * std::pow(0.96, t * a.momentum_decay)); };
      const double mu_now = mu(double(s.t)), mu_next = mu(double(s.t + 1));
      carry.product *= mu_now;
      ahead = T(mu_next / (1 - carry.product * mu_next));
      now = T((1 - mu_now) / (1 - carry.product));
    }
    void operator()(T& x, T g, T& m, T& v) const {
      m = beta1 * m + rest1 * g;
      v = beta2 * v + rest2 * g * g;
      x -= rate * (ahead * m + now * g) / (sqrt(v * c2) + epsilon);
    }
    /// The part of the numerator that is known without g stands for the corrected first moment.
    std::array<T, 3> observe(T m, T v) const { return {ahead * m, v * c2, rate / (sqrt(v * c2) + epsilon)}; }
  };
};

/// Nadam with a constant momentum, as it is often printed.
struct NadamConstant {
  double learning_rate = 2e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay = 0;

  static constexpr Card card{.name = "nadam",
                             .variant = "constant",
                             .title = "Nadam (constant momentum)",
                             .formula =
                                 "m = β1·m + (1−β1)·g; v = β2·v + (1−β2)·g²; "
                                 "x −= η·[β1·m/(1−β1ᵗ⁺¹) + (1−β1)·g/(1−β1ᵗ)]/(√v̂ + ε)",
                             .source = "Dozat 2016, ICLR workshop, with μ_t = β1",
                             .note = "PyTorch and Keras let μ_t rise from β1/2: `nadam:torch`, `nadam:keras`."};
  static constexpr std::array params{
      Param<NadamConstant>{"learning_rate", &NadamConstant::learning_rate, positive, "step size η"},
      Param<NadamConstant>{"beta1", &NadamConstant::beta1, fraction, "decay of the first moment"},
      Param<NadamConstant>{"beta2", &NadamConstant::beta2, fraction, "decay of the second moment"},
      Param<NadamConstant>{"epsilon", &NadamConstant::epsilon, divisor, "added to √v̂"}};
  static constexpr std::array slots{Slot{"first_moment", "moving average of g", "m"},
                                    Slot{"second_moment", "moving average of g²", "v"}};
  static constexpr std::array<std::string_view, 3> observed{"corrected_first_moment", "corrected_second_moment",
                                                            "learning_rate"};

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"β1", "beta1"},
                                             Coefficient{"(1−β1)", "1 - beta1"},
                                             Coefficient{"β2", "beta2"},
                                             Coefficient{"(1−β2)", "1 - beta2"},
                                             Coefficient{"ε", "epsilon"},
                                             Coefficient{"η", "learning_rate"},
                                             Coefficient{"a", "beta1/(1 - beta1^(t + 1))"},
                                             Coefficient{"b", "(1 - beta1)/(1 - beta1^t)"},
                                             Coefficient{"c1", "1/(1 - beta1^t)"},
                                             Coefficient{"c2", "1/(1 - beta2^t)"}};
    T beta1, rest1, beta2, rest2, epsilon, rate, ahead, now, c1, c2;  // rest = 1 − β; c = 1/(1 − βᵗ)
    Step(const NadamConstant& a, const StepContext& s)
        : beta1(T(a.beta1)),
          rest1(T(1 - a.beta1)),
          beta2(T(a.beta2)),
          rest2(T(1 - a.beta2)),
          epsilon(T(a.epsilon)),
          rate(T(s.learning_rate)),
          c2(T(1 / (1 - std::pow(a.beta2, double(s.t))))) {
      const double t = double(s.t), correct1 = 1 - std::pow(a.beta1, t);
      ahead = T(a.beta1 / (1 - std::pow(a.beta1, t + 1)));
      now = T((1 - a.beta1) / correct1);
      c1 = T(1 / correct1);
    }
    void operator()(T& x, T g, T& m, T& v) const {
      m = beta1 * m + rest1 * g;
      v = beta2 * v + rest2 * g * g;
      x -= rate * (ahead * m + now * g) / (sqrt(v * c2) + epsilon);
    }
    std::array<T, 3> observe(T m, T v) const { return {m * c1, v * c2, rate / (sqrt(v * c2) + epsilon)}; }
  };
};

}  // namespace talweg
