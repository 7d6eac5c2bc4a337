#pragma once
#include <cmath>

#include "talweg/optim/first_order/rule.hpp"
#include "talweg/simd/select.hpp"

namespace talweg {

/// Adam, Algorithm 1 of Kingma & Ba (2015). epsilon is outside the square root and not bias-corrected.
/// amsgrad (Reddi 2018, in PyTorch's form) keeps the maximum of the uncorrected v and corrects it afterwards.
struct Adam {
  double learning_rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  bool amsgrad = false;
  double weight_decay = 0;

  static constexpr Card card{.name = "adam",
                             .variant = "paper",
                             .title = "Adam",
                             .formula =
                                 "m = β1·m + (1−β1)·g; v = β2·v + (1−β2)·g²; m̂ = m/(1−β1ᵗ); v̂ = v/(1−β2ᵗ); "
                                 "x −= η·m̂/(√v̂ + ε)",
                             .source = "Kingma & Ba 2015, arXiv:1412.6980, Algorithm 1",
                             .note = "PyTorch is the same arithmetic. Keras leaves ε uncorrected: `adam:eps-hat`.",
                             .lazy = Lazy::approximate};
  static constexpr std::array params{
      Param<Adam>{"learning_rate", &Adam::learning_rate, positive, "step size η"},
      Param<Adam>{"beta1", &Adam::beta1, fraction, "decay of the first moment"},
      Param<Adam>{"beta2", &Adam::beta2, fraction, "decay of the second moment"},
      Param<Adam>{"epsilon", &Adam::epsilon, divisor, "added to √v̂"},
      Param<Adam>{"amsgrad", &Adam::amsgrad, "divide by the largest second moment so far"}};
  static constexpr std::array slots{Slot{"first_moment", "moving average of g", "m"},
                                    Slot{"second_moment", "moving average of g²", "v"},
                                    Slot{"largest_second_moment", "maximum of the second moment (amsgrad)", "vmax"}};
  static constexpr std::array presets{Preset{"torch"}};
  static constexpr std::array<std::string_view, 3> observed{"corrected_first_moment", "corrected_second_moment",
                                                            "learning_rate"};
  std::size_t active_slots() const { return amsgrad ? 3 : 2; }

  template <class T> struct Step {
    static constexpr std::array coefficients{
        Coefficient{"η", "learning_rate"},    Coefficient{"β1", "beta1"},          Coefficient{"(1−β1)", "1 - beta1"},
        Coefficient{"β2", "beta2"},           Coefficient{"(1−β2)", "1 - beta2"},  Coefficient{"ε", "epsilon"},
        Coefficient{"c1", "1/(1 - beta1^t)"}, Coefficient{"c2", "1/(1 - beta2^t)"}};
    T rate, beta1, rest1, beta2, rest2, epsilon, c1, c2;  // rest = 1 − β; c = 1/(1 − βᵗ)
    Step(const Adam& a, const StepContext& s)
        : rate(T(s.learning_rate)),
          beta1(T(a.beta1)),
          rest1(T(1 - a.beta1)),
          beta2(T(a.beta2)),
          rest2(T(1 - a.beta2)),
          epsilon(T(a.epsilon)),
          c1(T(1 / (1 - std::pow(a.beta1, double(s.t))))),
          c2(T(1 / (1 - std::pow(a.beta2, double(s.t))))) {}
    void operator()(T& x, T g, T& m, T& v) const {
      m = beta1 * m + rest1 * g;
      v = beta2 * v + rest2 * g * g;
      const T m_hat = m * c1, v_hat = v * c2;
      x -= rate * m_hat / (sqrt(v_hat) + epsilon);
    }
    void operator()(T& x, T g, T& m, T& v, T& v_max) const {
      m = beta1 * m + rest1 * g;
      v = beta2 * v + rest2 * g * g;
      v_max = simd::larger(v_max, v);
      const T m_hat = m * c1, v_hat = v_max * c2;
      x -= rate * m_hat / (sqrt(v_hat) + epsilon);
    }
    std::array<T, 3> observe(T m, T v) const { return {m * c1, v * c2, rate / (sqrt(v * c2) + epsilon)}; }
    std::array<T, 3> observe(T m, T, T v_max) const { return observe(m, v_max); }
  };
};

/// Adam in the order of the end of section 2 of the paper: the corrections go into the rate, and ε̂ into the root of the
/// uncorrected v. Keras' Adam.
struct AdamEpsHat {
  double learning_rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  bool amsgrad = false;
  double weight_decay = 0;

