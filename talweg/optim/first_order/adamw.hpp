#pragma once
#include "talweg/optim/first_order/adam.hpp"

namespace talweg {

inline constexpr Family adamw_family{"adamw",
                                     {"networks with weight decay, transformers above all",
                                      "the decay is not divided by the rates of Adam: it holds all weights back alike",
                                      "two numbers to tune together, rate and decay"}};

/// AdamW: Adam, and weight decay that shrinks x by itself instead of entering the moments. The engine makes that part,
/// x −= η·λ·x, before the rule sees x.
struct AdamW {
  double learning_rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  bool amsgrad = false;
  double weight_decay = 0.01;

  static constexpr Card card = adamw_family.card(
      "torch", "AdamW",
      "x −= η·λ·x; m = β1·m + (1−β1)·g; v = β2·v + (1−β2)·g²; m̂ = m/(1−β1ᵗ); v̂ = v/(1−β2ᵗ); x −= η·m̂/(√v̂ + ε)",
      "Loshchilov & Hutter 2019, arXiv:1711.05101, Algorithm 2; PyTorch 2",
      "The paper multiplies λ by the schedule alone, not by η: `decoupling=schedule`. Keras has λ = 0.004 and ε "
      "uncorrected.");
  static constexpr RuleTraits traits{.decoupled = true};
  static constexpr auto params = families::amsgrad(&AdamW::learning_rate, &AdamW::beta1, &AdamW::beta2, &AdamW::epsilon,
                                                   &AdamW::amsgrad, "added to √v̂");
  static constexpr auto slots = families::amsgrad_slots;
  static constexpr auto observed = families::corrected_moments;
  std::size_t active_slots() const { return amsgrad ? 3 : 2; }

  /// What is left once x has shrunk is the update of Adam.
  template <class T> struct Step : Adam::Step<T> { using Adam::Step<T>::Step; };
};

/// Keras' AdamW: the same decay around `adam:eps-hat`.
struct AdamWKeras {
  double learning_rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7;
  bool amsgrad = false;
  double weight_decay = 0.004;

  static constexpr Card card =
      adamw_family.card("keras", "AdamW (Keras)",
                        "x −= η·λ·x; m = β1·m + (1−β1)·g; v = β2·v + (1−β2)·g²; x −= η·√(1−β2ᵗ)/(1−β1ᵗ) · m/(√v + ε)",
                        "Keras 3, keras.optimizers.AdamW", "PyTorch has λ = 0.01 and corrects v before ε is added.");
  static constexpr RuleTraits traits{.decoupled = true};
  static constexpr auto params = families::amsgrad(&AdamWKeras::learning_rate, &AdamWKeras::beta1, &AdamWKeras::beta2,
                                                   &AdamWKeras::epsilon, &AdamWKeras::amsgrad, "added to √v");
  static constexpr auto slots = families::amsgrad_slots;
  static constexpr auto observed = families::corrected_moments;
  std::size_t active_slots() const { return amsgrad ? 3 : 2; }

  /// What is left once x has shrunk is the update of AdamEpsHat.
  template <class T> struct Step : AdamEpsHat::Step<T> { using AdamEpsHat::Step<T>::Step; };
};

}  // namespace talweg
