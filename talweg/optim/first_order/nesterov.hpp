#pragma once
#include "talweg/optim/first_order/momentum.hpp"

namespace talweg {

inline constexpr Family nesterov_family{
    "nesterov",
    {"networks and smooth functions, where momentum overshoots",
     "the gradient is taken where the velocity leads: it brakes earlier than momentum",
     "hardly better than momentum on noisy gradients; the rate has to be tuned"}};

/// Nesterov momentum as Sutskever wrote it: the gradient is taken where the velocity is about to lead.
struct Nesterov {
  double learning_rate = 0.01, momentum = 0.9, weight_decay = 0;

  static constexpr Card card =
      nesterov_family.card("lookahead", "Nesterov momentum", "v = μ·v + η·∇f(x − μ·v); x −= v",
                           "Nesterov 1983; Sutskever et al. 2013, ICML, equations 3 and 4",
                           "PyTorch and Keras keep the shifted point instead and need no second gradient: their x is "
                           "x − μ·v of this form.");
  static constexpr RuleTraits traits{.looks_ahead = true};
  static constexpr std::array params{families::rate(&Nesterov::learning_rate), families::kept(&Nesterov::momentum)};
  static constexpr auto slots = Momentum::slots;

  template <class T> T look_ahead(T x, T v) const { return x - T(momentum) * v; }

  /// With g from there it is the step of the heavy ball.
  template <class T> struct Step : Momentum::Step<T> { using Momentum::Step<T>::Step; };
};

/// The shifted form of PyTorch's SGD(nesterov=True): g is taken at x, which already lies ahead.
struct NesterovTorch {
  double learning_rate = 1e-3, momentum = 0.9, weight_decay = 0;

  static constexpr Card card = nesterov_family.card(
      "torch", "Nesterov momentum (PyTorch)", "v = μ·v + g; x −= η·(g + μ·v)",
      "PyTorch 2, torch.optim.SGD(nesterov=True)", "The rate is outside the velocity; `nesterov:keras` has it inside.");
  static constexpr std::array params{families::rate(&NesterovTorch::learning_rate),
                                     families::kept(&NesterovTorch::momentum)};
  static constexpr std::array slots{Slot{"velocity", "decaying sum of g", "v"}};

  template <class T> struct Step : Momentum::Step<T> {
    using Momentum::Step<T>::Step;
    void operator()(T& x, T g, T& v) const {
      v = this->mu * v + g;
      x -= this->rate * (g + this->mu * v);
    }
  };
};

/// The shifted form of Keras' SGD(nesterov=True), with the rate inside the velocity.
struct NesterovKeras {
  double learning_rate = 0.01, momentum = 0.9, weight_decay = 0;

  static constexpr Card card = nesterov_family.card(
      "keras", "Nesterov momentum (Keras)", "v = μ·v + η·g; x −= μ·v + η·g",
      "Keras 3, keras.optimizers.SGD(nesterov=True)", "With a constant η the same path as `nesterov:torch`.");
  static constexpr RuleTraits traits{.decoupled = true};
  static constexpr std::array params{families::rate(&NesterovKeras::learning_rate),
                                     families::kept(&NesterovKeras::momentum)};
  static constexpr std::array slots{Slot{"velocity", "decaying sum of η·g", "v"}};

  template <class T> struct Step : Momentum::Step<T> {
    using Momentum::Step<T>::Step;
    void operator()(T& x, T g, T& v) const {
      const T pull = simd::called("η·g", this->rate * g);
      v = this->mu * v + pull;
      x -= this->mu * v + pull;
    }
  };
};

}  // namespace talweg
