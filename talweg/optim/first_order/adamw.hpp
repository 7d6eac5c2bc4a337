#pragma once
#include "talweg/optim/first_order/adam.hpp"

namespace talweg {

/// AdamW: Adam, and weight decay that shrinks x by itself instead of entering the moments. The engine makes that part,
/// x −= η·λ·x, before the rule sees x.
struct AdamW {
  double learning_rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  bool amsgrad = false;
  double weight_decay = 0.01;

  static constexpr Card card{.name = "adamw",
                             .variant = "torch",
                             .title = "AdamW",
                             .formula =
                                 "x −= η·λ·x; m = β1·m + (1−β1)·g; v = β2·v + (1−β2)·g²; m̂ = m/(1−β1ᵗ); "
                                 "v̂ = v/(1−β2ᵗ); x −= η·m̂/(√v̂ + ε)",
                             .source = "Loshchilov & Hutter 2019, arXiv:1711.05101, Algorithm 2; PyTorch 2",
                             .note =
                                 "The paper multiplies λ by the schedule alone, not by η: `decoupling=schedule`. "
                                 "Keras has λ = 0.004 and ε uncorrected.",
                             .decoupled = true};
  static constexpr std::array params{
      Param<AdamW>{"learning_rate", &AdamW::learning_rate, positive, "step size η"},
      Param<AdamW>{"beta1", &AdamW::beta1, fraction, "decay of the first moment"},
      Param<AdamW>{"beta2", &AdamW::beta2, fraction, "decay of the second moment"},
      Param<AdamW>{"epsilon", &AdamW::epsilon, divisor, "added to √v̂"},
      Param<AdamW>{"amsgrad", &AdamW::amsgrad, "divide by the largest second moment so far"}};
  static constexpr std::array slots{Slot{"first_moment", "moving average of g", "m"},
                                    Slot{"second_moment", "moving average of g²", "v"},
                                    Slot{"largest_second_moment", "maximum of the second moment (amsgrad)", "vmax"}};
  static constexpr std::array<std::string_view, 3> observed{"corrected_first_moment", "corrected_second_moment",
                                                            "learning_rate"};
  std::size_t active_slots() const { return amsgrad ? 3 : 2; }

  /// What is left once x has shrunk is the update of Adam.
  template <class T> struct Step : Adam::Step<T> {
    Step(const AdamW& a, const StepContext& s)
        : Adam::Step<T>(Adam{a.learning_rate, a.beta1, a.beta2, a.epsilon, a.amsgrad}, s) {}
  };
};

/// Keras' AdamW: the same decay around `adam:eps-hat`.
struct AdamWKeras {
  double learning_rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7;
  bool amsgrad = false;
  double weight_decay = 0.004;

  static constexpr Card card{.name = "adamw",
                             .variant = "keras",
                             .title = "AdamW (Keras)",
                             .formula =
                                 "x −= η·λ·x; m = β1·m + (1−β1)·g; v = β2·v + (1−β2)·g²; "
                                 "x −= η·√(1−β2ᵗ)/(1−β1ᵗ) · m/(√v + ε)",
                             .source = "Keras 3, keras.optimizers.AdamW",
                             .note = "PyTorch has λ = 0.01 and corrects v before ε is added.",
                             .decoupled = true};
  static constexpr std::array params{
      Param<AdamWKeras>{"learning_rate", &AdamWKeras::learning_rate, positive, "step size η"},
      Param<AdamWKeras>{"beta1", &AdamWKeras::beta1, fraction, "decay of the first moment"},
      Param<AdamWKeras>{"beta2", &AdamWKeras::beta2, fraction, "decay of the second moment"},
      Param<AdamWKeras>{"epsilon", &AdamWKeras::epsilon, divisor, "added to √v"},
      Param<AdamWKeras>{"amsgrad", &AdamWKeras::amsgrad, "divide by the largest second moment so far"}};
  static constexpr std::array slots{Slot{"first_moment", "moving average of g", "m"},
                                    Slot{"second_moment", "moving average of g²", "v"},
                                    Slot{"largest_second_moment", "maximum of the second moment (amsgrad)", "vmax"}};
  static constexpr std::array<std::string_view, 3> observed{"corrected_first_moment", "corrected_second_moment",
                                                            "learning_rate"};
  std::size_t active_slots() const { return amsgrad ? 3 : 2; }

  /// What is left once x has shrunk is the update of AdamEpsHat.
  template <class T> struct Step : AdamEpsHat::Step<T> {
    Step(const AdamWKeras& a, const StepContext& s)
        : AdamEpsHat::Step<T>(AdamEpsHat{a.learning_rate, a.beta1, a.beta2, a.epsilon, a.amsgrad}, s) {}
  };
};

}  // namespace talweg