  static constexpr Card card{
      .name = "adam",
      .variant = "eps-hat",
      .title = "Adam (ε̂, uncorrected)",
      .formula = "m = β1·m + (1−β1)·g; v = β2·v + (1−β2)·g²; x −= η·√(1−β2ᵗ)/(1−β1ᵗ) · m/(√v + ε)",
      .source = "Kingma & Ba 2015, arXiv:1412.6980, section 2; Keras 3, keras.optimizers.Adam",
      .note = "ε weighs 1/√(1−β2ᵗ) times as much as in `adam:paper`, most in the first steps.",
      .lazy = Lazy::approximate};
  static constexpr std::array params{
      Param<AdamEpsHat>{"learning_rate", &AdamEpsHat::learning_rate, positive, "step size η"},
      Param<AdamEpsHat>{"beta1", &AdamEpsHat::beta1, fraction, "decay of the first moment"},
      Param<AdamEpsHat>{"beta2", &AdamEpsHat::beta2, fraction, "decay of the second moment"},
      Param<AdamEpsHat>{"epsilon", &AdamEpsHat::epsilon, divisor, "added to √v"},
      Param<AdamEpsHat>{"amsgrad", &AdamEpsHat::amsgrad, "divide by the largest second moment so far"}};
  static constexpr std::array slots{Slot{"first_moment", "moving average of g", "m"},
                                    Slot{"second_moment", "moving average of g²", "v"},
                                    Slot{"largest_second_moment", "maximum of the second moment (amsgrad)", "vmax"}};
  static constexpr std::array presets{Preset{"keras", {{{"epsilon", 1e-7}}}, true}};
  static constexpr std::array<std::string_view, 3> observed{"corrected_first_moment", "corrected_second_moment",
                                                            "learning_rate"};
  std::size_t active_slots() const { return amsgrad ? 3 : 2; }

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η̂", "learning_rate*sqrt(1 - beta2^t)/(1 - beta1^t)"},
                                             Coefficient{"β1", "beta1"},
                                             Coefficient{"(1−β1)", "1 - beta1"},
                                             Coefficient{"β2", "beta2"},
                                             Coefficient{"(1−β2)", "1 - beta2"},
                                             Coefficient{"ε", "epsilon"},
                                             Coefficient{"c1", "1/(1 - beta1^t)"},
                                             Coefficient{"c2", "1/(1 - beta2^t)"}};
    T rate, beta1, rest1, beta2, rest2, epsilon, c1, c2;  // rest = 1 − β; c = 1/(1 − βᵗ); rate = η·c1/√c2
    Step(const AdamEpsHat& a, const StepContext& s)
        : beta1(T(a.beta1)), rest1(T(1 - a.beta1)), beta2(T(a.beta2)), rest2(T(1 - a.beta2)), epsilon(T(a.epsilon)) {
      const double correct1 = 1 - std::pow(a.beta1, double(s.t)), correct2 = 1 - std::pow(a.beta2, double(s.t));
      rate = folded<T>(s.learning_rate * std::sqrt(correct2) / correct1);
      c1 = T(1 / correct1);
      c2 = T(1 / correct2);
    }
    void operator()(T& x, T g, T& m, T& v) const {
      m = beta1 * m + rest1 * g;
      v = beta2 * v + rest2 * g * g;
      x -= rate * m / (sqrt(v) + epsilon);
    }
    void operator()(T& x, T g, T& m, T& v, T& v_max) const {
      m = beta1 * m + rest1 * g;
      v = beta2 * v + rest2 * g * g;
      v_max = simd::larger(v_max, v);
      x -= rate * m / (sqrt(v_max) + epsilon);
    }
    /// The rate here is per unit of m̂, as everywhere.
    std::array<T, 3> observe(T m, T v) const { return {m * c1, v * c2, rate / c1 / (sqrt(v) + epsilon)}; }
    std::array<T, 3> observe(T m, T, T v_max) const { return observe(m, v_max); }
  };
};

