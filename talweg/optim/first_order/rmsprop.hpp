#pragma once
#include <cmath>

#include "talweg/optim/first_order/rule.hpp"
#include "talweg/simd/select.hpp"

namespace talweg {

/// RMSprop with ε outside the square root, and PyTorch's momentum (rate outside) and centring.
struct Rmsprop {
  double learning_rate = 0.01, decay = 0.9, epsilon = 1e-8, momentum = 0;
  bool centered = false;
  double weight_decay = 0;

  static constexpr Card card{.name = "rmsprop",
                             .variant = "outside",
                             .title = "RMSprop",
                             .formula =
                                 "s = ρ·s + (1−ρ)·g²; [centered: a = ρ·a + (1−ρ)·g; s ← max(s − a², 0)]; "
                                 "u = μ·u + g/(√s + ε); x −= η·u",
                             .source =
                                 "Tieleman & Hinton 2012, Coursera lecture 6.5; centered: Graves 2013, "
                                 "arXiv:1308.0850, equations 38 to 45",
                             .note =
                                 "PyTorch differs in ρ = 0.99. Keras has ε inside the root and the rate inside u: "
                                 "`rmsprop:keras`.",
                             .lazy = Lazy::approximate};
  static constexpr std::array params{
      Param<Rmsprop>{"learning_rate", &Rmsprop::learning_rate, positive, "step size η"},
      Param<Rmsprop>{"decay", &Rmsprop::decay, fraction, "decay ρ of the mean square"},
      Param<Rmsprop>{"epsilon", &Rmsprop::epsilon, divisor, "added to the root"},
      Param<Rmsprop>{"momentum", &Rmsprop::momentum, fraction, "share μ of the last move that is kept"},
      Param<Rmsprop>{"centered", &Rmsprop::centered, "divide by the deviation instead of the root mean square"}};
  static constexpr std::array slots{Slot{"accumulator", "moving average of g²", "s"},
                                    Slot{"mean_gradient", "moving average of g (centered)", "a"},
                                    Slot{"velocity", "decaying sum of scaled gradients (momentum)", "u"}};
  static constexpr std::array presets{Preset{"torch", {{{"decay", 0.99}}}}};
  static constexpr std::array<std::string_view, 1> observed{"learning_rate"};
  /// One slot for the plain form; all three as soon as an option is on, the other's coefficient then being 0.
  std::size_t active_slots() const { return centered || momentum != 0 ? 3 : 1; }

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η", "learning_rate"}, Coefficient{"ρ", "decay"},
                                             Coefficient{"(1−ρ)", "1 - decay"}, Coefficient{"ε", "epsilon"},
                                             Coefficient{"μ", "momentum"},      Coefficient{"centered", "centered"}};
    T rate, rho, rest, epsilon, mu, center;  // rest = 1 − ρ; center = 1 when centered
    Step(const Rmsprop& a, const StepContext& s)
        : rate(T(s.learning_rate)),
          rho(T(a.decay)),
          rest(T(1 - a.decay)),
          epsilon(T(a.epsilon)),
          mu(T(a.momentum)),
          center(T(a.centered)) {}
    void operator()(T& x, T g, T& s) const {
      s = rho * s + rest * g * g;
      x -= rate * g / (sqrt(s) + epsilon);
    }
    void operator()(T& x, T g, T& s, T& a, T& u) const {
      s = rho * s + rest * g * g;
      a = rho * a + rest * g;
      u = mu * u + g / (sqrt(spread(s, a)) + epsilon);
      x -= rate * u;
    }
    T spread(T s, T a) const {
      const T variance = simd::called("s−a²", s - center * a * a);
      // s and a² overflow together; their difference is then s, as without the centre.
      return variance < 0 ? T(0) : (variance >= 0 ? variance : s);
    }
    std::array<T, 1> observe(T s) const { return {rate / (sqrt(s) + epsilon)}; }
    std::array<T, 1> observe(T s, T a, T) const { return {rate / (sqrt(spread(s, a)) + epsilon)}; }
  };
};

/// RMSprop with ε inside the square root, and Keras' momentum, which has the rate inside.
struct RmspropInside {
  double learning_rate = 0.01, decay = 0.9, epsilon = 1e-8, momentum = 0;
  bool centered = false;
  double weight_decay = 0;

  static constexpr Card card{.name = "rmsprop",
                             .variant = "inside",
                             .title = "RMSprop (ε inside the root)",
                             .formula =
                                 "s = ρ·s + (1−ρ)·g²; [centered: a = ρ·a + (1−ρ)·g; s ← max(s − a², 0)]; "
                                 "u = μ·u + η·g/√(s + ε); x −= u",
                             .source = "Tieleman & Hinton 2012; Keras 3, keras.optimizers.RMSprop",
                             .note = "`rmsprop:keras` is this with ε = 1e-7 and η = 0.001.",
                             .lazy = Lazy::approximate};
  static constexpr std::array params{
      Param<RmspropInside>{"learning_rate", &RmspropInside::learning_rate, positive, "step size η"},
      Param<RmspropInside>{"decay", &RmspropInside::decay, fraction, "decay ρ of the mean square"},
      Param<RmspropInside>{"epsilon", &RmspropInside::epsilon, divisor, "added under the root"},
      Param<RmspropInside>{"momentum", &RmspropInside::momentum, fraction, "share μ of the last move that is kept"},
      Param<RmspropInside>{"centered", &RmspropInside::centered,
                           "divide by the deviation instead of the root mean square"}};
  static constexpr std::array slots{Slot{"accumulator", "moving average of g²", "s"},
                                    Slot{"mean_gradient", "moving average of g (centered)", "a"},
                                    Slot{"velocity", "what the next step moves by, rate included (momentum)", "u"}};
  static constexpr std::array presets{Preset{"keras", {{{"learning_rate", 1e-3}, {"epsilon", 1e-7}}}, true}};
  static constexpr std::array<std::string_view, 1> observed{"learning_rate"};
  std::size_t active_slots() const { return centered || momentum != 0 ? 3 : 1; }

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η", "learning_rate"}, Coefficient{"ρ", "decay"},
                                             Coefficient{"(1−ρ)", "1 - decay"}, Coefficient{"ε", "epsilon"},
                                             Coefficient{"μ", "momentum"},      Coefficient{"centered", "centered"}};
    T rate, rho, rest, epsilon, mu, center;  // rest = 1 − ρ; center = 1 when centered
    Step(const RmspropInside& a, const StepContext& s)
        : rate(T(s.learning_rate)),
          rho(T(a.decay)),
          rest(T(1 - a.decay)),
          epsilon(T(a.epsilon)),
          mu(T(a.momentum)),
          center(T(a.centered)) {}
    void operator()(T& x, T g, T& s) const {
      s = rho * s + rest * g * g;
      x -= rate * g / sqrt(s + epsilon);
    }
    void operator()(T& x, T g, T& s, T& a, T& u) const {
      s = rho * s + rest * g * g;
      a = rho * a + rest * g;
      u = mu * u + rate * g / sqrt(spread(s, a) + epsilon);
      x -= u;
    }
    T spread(T s, T a) const {
      const T variance = simd::called("s−a²", s - center * a * a);
      // s and a² overflow together; their difference is then s, as without the centre.
      return variance < 0 ? T(0) : (variance >= 0 ? variance : s);
    }
    std::array<T, 1> observe(T s) const { return {rate / sqrt(s + epsilon)}; }
    std::array<T, 1> observe(T s, T a, T) const { return {rate / sqrt(spread(s, a) + epsilon)}; }
  };
};

}  // namespace talweg
