#pragma once
#include "talweg/optim/first_order/rule.hpp"
#include "talweg/simd/select.hpp"

/// The Rprop family: every coordinate has a step Δ of its own, which grows while the sign of its gradient holds and
/// shrinks when it flips; the size of the gradient never counts. The four differ in what they do on a flip.
namespace talweg {

namespace rprop {

inline constexpr Slot previous_gradient{"previous_gradient", "g of the step before; 0 after a flip that forgets it",
                                        "g′"};
inline constexpr Slot step_size{"step_size", "Δ, the size of the next move", "Δ"};
inline constexpr Slot last_change{"last_change", "the last move, to take it back", "δ"};

/// The hyperparameters that the four have in common: all but the members' owner.
template <class R, class Member = double R::*>
constexpr std::array<Param<R>, 5> params(Member first, Member increase, Member decrease, Member low, Member high) {
  return {Param<R>{"learning_rate", first, positive, "Δ of the first step"},
          Param<R>{"increase", increase, {1, infinity, true, true}, "factor η⁺ while the sign holds"},
          Param<R>{"decrease", decrease, {0, 1, true, true}, "factor η⁻ when the sign flips"},
          Param<R>{"step_min", low, non_negative, "smallest Δ"}, Param<R>{"step_max", high, positive, "largest Δ"}};
}

/// Slot 1 is Δ; the last gradient and the last move begin with zero.
template <class T, class R> T start(const R& rule, std::size_t slot) {
  return slot == 1 ? T(rule.learning_rate) : T(0);
}

/// Same sign, opposite signs, or one of them zero: +1, −1, 0. By signs, since a product may underflow.
template <class T> T agreement(T g, T previous) {
  return simd::called("sgn(g·g′)", simd::sign(g) * simd::sign(previous));
}

/// How Δ changes.
template <class T> struct Growth {
  T increase, decrease, step_min, step_max;
  template <class R>
  explicit Growth(const R& a)
      : increase(T(a.increase)), decrease(T(a.decrease)), step_min(T(a.step_min)), step_max(T(a.step_max)) {}
  T operator()(T step, T agreed) const {
    const T factor = agreed > 0 ? increase : (agreed < 0 ? decrease : T(1));
    return simd::clamp(step * factor, step_min, step_max);
  }
};

}  // namespace rprop

/// iRprop−, PyTorch's Rprop: on a flip it does not move, and forgets the gradient.
struct IRpropMinus {
  double learning_rate = 0.01, increase = 1.2, decrease = 0.5, step_min = 1e-6, step_max = 50, weight_decay = 0;

  static constexpr Card card{
      .name = "rprop",
      .variant = "irprop-",
      .title = "iRprop−",
      .formula =
          "g·g′ > 0: Δ = min(Δ·η⁺, Δmax); g·g′ < 0: Δ = max(Δ·η⁻, Δmin), g = 0; "
          "x −= sgn(g)·Δ; g′ = g",
      .source = "Igel & Hüsken 2003, Neurocomputing 50, Algorithm 4; PyTorch 2, torch.optim.Rprop",
      .note = "What PyTorch calls Rprop.",
      .full_batch = true,
      .uses_rate = false};
  static constexpr auto params =
      rprop::params<IRpropMinus>(&IRpropMinus::learning_rate, &IRpropMinus::increase, &IRpropMinus::decrease,
                                 &IRpropMinus::step_min, &IRpropMinus::step_max);
  static constexpr std::array slots{rprop::previous_gradient, rprop::step_size};
  static constexpr std::array presets{Preset{"torch"}};
  static constexpr std::array<std::string_view, 1> observed{"learning_rate"};

  std::string_view contradiction() const { return step_min <= step_max ? "" : "step_min must not exceed step_max"; }
  template <class T> T start(std::size_t slot, T) const { return rprop::start<T>(*this, slot); }

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η⁺", "increase"}, Coefficient{"η⁻", "decrease"},
                                             Coefficient{"Δmin", "step_min"}, Coefficient{"Δmax", "step_max"}};
    rprop::Growth<T> grow;
    Step(const IRpropMinus& a, const StepContext&) : grow(a) {}
    void operator()(T& x, T g, T& previous, T& step) const {
      const T agreed = rprop::agreement(g, previous);
      step = grow(step, agreed);
      previous = agreed < 0 ? T(0) : g;
      x -= simd::sign(previous) * step;
    }
    std::array<T, 1> observe(T, T step) const { return {step}; }
  };
};

/// Rprop without weight backtracking: on a flip it moves on with the smaller Δ.
struct RpropMinus {
  double learning_rate = 0.01, increase = 1.2, decrease = 0.5, step_min = 1e-6, step_max = 50, weight_decay = 0;

  static constexpr Card card{.name = "rprop",
                             .variant = "rprop-",
                             .title = "Rprop−",
                             .formula =
                                 "g·g′ > 0: Δ = min(Δ·η⁺, Δmax); g·g′ < 0: Δ = max(Δ·η⁻, Δmin); "
                                 "x −= sgn(g)·Δ; g′ = g",
                             .source = "Riedmiller & Braun 1993, IEEE ICNN; Igel & Hüsken 2003, Algorithm 2",
                             .note = "",
                             .full_batch = true,
                             .uses_rate = false};
  static constexpr auto params =
      rprop::params<RpropMinus>(&RpropMinus::learning_rate, &RpropMinus::increase, &RpropMinus::decrease,
                                &RpropMinus::step_min, &RpropMinus::step_max);
  static constexpr std::array slots{rprop::previous_gradient, rprop::step_size};
  static constexpr std::array<std::string_view, 1> observed{"learning_rate"};

