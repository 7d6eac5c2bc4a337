#pragma once
#include "talweg/optim/first_order/families.hpp"

namespace talweg {

namespace adamax {

inline constexpr Family family{"adamax",
                               {"as Adam, where gradients have rare, huge entries",
                                "the largest gradient seen sets the scale, so that no step is longer than the rate",
                                "after one outlier steps stay short for a long time"}};
inline constexpr std::array slots{families::first_moment, Slot{"infinity_norm", "decaying maximum of |g|", "u"}};
inline constexpr std::array<std::string_view, 2> observed{"corrected_first_moment", "learning_rate"};

template <class R, class M = double R::*>
constexpr std::array<Field<R>, 4> params(double R::*rate, M beta1, M beta2, M epsilon, std::string_view what) {
  auto out = families::moments(rate, beta1, beta2, epsilon, what);
  out[2].help = "decay of the infinity norm";
  return out;
}

template <class T> struct Folded {
  static constexpr std::array coefficients{Coefficient{"η̂", "learning_rate/(1 - beta1^t)"},
                                           Coefficient{"β1", "beta1"},
                                           Coefficient{"(1−β1)", "1 - beta1"},
                                           Coefficient{"β2", "beta2"},
                                           Coefficient{"ε", "epsilon"},
                                           Coefficient{"c1", "1/(1 - beta1^t)"}};
  T rate, beta1, rest1, beta2, epsilon, c1;  // rest1 = 1 − β1; c1 = 1/(1 − β1ᵗ); rate = η·c1
  template <class R>
  Folded(const R& a, const StepContext& s)
      : beta1(T(a.beta1)), rest1(T(1 - a.beta1)), beta2(T(a.beta2)), epsilon(T(a.epsilon)) {
    const double correct1 = 1 - std::pow(a.beta1, double(s.t));
    rate = folded<T>(s.learning_rate / correct1);
    c1 = T(1 / correct1);
  }
};

}  // namespace adamax

/// AdaMax in PyTorch's form: ε keeps the infinity norm above zero.
struct Adamax {
  double learning_rate = 2e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay = 0;

  static constexpr Card card =
      adamax::family.card("torch", "AdaMax", "m = β1·m + (1−β1)·g; u = max(β2·u, |g| + ε); x −= η/(1−β1ᵗ) · m/u",
                          "Kingma & Ba 2015, arXiv:1412.6980, Algorithm 2; PyTorch 2, torch.optim.Adamax",
                          "The paper has no ε; Keras adds it to u in the quotient: `adamax:keras`.");
  static constexpr auto params =
      adamax::params(&Adamax::learning_rate, &Adamax::beta1, &Adamax::beta2, &Adamax::epsilon, "added to |g|");
  static constexpr auto slots = adamax::slots;
  static constexpr auto observed = adamax::observed;

  template <class T> struct Step : adamax::Folded<T> {
    using adamax::Folded<T>::Folded;
    void operator()(T& x, T g, T& m, T& u) const {
      m = this->beta1 * m + this->rest1 * g;
      u = simd::larger(this->beta2 * u, abs(g) + this->epsilon);
      x -= this->rate * m / u;
    }
    std::array<T, 2> observe(T m, T u) const { return {m * this->c1, this->rate / this->c1 / u}; }
  };
};

/// Keras' AdaMax: ε is added to u where it divides.
struct AdamaxKeras {
  double learning_rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, weight_decay = 0;

  static constexpr Card card = adamax::family.card(
      "keras", "AdaMax (Keras)", "m = β1·m + (1−β1)·g; u = max(β2·u, |g|); x −= η/(1−β1ᵗ) · m/(u + ε)",
      "Keras 3, keras.optimizers.Adamax", "PyTorch has ε inside the maximum and η = 0.002.");
  static constexpr RuleTraits traits{.decoupled = true};
  static constexpr auto params = adamax::params(&AdamaxKeras::learning_rate, &AdamaxKeras::beta1, &AdamaxKeras::beta2,
                                                &AdamaxKeras::epsilon, "added to u");
  static constexpr auto slots = adamax::slots;
  static constexpr auto observed = adamax::observed;

  template <class T> struct Step : adamax::Folded<T> {
    using adamax::Folded<T>::Folded;
    void operator()(T& x, T g, T& m, T& u) const {
      m = this->beta1 * m + this->rest1 * g;
      u = simd::larger(this->beta2 * u, abs(g));
      x -= this->rate * m / (u + this->epsilon);
    }
    std::array<T, 2> observe(T m, T u) const { return {m * this->c1, this->rate / this->c1 / (u + this->epsilon)}; }
  };
};

}  // namespace talweg
