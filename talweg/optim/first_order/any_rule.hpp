#pragma once
#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/first_order/rule.hpp"

/// A rule whose type is forgotten: what the front ends and the optimizer hold. The template behind it is in engine.hpp.
namespace talweg {

/// Everything that is known of a rule, or of one of its presets, without running it. The fields are the rule's own;
/// in `first_order_methods` weight_decay, averaging and ema follow.
struct RuleInfo : ItemInfo {
  RuleTraits traits;
  std::vector<Preset> presets;
  std::vector<std::string_view> observed;
  double weight_decay = 0;  ///< its default
};

namespace detail {
/// What a rule says of itself beside its fields, by reference.
struct KnownOfRule {
  const Card& card;
  std::span<const Slot> slots;
  RuleTraits traits = {};
  std::span<const Preset> presets = {};
  std::span<const std::string_view> observed = {};
  double weight_decay = 0;
};
TALWEG_API RuleInfo rule_info(const KnownOfRule& known);  ///< without fields
}  // namespace detail

/// What the engine does to an element before the rule sees it: g ← clamp(scale·g) + l2·x, then x ← x − decay·x.
/// Clipping by norm, the sign of maximising and weight decay are all such factors, so they cost no pass of their own.
template <class T> struct Prelude {
  T scale = 1;
  T limit = std::numeric_limits<T>::infinity();
  T l2 = 0;
  T decay = 0;
  bool neutral() const { return scale == 1 && limit == std::numeric_limits<T>::infinity() && l2 == 0 && decay == 0; }
};

/// A rule at work on vectors of T. Ranges may be cut anywhere and run in any order or at once: no bit changes.
/// `slots` holds one pointer for each slot in use, to the element that belongs to x[0].
template <class T> class TALWEG_API Updater {
 public:
  virtual ~Updater() = default;
  virtual void prepare(const StepContext& context) = 0;  ///< folds the coefficients of a step, advances the carry
  virtual void step(std::size_t n, T* x, const T* g, T* const* slots, const Prelude<T>& prelude) const = 0;
  virtual void start(std::size_t n, const T* x, T* const* slots) const = 0;  ///< the initial slots
  /// Where the gradient of the next step is wanted.
  virtual void look_ahead(std::size_t n, const T* x, T* const* slots, T* out) const = 0;
  /// Whether x is a function of the slots, which then need no x beside them.
  virtual bool recalls() const = 0;
  /// x from the slots alone, as the step last prepared would have left it.
  virtual void recall(std::size_t n, T* const* slots, T* x) const = 0;
  /// Derived number `which` of RuleInfo::observed after the step last prepared.
  virtual void observe(std::size_t which, std::size_t n, T* const* slots, double* out) const = 0;
  /// The scalars carried from step to step, as they will enter the next `prepare`.
  virtual std::span<double> carry() = 0;
};

class TALWEG_API AnyRule {
 public:
  virtual ~AnyRule() = default;
  virtual const RuleInfo& info() const = 0;
  virtual double get(std::size_t param) const = 0;
  virtual void set(std::size_t param, double value) = 0;
  virtual double learning_rate() const = 0;
  virtual std::size_t active_slots() const = 0;
  virtual std::string_view contradiction() const = 0;
  virtual std::unique_ptr<AnyRule> clone() const = 0;
  virtual std::unique_ptr<Updater<float>> updater_float() const = 0;
  virtual std::unique_ptr<Updater<double>> updater_double() const = 0;
};

}  // namespace talweg
