#pragma once
#include "talweg/optim/first_order/families.hpp"

namespace talweg {

namespace adam {

inline constexpr Family family{
    "adam",
    {"networks that shall work at once",
     "hardly any tuning: steps of about one rate in every variable, whatever the units of f",
     "may settle at a worse point than tuned momentum; circles a minimum at a constant rate"}};

/// Where ε stands.
enum class Epsilon {
  outside,      ///< x −= η·m̂/(√v̂ + ε): Algorithm 1 of Kingma & Ba (2015), PyTorch
  uncorrected,  ///< ε̂ beside the root of the uncorrected v, the corrections in the rate: the end of section 2, Keras
  inside,       ///< x −= η·m̂/√(v̂ + ε)
};

inline constexpr std::array cards{
    family.card("paper", "Adam",
                "m = β1·m + (1−β1)·g; v = β2·v + (1−β2)·g²; m̂ = m/(1−β1ᵗ); v̂ = v/(1−β2ᵗ); x −= η·m̂/(√v̂ + ε)",
                "Kingma & Ba 2015, arXiv:1412.6980, Algorithm 1",
                "PyTorch is the same arithmetic. Keras leaves ε uncorrected: `adam:eps-hat`."),
    family.card("eps-hat", "Adam (ε̂, uncorrected)",
                "m = β1·m + (1−β1)·g; v = β2·v + (1−β2)·g²; x −= η·√(1−β2ᵗ)/(1−β1ᵗ) · m/(√v + ε)",
                "Kingma & Ba 2015, arXiv:1412.6980, section 2; Keras 3, keras.optimizers.Adam",
                "ε weighs 1/√(1−β2ᵗ) times as much as in `adam:paper`, most in the first steps."),
    family.card("inside", "Adam (ε inside the root)",
                "m = β1·m + (1−β1)·g; v = β2·v + (1−β2)·g²; m̂ = m/(1−β1ᵗ); v̂ = v/(1−β2ᵗ); x −= η·m̂/√(v̂ + ε)",
                "a common reading of Kingma & Ba 2015", "ε = 1e-8 here acts like 1e-4 outside the root.")};
inline constexpr std::string_view added_to[] = {"added to √v̂", "added to √v", "added to v̂"};

/// The step of all. With amsgrad (Reddi 2018, in PyTorch's form) the largest v so far stands in the place of v.
template <class T, Epsilon where> struct Step : families::Moments<T> {
  static constexpr bool corrected = where != Epsilon::uncorrected;
  static constexpr auto coefficients =
      families::Moments<T>::with_rate(corrected ? Coefficient{"η", "learning_rate"}
                                                : Coefficient{"η̂", "learning_rate*sqrt(1 - beta2^t)/(1 - beta1^t)"});
  template <class R> Step(const R& a, const StepContext& s) : families::Moments<T>(a, s) {
    const double t = double(s.t);
    if constexpr (!corrected)
      this->rate = folded<T>(s.learning_rate * std::sqrt(1 - std::pow(a.beta2, t)) / (1 - std::pow(a.beta1, t)));
  }
  void operator()(T& x, T g, T& m, T& v) const {
    this->average(g, m, v);
    move(x, m, v);
  }
  void operator()(T& x, T g, T& m, T& v, T& v_max) const {
    this->average(g, m, v);
    v_max = simd::larger(v_max, v);
    move(x, m, v_max);
  }
  void move(T& x, T m, T v) const {
    const T m_hat = corrected ? m * this->c1 : m;
    x -= this->rate * m_hat / root(v);
  }
  T root(T v) const {
    if constexpr (where == Epsilon::inside) return sqrt(v * this->c2 + this->epsilon);
    return sqrt(corrected ? v * this->c2 : v) + this->epsilon;
  }
  /// The rate is per unit of m̂, as everywhere.
  std::array<T, 3> observe(T m, T v) const {
    return {m * this->c1, v * this->c2, (corrected ? this->rate : this->rate / this->c1) / root(v)};
  }
  std::array<T, 3> observe(T m, T, T v_max) const { return observe(m, v_max); }
};

template <Epsilon where> struct Rule {
  double learning_rate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  bool amsgrad = false;
  double weight_decay = 0;

  static constexpr Card card = cards[static_cast<std::size_t>(where)];
  static constexpr RuleTraits traits{.lazy = Lazy::approximate};
  static constexpr auto params = families::amsgrad(&Rule::learning_rate, &Rule::beta1, &Rule::beta2, &Rule::epsilon,
                                                   &Rule::amsgrad, added_to[static_cast<std::size_t>(where)]);
  static constexpr auto slots = families::amsgrad_slots;
  static constexpr auto presets = [] {
    if constexpr (where == Epsilon::outside)
      return std::array{Preset{"torch"}};
    else if constexpr (where == Epsilon::uncorrected)
      return std::array{Preset{"keras", {{{"epsilon", 1e-7}}}, true}};
    else
      return std::array<Preset, 0>{};
  }();
  static constexpr auto observed = families::corrected_moments;
  std::size_t active_slots() const { return amsgrad ? 3 : 2; }

  template <class T> struct Step : adam::Step<T, where> { using adam::Step<T, where>::Step; };
};

}  // namespace adam

using Adam = adam::Rule<adam::Epsilon::outside>;
using AdamEpsHat = adam::Rule<adam::Epsilon::uncorrected>;
using AdamInside = adam::Rule<adam::Epsilon::inside>;

}  // namespace talweg
