#pragma once
#include "talweg/optim/first_order/rule.hpp"
#include "talweg/simd/select.hpp"

namespace talweg {

/// Nesterov momentum as Sutskever wrote it: the gradient is taken where the velocity is about to lead.
struct Nesterov {
  double learning_rate = 0.01, momentum = 0.9, weight_decay = 0;

  static constexpr Card card{.name = "nesterov",
                             .variant = "lookahead",
                             .title = "Nesterov momentum",
                             .formula = "v = μ·v + η·∇f(x − μ·v); x −= v",
                             .source = "Nesterov 1983; Sutskever et al. 2013, ICML, equations 3 and 4",
                             .note =
                                 "PyTorch and Keras keep the shifted point instead and need no second gradient: "
                                 "their x is x − μ·v of this form.",
                             .looks_ahead = true};
  static constexpr std::array params{
      Param<Nesterov>{"learning_rate", &Nesterov::learning_rate, positive, "step size η"},
      Param<Nesterov>{"momentum", &Nesterov::momentum, fraction, "share μ of the velocity that is kept"}};
  static constexpr std::array slots{Slot{"velocity", "what the next step moves by, rate included", "v"}};

  template <class T> T look_ahead(T x, T v) const { return x - T(momentum) * v; }

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η", "learning_rate"}, Coefficient{"μ", "momentum"}};
    T rate, mu;
    Step(const Nesterov& a, const StepContext& s) : rate(T(s.learning_rate)), mu(T(a.momentum)) {}
    void operator()(T& x, T g, T& v) const {
      v = mu * v + rate * g;
      x -= v;
    }
  };
};

/// The shifted form of PyTorch's SGD(nesterov=True): g is taken at x, which already lies ahead.
struct NesterovTorch {
  double learning_rate = 1e-3, momentum = 0.9, weight_decay = 0;

  static constexpr Card card{.name = "nesterov",
                             .variant = "torch",
                             .title = "Nesterov momentum (PyTorch)",
                             .formula = "v = μ·v + g; x −= η·(g + μ·v)",
                             .source = "PyTorch 2, torch.optim.SGD(nesterov=True)",
                             .note = "The rate is outside the velocity; `nesterov:keras` has it inside."};
  static constexpr std::array params{
      Param<NesterovTorch>{"learning_rate", &NesterovTorch::learning_rate, positive, "step size η"},
      Param<NesterovTorch>{"momentum", &NesterovTorch::momentum, fraction, "share μ of the velocity that is kept"}};
  static constexpr std::array slots{Slot{"velocity", "decaying sum of g", "v"}};

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η", "learning_rate"}, Coefficient{"μ", "momentum"}};
    T rate, mu;
    Step(const NesterovTorch& a, const StepContext& s) : rate(T(s.learning_rate)), mu(T(a.momentum)) {}
    void operator()(T& x, T g, T& v) const {
      v = mu * v + g;
      x -= rate * (g + mu * v);
    }
  };
};

/// The shifted form of Keras' SGD(nesterov=True), with the rate inside the velocity.
struct NesterovKeras {
  double learning_rate = 0.01, momentum = 0.9, weight_decay = 0;

  static constexpr Card card{.name = "nesterov",
                             .variant = "keras",
                             .title = "Nesterov momentum (Keras)",
                             .formula = "v = μ·v + η·g; x −= μ·v + η·g",
                             .source = "Keras 3, keras.optimizers.SGD(nesterov=True)",
                             .note = "With a constant η the same path as `nesterov:torch`.",
                             .decoupled = true};
  static constexpr std::array params{
      Param<NesterovKeras>{"learning_rate", &NesterovKeras::learning_rate, positive, "step size η"},
      Param<NesterovKeras>{"momentum", &NesterovKeras::momentum, fraction, "share μ of the velocity that is kept"}};
  static constexpr std::array slots{Slot{"velocity", "decaying sum of η·g", "v"}};

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η", "learning_rate"}, Coefficient{"μ", "momentum"}};
    T rate, mu;
    Step(const NesterovKeras& a, const StepContext& s) : rate(T(s.learning_rate)), mu(T(a.momentum)) {}
    void operator()(T& x, T g, T& v) const {
      const T pull = simd::called("η·g", rate * g);
      v = mu * v + pull;
      x -= mu * v + pull;
    }
  };
};

}  // namespace talweg