/// Adam with ε inside the square root.
struct AdamInside {
  double learning_rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  bool amsgrad = false;
  double weight_decay = 0;

  static constexpr Card card{.name = "adam",
                             .variant = "inside",
                             .title = "Adam (ε inside the root)",
                             .formula =
                                 "m = β1·m + (1−β1)·g; v = β2·v + (1−β2)·g²; m̂ = m/(1−β1ᵗ); v̂ = v/(1−β2ᵗ); "
                                 "x −= η·m̂/√(v̂ + ε)",
                             .source = "a common reading of Kingma & Ba 2015",
                             .note = "ε = 1e-8 here acts like 1e-4 outside the root.",
                             .lazy = Lazy::approximate};
  static constexpr std::array params{
      Param<AdamInside>{"learning_rate", &AdamInside::learning_rate, positive, "step size η"},
      Param<AdamInside>{"beta1", &AdamInside::beta1, fraction, "decay of the first moment"},
      Param<AdamInside>{"beta2", &AdamInside::beta2, fraction, "decay of the second moment"},
      Param<AdamInside>{"epsilon", &AdamInside::epsilon, divisor, "added to v̂"},
      Param<AdamInside>{"amsgrad", &AdamInside::amsgrad, "divide by the largest second moment so far"}};
  static constexpr std::array slots{Slot{"first_moment", "moving average of g", "m"},
                                    Slot{"second_moment", "moving average of g²", "v"},
                                    Slot{"largest_second_moment", "maximum of the second moment (amsgrad)", "vmax"}};
  static constexpr std::array<std::string_view, 3> observed{"corrected_first_moment", "corrected_second_moment",
                                                            "learning_rate"};
  std::size_t active_slots() const { return amsgrad ? 3 : 2; }

  template <class T> struct Step {
    static constexpr std::array coefficients{
        Coefficient{"η", "learning_rate"},    Coefficient{"β1", "beta1"},          Coefficient{"(1−β1)", "1 - beta1"},
        Coefficient{"β2", "beta2"},           Coefficient{"(1−β2)", "1 - beta2"},  Coefficient{"ε", "epsilon"},
        Coefficient{"c1", "1/(1 - beta1^t)"}, Coefficient{"c2", "1/(1 - beta2^t)"}};
    T rate, beta1, rest1, beta2, rest2, epsilon, c1, c2;  // rest = 1 − β; c = 1/(1 − βᵗ)
    Step(const AdamInside& a, const StepContext& s)
        : rate(T(s.learning_rate)),
          beta1(T(a.beta1)),
          rest1(T(1 - a.beta1)),
          beta2(T(a.beta2)),
          rest2(T(1 - a.beta2)),
          epsilon(T(a.epsilon)),
          c1(T(1 / (1 - std::pow(a.beta1, double(s.t))))),
          c2(T(1 / (1 - std::pow(a.beta2, double(s.t))))) {}
    void operator()(T& x, T g, T& m, T& v) const {
      m = beta1 * m + rest1 * g;
      v = beta2 * v + rest2 * g * g;
      x -= rate * (m * c1) / sqrt(v * c2 + epsilon);
    }
    void operator()(T& x, T g, T& m, T& v, T& v_max) const {
      m = beta1 * m + rest1 * g;
      v = beta2 * v + rest2 * g * g;
      v_max = simd::larger(v_max, v);
      x -= rate * (m * c1) / sqrt(v_max * c2 + epsilon);
    }
    std::array<T, 3> observe(T m, T v) const { return {m * c1, v * c2, rate / sqrt(v * c2 + epsilon)}; }
    std::array<T, 3> observe(T m, T, T v_max) const { return observe(m, v_max); }
  };
};

}  // namespace talweg
