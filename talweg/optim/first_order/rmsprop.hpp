#pragma once
#include "talweg/optim/first_order/families.hpp"

namespace talweg {

namespace rmsprop {

inline constexpr Family family{"rmsprop",
                               {"targets that move: recurrent networks, online learning",
                                "its rates forget old gradients, so they do not die as those of AdaGrad do",
                                "does not settle at a constant rate; decay and ε matter more than they should"}};

template <class T> struct Folded {
  static constexpr std::array coefficients{Coefficient{"η", "learning_rate"}, Coefficient{"ρ", "decay"},
                                           Coefficient{"(1−ρ)", "1 - decay"}, Coefficient{"ε", "epsilon"},
                                           Coefficient{"μ", "momentum"},      Coefficient{"centered", "centered"}};
  T rate, rho, rest, epsilon, mu, center;  // rest = 1 − ρ; center = 1 when centered
  template <class R>
  Folded(const R& a, const StepContext& s)
      : rate(T(s.learning_rate)),
        rho(T(a.decay)),
        rest(T(1 - a.decay)),
        epsilon(T(a.epsilon)),
        mu(T(a.momentum)),
        center(T(a.centered)) {}
  T spread(T s, T a) const {
    const T variance = simd::called("s−a²", s - center * a * a);
    // s and a² overflow together; their difference is then s, as without the centre.
    return variance < 0 ? T(0) : (variance >= 0 ? variance : s);
  }
};

inline constexpr std::array cards{
    family.card(
        "outside", "RMSprop",
        "s = ρ·s + (1−ρ)·g²; [centered: a = ρ·a + (1−ρ)·g; s ← max(s − a², 0)]; u = μ·u + g/(√s + ε); x −= η·u",
        "Tieleman & Hinton 2012, Coursera lecture 6.5; centered: Graves 2013, arXiv:1308.0850, equations 38 to 45",
        "PyTorch differs in ρ = 0.99. Keras has ε inside the root and the rate inside u: `rmsprop:keras`."),
    family.card("inside", "RMSprop (ε inside the root)",
                "s = ρ·s + (1−ρ)·g²; [centered: a = ρ·a + (1−ρ)·g; s ← max(s − a², 0)]; u = μ·u + η·g/√(s + ε); x −= u",
                "Tieleman & Hinton 2012; Keras 3, keras.optimizers.RMSprop",
                "`rmsprop:keras` is this with ε = 1e-7 and η = 0.001.")};

template <bool inside> struct Rule {
  double learning_rate = 0.01, decay = 0.9, epsilon = 1e-8, momentum = 0;
  bool centered = false;
  double weight_decay = 0;

  static constexpr Card card = cards[inside];
  static constexpr RuleTraits traits{.lazy = Lazy::approximate};
  static constexpr std::array params{
      families::rate(&Rule::learning_rate), Field<Rule>{"decay", &Rule::decay, fraction, "decay ρ of the mean square"},
      Field<Rule>{"epsilon", &Rule::epsilon, divisor, inside ? "added under the root" : "added to the root"},
      Field<Rule>{"momentum", &Rule::momentum, fraction, "share μ of the last move that is kept"},
      Field<Rule>{"centered", &Rule::centered, "divide by the deviation instead of the root mean square"}};
  static constexpr std::array slots{Slot{"accumulator", "moving average of g²", "s"},
                                    Slot{"mean_gradient", "moving average of g (centered)", "a"},
                                    Slot{"velocity",
                                         inside ? "what the next step moves by, rate included (momentum)"
                                                : "decaying sum of scaled gradients (momentum)",
                                         "u"}};
  static constexpr std::array presets{inside ? Preset{"keras", {{{"learning_rate", 1e-3}, {"epsilon", 1e-7}}}, true}
                                             : Preset{"torch", {{{"decay", 0.99}}}}};
  static constexpr auto observed = families::effective_rate;
  /// One slot for the plain form; all three as soon as an option is on, the other's coefficient then being 0.
  std::size_t active_slots() const { return centered || momentum != 0 ? 3 : 1; }

  template <class T> struct Step : Folded<T> {
    using Folded<T>::Folded;
    void operator()(T& x, T g, T& s) const {
      s = this->rho * s + this->rest * g * g;
      x -= this->rate * g / root(s);
    }
    void operator()(T& x, T g, T& s, T& a, T& u) const {
      s = this->rho * s + this->rest * g * g;
      a = this->rho * a + this->rest * g;
      const T size = root(this->spread(s, a));
      if constexpr (inside) {
        u = this->mu * u + this->rate * g / size;
        x -= u;
      } else {
        u = this->mu * u + g / size;
        x -= this->rate * u;
      }
    }
    T root(T s) const { return inside ? sqrt(s + this->epsilon) : sqrt(s) + this->epsilon; }
    std::array<T, 1> observe(T s) const { return {this->rate / root(s)}; }
    std::array<T, 1> observe(T s, T a, T) const { return observe(this->spread(s, a)); }
  };
};

}  // namespace rmsprop

/// RMSprop with ε outside the square root, and PyTorch's momentum (rate outside) and centring.
using Rmsprop = rmsprop::Rule<false>;
/// RMSprop with ε inside the square root, and Keras' momentum, which has the rate inside.
using RmspropInside = rmsprop::Rule<true>;

}  // namespace talweg
