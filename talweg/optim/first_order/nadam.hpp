#pragma once
#include "talweg/optim/first_order/families.hpp"

namespace talweg {

namespace nadam {

inline constexpr Family family{
    "nadam",
    {"as Adam, where that is a little too slow", "brakes and turns as Nesterov's method does, at the price of Adam",
     "the gain over Adam is small, and gone where gradients are noisy"}};

inline constexpr std::array averages{Coefficient{"β1", "beta1"},  Coefficient{"(1−β1)", "1 - beta1"},
                                     Coefficient{"β2", "beta2"},  Coefficient{"(1−β2)", "1 - beta2"},
                                     Coefficient{"ε", "epsilon"}, Coefficient{"η", "learning_rate"}};

template <class T> struct Folded {
  T beta1, rest1, beta2, rest2, epsilon, rate, ahead, now;  // rest = 1 − β; a and b of the formula
  template <class R>
  Folded(const R& a, const StepContext& s)
      : beta1(T(a.beta1)),
        rest1(T(1 - a.beta1)),
        beta2(T(a.beta2)),
        rest2(T(1 - a.beta2)),
        epsilon(T(a.epsilon)),
        rate(T(s.learning_rate)) {}
  /// c2 = 1/(1 − β2ᵗ)
  void step(T& x, T g, T& m, T& v, T c2) const {
    m = beta1 * m + rest1 * g;
    v = beta2 * v + rest2 * g * g;
    x -= rate * (ahead * m + now * g) / (sqrt(v * c2) + epsilon);
  }
  T of(T v, T c2) const { return rate / (sqrt(v * c2) + epsilon); }
};

}  // namespace nadam

/// Nadam: Adam with Nesterov's look ahead, and Dozat's schedule of the momentum.
struct Nadam {
  double learning_rate = 2e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, momentum_decay = 4e-3, weight_decay = 0;

  static constexpr Card card =
      nadam::family.card("torch", "Nadam",
                         "μ_t = β1·(1 − ½·0.96^(t·ψ)); m = β1·m + (1−β1)·g; v = β2·v + (1−β2)·g²; "
                         "x −= η·[μ_{t+1}·m/(1 − μ_1⋯μ_{t+1}) + (1−μ_t)·g/(1 − μ_1⋯μ_t)]/(√v̂ + ε)",
                         "Dozat 2016, ICLR workshop; PyTorch 2, torch.optim.NAdam",
                         "PyTorch 1.13 multiplied μ_t twice into the product. Keras has ψ = 1.");
  static constexpr auto params = families::joined(
      families::moments(&Nadam::learning_rate, &Nadam::beta1, &Nadam::beta2, &Nadam::epsilon, "added to √v̂"),
      std::array{
          Field{"momentum_decay", &Nadam::momentum_decay, non_negative, "speed ψ at which μ_t rises from β1/2 to β1"}});
  static constexpr auto slots = families::moment_slots;
  static constexpr std::array presets{
      Preset{"keras", {{{"learning_rate", 1e-3}, {"epsilon", 1e-7}, {"momentum_decay", 1}}}, true}};
  static constexpr auto observed = families::corrected_moments;
  struct Carry {
    double product = 1;  ///< μ_1⋯μ_t
    static constexpr std::array<std::string_view, 1> names{"product"};
  };

  template <class T> struct Step : nadam::Folded<T> {
    static constexpr auto coefficients = families::joined(
        nadam::averages,
        std::array{Coefficient{"μ", "beta1*(1 - 0.5*0.96^(t*momentum_decay))", "mu", false},
                   Coefficient{"μ⁺", "beta1*(1 - 0.5*0.96^((t + 1)*momentum_decay))", "mu_next", false},
                   Coefficient{"Πμ", "product*mu", "product", false}, Coefficient{"a", "mu_next/(1 - product*mu_next)"},
                   Coefficient{"b", "(1 - mu)/(1 - product)"}, Coefficient{"c2", "1/(1 - beta2^t)"}});
    T c2;
    template <class R>
    Step(const R& a, const StepContext& s, Carry& carry)
        : nadam::Folded<T>(a, s), c2(T(1 / (1 - std::pow(a.beta2, double(s.t))))) {
      const auto mu = [&](double t) { return a.beta1 * (1 - 0.5 * std::pow(0.96, t * a.momentum_decay)); };
      const double mu_now = mu(double(s.t)), mu_next = mu(double(s.t + 1));
      carry.product *= mu_now;
      this->ahead = T(mu_next / (1 - carry.product * mu_next));
      this->now = T((1 - mu_now) / (1 - carry.product));
    }
    void operator()(T& x, T g, T& m, T& v) const { this->step(x, g, m, v, c2); }
    /// The part of the numerator that is known without g stands for the corrected first moment.
    std::array<T, 3> observe(T m, T v) const { return {this->ahead * m, v * c2, this->of(v, c2)}; }
  };
};

/// Nadam with a constant momentum, as it is often printed.
struct NadamConstant {
  double learning_rate = 2e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay = 0;

  static constexpr Card card = nadam::family.card(
      "constant", "Nadam (constant momentum)",
      "m = β1·m + (1−β1)·g; v = β2·v + (1−β2)·g²; x −= η·[β1·m/(1−β1ᵗ⁺¹) + (1−β1)·g/(1−β1ᵗ)]/(√v̂ + ε)",
      "Dozat 2016, ICLR workshop, with μ_t = β1",
      "PyTorch and Keras let μ_t rise from β1/2: `nadam:torch`, `nadam:keras`.");
  static constexpr auto params = families::moments(&NadamConstant::learning_rate, &NadamConstant::beta1,
                                                   &NadamConstant::beta2, &NadamConstant::epsilon, "added to √v̂");
  static constexpr auto slots = families::moment_slots;
  static constexpr auto observed = families::corrected_moments;

  template <class T> struct Step : nadam::Folded<T> {
    static constexpr auto coefficients = families::joined(
        nadam::averages,
        std::array{Coefficient{"a", "beta1/(1 - beta1^(t + 1))"}, Coefficient{"b", "(1 - beta1)/(1 - beta1^t)"},
                   Coefficient{"c1", "1/(1 - beta1^t)"}, Coefficient{"c2", "1/(1 - beta2^t)"}});
    T c1, c2;  // c = 1/(1 − βᵗ)
    template <class R>
    Step(const R& a, const StepContext& s) : nadam::Folded<T>(a, s), c2(T(1 / (1 - std::pow(a.beta2, double(s.t))))) {
      const double t = double(s.t), correct1 = 1 - std::pow(a.beta1, t);
      this->ahead = T(a.beta1 / (1 - std::pow(a.beta1, t + 1)));
      this->now = T((1 - a.beta1) / correct1);
      c1 = T(1 / correct1);
    }
    void operator()(T& x, T g, T& m, T& v) const { this->step(x, g, m, v, c2); }
    std::array<T, 3> observe(T m, T v) const { return {m * c1, v * c2, this->of(v, c2)}; }
  };
};

}  // namespace talweg
