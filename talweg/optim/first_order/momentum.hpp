#pragma once
#include "talweg/optim/first_order/families.hpp"

namespace talweg {

inline constexpr Family momentum_family{"momentum",
                                        {"networks and smooth functions, when there is time to tune the rate",
                                         "runs along narrow valleys where plain steps swing from side to side",
                                         "overshoots and rings; two numbers to choose, the rate and the share μ"}};

/// Momentum with the rate inside the velocity, as Polyak wrote the heavy ball; Keras and most lectures.
struct Momentum {
  double learning_rate = 0.01, momentum = 0.9, weight_decay = 0;

  static constexpr Card card = momentum_family.card(
      "classical", "Momentum (heavy ball)", "v = μ·v + η·g; x −= v", "Polyak 1964, USSR Comp. Math. Math. Phys. 4(5)",
      "Lectures often keep −v and add it. PyTorch keeps the rate outside: the two differ as soon as η changes.");
  static constexpr RuleTraits traits{.lazy = Lazy::approximate};
  static constexpr std::array params{families::rate(&Momentum::learning_rate), families::kept(&Momentum::momentum)};
  static constexpr std::array slots{Slot{"velocity", "what the next step moves by, rate included", "v"}};
  static constexpr std::array presets{Preset{.variant = "keras", .decoupled = true}};

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η", "learning_rate"}, Coefficient{"μ", "momentum"}};
    T rate, mu;
    template <class R> Step(const R& a, const StepContext& s) : rate(T(s.learning_rate)), mu(T(a.momentum)) {}
    void operator()(T& x, T g, T& v) const {
      v = mu * v + rate * g;
      x -= v;
    }
  };
};

/// PyTorch's SGD with momentum: the rate stays outside the velocity, and the first velocity is g undamped.
struct MomentumTorch {
  double learning_rate = 1e-3, momentum = 0.9, dampening = 0, weight_decay = 0;

  static constexpr Card card = momentum_family.card(
      "torch", "Momentum (PyTorch)", "v = μ·v + (1−τ)·g, first v = g; x −= η·v", "PyTorch 2, torch.optim.SGD",
      "With a constant η and τ = 0 the same path as `momentum:classical`.");
  static constexpr RuleTraits traits{.lazy = Lazy::approximate};
  static constexpr std::array params{families::rate(&MomentumTorch::learning_rate),
                                     families::kept(&MomentumTorch::momentum),
                                     Field{"dampening", &MomentumTorch::dampening, unit_interval,
                                           "share τ of g that is left out, from the second step on"}};
  static constexpr std::array slots{Slot{"velocity", "decaying sum of g", "v"}};

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η", "learning_rate"}, Coefficient{"μ", "momentum"},
                                             Coefficient{"(1−τ)", "1 - dampening*min(1, t - 1)"}};
    T rate, mu, gain;
    Step(const MomentumTorch& a, const StepContext& s)
        : rate(T(s.learning_rate)), mu(T(a.momentum)), gain(T(s.t == 1 ? 1 : 1 - a.dampening)) {}
    void operator()(T& x, T g, T& v) const {
      v = mu * v + gain * g;
      x -= rate * v;
    }
  };
};

/// Momentum as an exponential moving average of the gradient.
struct MomentumEma {
  double learning_rate = 0.01, momentum = 0.9, weight_decay = 0;

  static constexpr Card card =
      momentum_family.card("ema", "Momentum (moving average)", "v = μ·v + (1−μ)·g; x −= η·v",
                           "Ng, Improving Deep Neural Networks, 2017; Adam's first moment, uncorrected",
                           "Moves 1/(1−μ) times less than `momentum:classical` at the same η.");
  static constexpr RuleTraits traits{.lazy = Lazy::approximate};
  static constexpr std::array params{
      families::rate(&MomentumEma::learning_rate),
      Field{"momentum", &MomentumEma::momentum, fraction, "decay μ of the moving average"}};
  static constexpr std::array slots{Slot{"velocity", "moving average of g", "v"}};

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η", "learning_rate"}, Coefficient{"μ", "momentum"},
                                             Coefficient{"(1−μ)", "1 - momentum"}};
    T rate, mu, rest;  // rest = 1 − μ
    Step(const MomentumEma& a, const StepContext& s)
        : rate(T(s.learning_rate)), mu(T(a.momentum)), rest(T(1 - a.momentum)) {}
    void operator()(T& x, T g, T& v) const {
      v = mu * v + rest * g;
      x -= rate * v;
    }
  };
};

}  // namespace talweg