  std::string_view contradiction() const { return step_min <= step_max ? "" : "step_min must not exceed step_max"; }
  template <class T> T start(std::size_t slot, T) const { return rprop::start<T>(*this, slot); }

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η⁺", "increase"}, Coefficient{"η⁻", "decrease"},
                                             Coefficient{"Δmin", "step_min"}, Coefficient{"Δmax", "step_max"}};
    rprop::Growth<T> grow;
    Step(const RpropMinus& a, const StepContext&) : grow(a) {}
    void operator()(T& x, T g, T& previous, T& step) const {
      step = grow(step, rprop::agreement(g, previous));
      previous = g;
      x -= simd::sign(g) * step;
    }
    std::array<T, 1> observe(T, T step) const { return {step}; }
  };
};

/// Rprop with weight backtracking: on a flip the last move is taken back.
struct RpropPlus {
  double learning_rate = 0.01, increase = 1.2, decrease = 0.5, step_min = 1e-6, step_max = 50, weight_decay = 0;

  static constexpr Card card{.name = "rprop",
                             .variant = "rprop+",
                             .title = "Rprop+",
                             .formula =
                                 "g·g′ > 0: Δ = min(Δ·η⁺, Δmax); g·g′ < 0: Δ = max(Δ·η⁻, Δmin), x −= δ, g′ = 0; "
                                 "otherwise δ = −sgn(g)·Δ, x += δ, g′ = g",
                             .source = "Riedmiller & Braun 1993, IEEE ICNN; Igel & Hüsken 2003, Algorithm 1",
                             .note = "",
                             .full_batch = true,
                             .uses_rate = false};
  static constexpr auto params =
      rprop::params<RpropPlus>(&RpropPlus::learning_rate, &RpropPlus::increase, &RpropPlus::decrease,
                               &RpropPlus::step_min, &RpropPlus::step_max);
  static constexpr std::array slots{rprop::previous_gradient, rprop::step_size, rprop::last_change};
  static constexpr std::array<std::string_view, 1> observed{"learning_rate"};

  std::string_view contradiction() const { return step_min <= step_max ? "" : "step_min must not exceed step_max"; }
  template <class T> T start(std::size_t slot, T) const { return rprop::start<T>(*this, slot); }

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η⁺", "increase"}, Coefficient{"η⁻", "decrease"},
                                             Coefficient{"Δmin", "step_min"}, Coefficient{"Δmax", "step_max"}};
    rprop::Growth<T> grow;
    Step(const RpropPlus& a, const StepContext&) : grow(a) {}
    void operator()(T& x, T g, T& previous, T& step, T& change) const {
      const T agreed = rprop::agreement(g, previous);
      step = grow(step, agreed);
      previous = agreed < 0 ? T(0) : g;
      change = agreed < 0 ? -change : -simd::sign(g) * step;
      x += change;
    }
    std::array<T, 1> observe(T, T step, T) const { return {step}; }
  };
};

/// iRprop+: on a flip the last move is taken back only if f rose.
struct IRpropPlus {
  double learning_rate = 0.01, increase = 1.2, decrease = 0.5, step_min = 1e-6, step_max = 50, weight_decay = 0;

  static constexpr Card card{.name = "rprop",
                             .variant = "irprop+",
                             .title = "iRprop+",
                             .formula =
                                 "g·g′ > 0: Δ = min(Δ·η⁺, Δmax); g·g′ < 0: Δ = max(Δ·η⁻, Δmin), if f rose x −= δ, "
                                 "g′ = 0; otherwise δ = −sgn(g)·Δ, x += δ, g′ = g",
                             .source = "Igel & Hüsken 2003, Neurocomputing 50, Algorithm 3",
                             .note = "",
                             .full_batch = true,
                             .needs_value = true,
                             .uses_rate = false};
  static constexpr auto params =
      rprop::params<IRpropPlus>(&IRpropPlus::learning_rate, &IRpropPlus::increase, &IRpropPlus::decrease,
                                &IRpropPlus::step_min, &IRpropPlus::step_max);
  static constexpr std::array slots{rprop::previous_gradient, rprop::step_size, rprop::last_change};
  static constexpr std::array<std::string_view, 1> observed{"learning_rate"};

  std::string_view contradiction() const { return step_min <= step_max ? "" : "step_min must not exceed step_max"; }
  template <class T> T start(std::size_t slot, T) const { return rprop::start<T>(*this, slot); }

  template <class T> struct Step {
    static constexpr std::array coefficients{Coefficient{"η⁺", "increase"}, Coefficient{"η⁻", "decrease"},
                                             Coefficient{"Δmin", "step_min"}, Coefficient{"Δmax", "step_max"},
                                             Coefficient{"rose", "value_rose"}};
    rprop::Growth<T> grow;
    T back;  // 1 when f rose, otherwise 0
    Step(const IRpropPlus& a, const StepContext& s) : grow(a), back(T(s.value_rose)) {}
    void operator()(T& x, T g, T& previous, T& step, T& change) const {
      const T agreed = rprop::agreement(g, previous);
      step = grow(step, agreed);
      previous = agreed < 0 ? T(0) : g;
      change = agreed < 0 ? -back * change : -simd::sign(g) * step;
      x += change;
    }
    std::array<T, 1> observe(T, T step, T) const { return {step}; }
  };
};

}  // namespace talweg
