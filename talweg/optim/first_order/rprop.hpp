#pragma once
#include "talweg/optim/first_order/families.hpp"

/// The Rprop family: every coordinate has a step Δ of its own, which grows while the sign of its gradient holds and
/// shrinks when it flips; the size of the gradient never counts. The four differ in what they do on a flip.
namespace talweg {

namespace rprop {

inline constexpr Family family{"rprop",
                               {"small networks on the full batch, where sizes of gradients say little",
                                "signs alone count: no rate to tune, no harm from flat regions",
                                "useless with mini-batches: noise turns the signs"}};

enum class OnFlip {
  forget,             ///< no move, and the gradient is forgotten
  move_on,            ///< with the smaller Δ
  take_back,          ///< the last move is taken back, and the gradient forgotten
  take_back_if_rose,  ///< only if f rose
};

inline constexpr std::array cards{
    family.card("irprop-", "iRprop−",
                "g·g′ > 0: Δ = min(Δ·η⁺, Δmax); g·g′ < 0: Δ = max(Δ·η⁻, Δmin), g = 0; x −= sgn(g)·Δ; g′ = g",
                "Igel & Hüsken 2003, Neurocomputing 50, Algorithm 4; PyTorch 2, torch.optim.Rprop",
                "What PyTorch calls Rprop."),
    family.card("rprop-", "Rprop−",
                "g·g′ > 0: Δ = min(Δ·η⁺, Δmax); g·g′ < 0: Δ = max(Δ·η⁻, Δmin); x −= sgn(g)·Δ; g′ = g",
                "Riedmiller & Braun 1993, IEEE ICNN; Igel & Hüsken 2003, Algorithm 2"),
    family.card("rprop+", "Rprop+",
                "g·g′ > 0: Δ = min(Δ·η⁺, Δmax); g·g′ < 0: Δ = max(Δ·η⁻, Δmin), x −= δ, g′ = 0; "
                "otherwise δ = −sgn(g)·Δ, x += δ, g′ = g",
                "Riedmiller & Braun 1993, IEEE ICNN; Igel & Hüsken 2003, Algorithm 1"),
    family.card("irprop+", "iRprop+",
                "g·g′ > 0: Δ = min(Δ·η⁺, Δmax); g·g′ < 0: Δ = max(Δ·η⁻, Δmin), if f rose x −= δ, g′ = 0; "
                "otherwise δ = −sgn(g)·Δ, x += δ, g′ = g",
                "Igel & Hüsken 2003, Neurocomputing 50, Algorithm 3")};

/// Same sign, opposite signs, or one of them zero: +1, −1, 0. By signs, since a product may underflow.
template <class T> T agreement(T g, T previous) {
  return simd::called("sgn(g·g′)", simd::sign(g) * simd::sign(previous));
}

/// How Δ changes.
template <class T> struct Growth {
  static constexpr std::array coefficients{Coefficient{"η⁺", "increase"}, Coefficient{"η⁻", "decrease"},
                                           Coefficient{"Δmin", "step_min"}, Coefficient{"Δmax", "step_max"}};
  T increase, decrease, step_min, step_max;
  template <class R>
  Growth(const R& a, const StepContext&)
      : increase(T(a.increase)), decrease(T(a.decrease)), step_min(T(a.step_min)), step_max(T(a.step_max)) {}
  T grow(T step, T agreed) const {
    const T factor = agreed > 0 ? increase : (agreed < 0 ? decrease : T(1));
    return simd::clamp(step * factor, step_min, step_max);
  }
  std::array<T, 1> observe(T, T step) const { return {step}; }
  std::array<T, 1> observe(T, T step, T) const { return {step}; }
};

/// Without backtracking x moves by the sign of g; where a flip forgets it, of what is remembered.
template <class T, OnFlip on_flip> struct Forward : Growth<T> {
  using Growth<T>::Growth;
  void operator()(T& x, T g, T& previous, T& step) const {
    const T agreed = agreement(g, previous);
    step = this->grow(step, agreed);
    previous = on_flip == OnFlip::forget && agreed < 0 ? T(0) : g;
    x -= simd::sign(on_flip == OnFlip::forget ? previous : g) * step;
  }
};

template <class T> struct Backtracking : Growth<T> {
  using Growth<T>::Growth;
  void operator()(T& x, T g, T& previous, T& step, T& change) const {
    const T agreed = agreement(g, previous);
    step = this->grow(step, agreed);
    previous = agreed < 0 ? T(0) : g;
    change = agreed < 0 ? -change : -simd::sign(g) * step;
    x += change;
  }
};

template <class T> struct BacktrackingIfRose : Growth<T> {
  static constexpr auto coefficients =
      families::joined(Growth<T>::coefficients, std::array{Coefficient{"rose", "value_rose"}});
  T back;  // 1 when f rose, otherwise 0
  template <class R> BacktrackingIfRose(const R& a, const StepContext& s) : Growth<T>(a, s), back(T(s.value_rose)) {}
  void operator()(T& x, T g, T& previous, T& step, T& change) const {
    const T agreed = agreement(g, previous);
    step = this->grow(step, agreed);
    previous = agreed < 0 ? T(0) : g;
    change = agreed < 0 ? -back * change : -simd::sign(g) * step;
    x += change;
  }
};

template <class T, OnFlip on_flip>
using StepOf = std::conditional_t<
    on_flip == OnFlip::take_back, Backtracking<T>,
    std::conditional_t<on_flip == OnFlip::take_back_if_rose, BacktrackingIfRose<T>, Forward<T, on_flip>>>;

template <OnFlip on_flip> constexpr auto slots() {
  constexpr std::array forward{Slot{"previous_gradient", "g of the step before; 0 after a flip that forgets it", "g′"},
                               Slot{"step_size", "Δ, the size of the next move", "Δ"}};
  constexpr std::array change{Slot{"last_change", "the last move, to take it back", "δ"}};
  if constexpr (on_flip == OnFlip::forget || on_flip == OnFlip::move_on)
    return forward;
  else
    return families::joined(forward, change);
}

template <OnFlip on_flip> struct Rprop {
  double learning_rate = 0.01, increase = 1.2, decrease = 0.5, step_min = 1e-6, step_max = 50, weight_decay = 0;

  static constexpr Card card = cards[static_cast<std::size_t>(on_flip)];
  static constexpr RuleTraits traits{
      .full_batch = true, .needs_value = on_flip == OnFlip::take_back_if_rose, .uses_rate = false};
  static constexpr std::array params{
      Field<Rprop>{"learning_rate", &Rprop::learning_rate, positive, "Δ of the first step"},
      Field<Rprop>{"increase", &Rprop::increase, {1, infinity, true, true}, "factor η⁺ while the sign holds"},
      Field<Rprop>{"decrease", &Rprop::decrease, {0, 1, true, true}, "factor η⁻ when the sign flips"},
      Field<Rprop>{"step_min", &Rprop::step_min, non_negative, "smallest Δ"},
      Field<Rprop>{"step_max", &Rprop::step_max, positive, "largest Δ"}};
  static constexpr auto slots = rprop::slots<on_flip>();
  static constexpr auto presets = [] {
    std::array<Preset, on_flip == OnFlip::forget> out{};
    for (Preset& preset : out) preset.variant = "torch";
    return out;
  }();
  static constexpr auto observed = families::effective_rate;

  std::string_view contradiction() const { return step_min <= step_max ? "" : "step_min must not exceed step_max"; }
  /// Slot 1 is Δ; the last gradient and the last move begin with zero.
  template <class T> T start(std::size_t slot, T) const { return slot == 1 ? T(learning_rate) : T(0); }

  template <class T> struct Step : StepOf<T, on_flip> { using StepOf<T, on_flip>::StepOf; };
};

}  // namespace rprop

/// iRprop−, PyTorch's Rprop: on a flip it does not move, and forgets the gradient.
using IRpropMinus = rprop::Rprop<rprop::OnFlip::forget>;
/// Rprop without weight backtracking: on a flip it moves on with the smaller Δ.
using RpropMinus = rprop::Rprop<rprop::OnFlip::move_on>;
/// Rprop with weight backtracking: on a flip the last move is taken back.
using RpropPlus = rprop::Rprop<rprop::OnFlip::take_back>;
/// iRprop+: on a flip the last move is taken back only if f rose.
using IRpropPlus = rprop::Rprop<rprop::OnFlip::take_back_if_rose>;

}  // namespace talweg
