#pragma once
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "talweg/base/describe.hpp"

/// A first-order method is a struct: hyperparameters, state slots, coefficients folded once per step, and the update
/// of one element. Everything else (loops, threads, files, the command line, help, traces) follows from it.
namespace talweg {

/// What a step is that updates only the coordinates of its row and leaves all others as they are.
enum class Lazy {
  refused,      ///< state or x of every coordinate changes in every step: not the method of this name
  approximate,  ///< decay of the coordinates that a row does not touch is left out: a method of its own, with a warning
  exact,        ///< a coordinate with g = 0 does not change: the same numbers as the dense step
};

/// What the engine and the front ends must know of a rule beside its card.
struct RuleTraits {
  bool decoupled = false;     ///< weight_decay shrinks x itself and stays out of the gradient
  bool full_batch = false;    ///< needs the gradient of the whole data: noise in it breaks the method
  bool needs_value = false;   ///< reads StepContext::value_rose
  bool looks_ahead = false;   ///< wants the gradient at look_ahead(x), not at x
  bool uses_rate = true;      ///< a schedule of the learning rate has an effect
  Lazy lazy = Lazy::refused;  ///< whether the rule runs on sparse rows
};

/// A member of Step for those who read the arithmetic: its symbol, and its formula in the parameters, learning_rate (of
/// this step), t, value_rose, the carry, and the coefficients before it. One that is no member only helps the others.
struct Coefficient {
  std::string_view symbol, formula;
  std::string_view name = "";  ///< by which later formulas use it
  bool member = true;
};

/// A named set of defaults over the same arithmetic: what PyTorch or Keras ship.
struct Preset {
  struct Default {
    std::string_view param;
    double value;
  };
  std::string_view variant;
  std::array<Default, 4> defaults{};  ///< unused entries have an empty name
  bool decoupled = false;             ///< as RuleTraits::decoupled, for this variant
};

/// What a rule may know of the step that it makes. The engine owns the step count.
struct StepContext {
  std::int64_t t;             ///< counted from 1
  double learning_rate;       ///< of this step, after the schedule
  double base_learning_rate;  ///< before the schedule
  bool value_rose = false;    ///< f at x is larger than it was at the point before
};

/// The rule concept. Beside `card`, `params`, `slots` a rule has
///   template <class T> struct Step { Step(const Rule&, const StepContext&);
///                                    void operator()(T& x, T g, T&... slots) const; };
/// and, where it needs them,
///   static constexpr RuleTraits traits     what differs from the defaults above
///   double weight_decay                    its default; the engine applies it, to g or (traits.decoupled) to x
///   static constexpr std::array presets    further variants with the same arithmetic
///   struct Carry { doubles }               scalars carried from step to step; Step's constructor then takes Carry&
///   std::size_t active_slots() const       how many slots are in use; Step then has one overload for each number
///   template <class T> T start(std::size_t slot, T x) const        the initial value of a slot, if not zero
///   template <class T> T look_ahead(T x, const T&... slots) const  where the gradient is wanted, if not at x
///   std::string_view contradiction() const                         why the parameters do not go together, or ""
///   T Step::recall(T... slots) const                               x, where it is a function of the slots alone
///   static constexpr std::array observed   names of derived numbers for traces, computed by
///   std::array<T, N> Step::observe(T... slots) const
///   static constexpr std::array Step::coefficients   what the members of Step are called, in their order: a Step<T>
///   begins with them and they are all of type T. `talweg explain` shows the arithmetic of a rule by running it with a
///   number type that writes itself down, so operator() calls sqrt and abs without std::, and the helpers of simd.
template <class R>
concept UpdateRule = requires(const R& rule) {
  { R::card } -> std::convertible_to<Card>;
  R::params.size();
  R::slots.size();
  typename R::template Step<float>;
  typename R::template Step<double>;
};

using NoSlots = std::array<Slot, 0>;

/// A product of parameters as a coefficient: the largest T at most, since an infinite one makes NaN of a gradient of 0.
template <class T> T folded(double v) {
  constexpr double most =
      std::same_as<T, float> ? std::numeric_limits<float>::max() : std::numeric_limits<double>::max();
  return T(v < most ? v : most);
}

// Rules write sqrt(v): for a number of another kind that is a function of its own.
using std::abs;
using std::sqrt;

}  // namespace talweg
