#pragma once
#include <concepts>
#include <optional>
#include <utility>

#include "talweg/base/export.hpp"
#include "talweg/optim/first_order/any_rule.hpp"
#include "talweg/simd/clones.hpp"
#include "talweg/simd/select.hpp"

/// From a rule's update of one element to loops over vectors. One pass reads g and reads and writes x and the slots;
/// the compiler vectorises it, since a rule has no branches and its coefficients are loop constants.
namespace talweg::detail {

/// The update works on copies: every load comes before the first store. Large arrays begin at the same offset
/// in a page, and a load that follows a store with the same low address bits waits for it (measured: up to 1.5 times).
template <class T, class Step, class... Slots>
TALWEG_CLONES void plain_pass(const Step step, std::size_t n, T* __restrict x, const T* __restrict g,
                              Slots* __restrict... slots) {
  for (std::size_t i = 0; i < n; ++i)
    [&](T at, Slots... held) {
      step(at, g[i], held...);
      x[i] = at;
      ((slots[i] = held), ...);
    }(x[i], slots[i]...);
}

/// `rule` is asked where L2 decay is measured when the gradient is taken at a look-ahead point.
template <class T, class Rule, class Step, class... Slots>
TALWEG_CLONES void general_pass(const Rule rule, const Step step, const Prelude<T> p, std::size_t n, T* __restrict x,
                                const T* __restrict g, Slots* __restrict... slots) {
  for (std::size_t i = 0; i < n; ++i)
    [&](T at, Slots... held) {
      T pull = simd::clamp(p.scale * g[i], -p.limit, p.limit);
      if constexpr (requires { rule.look_ahead(at, held...); })
        pull += p.l2 * rule.look_ahead(at, held...);
      else
        pull += p.l2 * at;
      at -= p.decay * at;
      step(at, pull, held...);
      x[i] = at;
      ((slots[i] = held), ...);
    }(x[i], slots[i]...);
}

template <class T, class Step, class... Slots>
TALWEG_CLONES void recall_pass(const Step step, std::size_t n, T* __restrict x, const Slots* __restrict... slots) {
  for (std::size_t i = 0; i < n; ++i) x[i] = step.recall(slots[i]...);
}

template <class Rule> struct CarryOf {
  struct type {};
};
template <class Rule>
requires requires { typename Rule::Carry; }
struct CarryOf<Rule> {
  using type = typename Rule::Carry;
};

template <class Rule> std::size_t active_slots(const Rule& rule) {
  if constexpr (requires { rule.active_slots(); })
    return rule.active_slots();
  else
    return Rule::slots.size();
}

template <class Rule, class T> class TALWEG_API UpdaterOf final : public Updater<T> {
  using Step = typename Rule::template Step<T>;
  using Carry = typename CarryOf<Rule>::type;
  static constexpr std::size_t count = Rule::slots.size();
  static constexpr std::size_t carried = std::is_empty_v<Carry> ? 0 : sizeof(Carry) / sizeof(double);

  template <std::size_t... I> static constexpr bool recallable = requires(const Step& step, T slot) {
    step.recall(((void)I, slot)...);
  };

  /// Calls f with an index_sequence as long as the number of slots in use.
  template <class F> void with_slots(F f) const { pick(f, std::make_index_sequence<count + 1>{}); }
  template <class F, std::size_t... N> void pick(F& f, std::index_sequence<N...>) const {
    const std::size_t active = active_slots(rule_);
    (void)((N == active ? (call<N>(f), true) : false) || ...);
  }
  template <std::size_t N, class F> static void call(F& f) {
    [&f]<std::size_t... I>(std::index_sequence<I...> ids) {
      if constexpr (std::invocable<const Step&, T&, T, decltype((void)I, std::declval<T&>())...>) f(ids);
    }
    (std::make_index_sequence<N>{});
  }

 public:
  explicit UpdaterOf(const Rule& rule) : rule_(rule) {}

  void prepare(const StepContext& context) override {
    if constexpr (carried > 0)
      step_.emplace(rule_, context, carry_);
    else
      step_.emplace(rule_, context);
  }

  void step(std::size_t n, T* x, const T* g, T* const* slots, const Prelude<T>& prelude) const override {
    with_slots([&]<std::size_t... I>(std::index_sequence<I...>) {
      if (prelude.neutral())
        plain_pass<T>(*step_, n, x, g, slots[I]...);
      else
        general_pass<T>(rule_, *step_, prelude, n, x, g, slots[I]...);
    });
  }

  void start([[maybe_unused]] std::size_t n, [[maybe_unused]] const T* x,
             [[maybe_unused]] T* const* slots) const override {
    if constexpr (requires { rule_.template start<T>(std::size_t{}, T{}); })
      for (std::size_t slot = 0; slot < active_slots(rule_); ++slot)
        for (std::size_t i = 0; i < n; ++i) slots[slot][i] = rule_.template start<T>(slot, x[i]);
  }

  void look_ahead(std::size_t n, const T* x, [[maybe_unused]] T* const* slots, T* out) const override {
    with_slots([&]<std::size_t... I>(std::index_sequence<I...>) {
      for (std::size_t i = 0; i < n; ++i)
        if constexpr (requires { rule_.look_ahead(x[i], slots[I][i]...); })
          out[i] = rule_.look_ahead(x[i], slots[I][i]...);
        else
          out[i] = x[i];
    });
  }

  bool recalls() const override {
    bool can = false;
    with_slots([&]<std::size_t... I>(std::index_sequence<I...>) { can = recallable<I...>; });
    return can;
  }

  void recall([[maybe_unused]] std::size_t n, [[maybe_unused]] T* const* slots, [[maybe_unused]] T* x) const override {
    with_slots([&]<std::size_t... I>(std::index_sequence<I...>) {
      if constexpr (recallable<I...>) recall_pass<T>(*step_, n, x, slots[I]...);
    });
  }

  void observe([[maybe_unused]] std::size_t which, [[maybe_unused]] std::size_t n, [[maybe_unused]] T* const* slots,
               [[maybe_unused]] double* out) const override {
    if constexpr (requires { Rule::observed.size(); })
      with_slots([&]<std::size_t... I>(std::index_sequence<I...>) {
        for (std::size_t i = 0; i < n; ++i) out[i] = double(step_->observe(slots[I][i]...)[which]);
      });
  }

  std::span<double> carry() override { return {reinterpret_cast<double*>(&carry_), carried}; }

 private:
  Rule rule_;
  std::optional<Step> step_;
  [[no_unique_address]] Carry carry_{};
};

/// Cold: for size. It runs once, and was 4 KB for each rule when it was optimised as the loops are.
template <class Rule> [[gnu::cold]] RuleInfo describe() {
  static constexpr Rule defaults{};
  KnownOfRule known{.card = Rule::card, .slots = Rule::slots};
  if constexpr (requires { Rule::traits.lazy; }) known.traits = Rule::traits;
  if constexpr (requires { Rule::presets.size(); }) known.presets = Rule::presets;
  if constexpr (requires { Rule::observed.size(); }) known.observed = Rule::observed;
  if constexpr (requires { defaults.weight_decay; }) known.weight_decay = defaults.weight_decay;
  RuleInfo info = rule_info(known);
  for (const auto& p : Rule::params) info.fields.push_back(p.info(defaults));
  return info;
}

template <class Rule> class TALWEG_API RuleOf final : public AnyRule {
 public:
  explicit RuleOf(const Rule& rule) : rule_(rule) {}
  const RuleInfo& info() const override {
    static const RuleInfo info = describe<Rule>();
    return info;
  }
  double get(std::size_t param) const override { return Rule::params[param].get(rule_); }
  void set(std::size_t param, double value) override { Rule::params[param].set(rule_, value); }
  double learning_rate() const override {
    if constexpr (requires { rule_.learning_rate; })
      return rule_.learning_rate;
    else if constexpr (requires { rule_.alpha; })
      return rule_.alpha;
    else
      return 1;
  }
  std::size_t active_slots() const override { return detail::active_slots(rule_); }
  std::string_view contradiction() const override {
    if constexpr (requires { rule_.contradiction(); })
      return rule_.contradiction();
    else
      return {};
  }
  std::unique_ptr<AnyRule> clone() const override { return std::make_unique<RuleOf>(rule_); }
  std::unique_ptr<Updater<float>> updater_float() const override {
    return std::make_unique<UpdaterOf<Rule, float>>(rule_);
  }
  std::unique_ptr<Updater<double>> updater_double() const override {
    return std::make_unique<UpdaterOf<Rule, double>>(rule_);
  }

 private:
  Rule rule_;
};

}  // namespace talweg::detail
