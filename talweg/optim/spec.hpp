#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/clip.hpp"
#include "talweg/optim/first_order/all.hpp"
#include "talweg/optim/first_order/engine.hpp"
#include "talweg/optim/schedule.hpp"

namespace talweg {

/// How decoupled weight decay shrinks x.
enum class Decoupling {
  rate,      ///< x −= η_t·λ·x, as PyTorch and Keras do
  schedule,  ///< x −= (η_t/η_0)·λ·x, as Loshchilov & Hutter wrote it
};

/// Hyperparameters of their own for the parameters whose name matches a pattern: 'dense1.*:learning_rate=.01'.
struct TALWEG_API Group {
  std::string pattern;  ///< over segment names; * is any text, ? any character
  std::vector<std::pair<std::string, std::string>> values;

  static Group parse(std::string_view text);
  std::string spec() const;
  bool operator==(const Group&) const = default;
};

/// A first-order method with all that is set around it: `name[:variant][,key=value]...` as a value.
/// Adam{.learning_rate = 0.01} converts to one.
class TALWEG_API FirstOrder {
 public:
  /// From a rule, of the library or of your own. Throws Error for a parameter out of range.
  template <UpdateRule Rule> FirstOrder(const Rule& rule) : FirstOrder(box(rule)) {
    if constexpr (requires { rule.weight_decay; }) weight_decay = rule.weight_decay;
    validate();
  }
  FirstOrder(const FirstOrder& other);
  FirstOrder& operator=(const FirstOrder& other);
  FirstOrder(FirstOrder&&) noexcept = default;
  FirstOrder& operator=(FirstOrder&&) noexcept = default;

  /// Reads "adam:paper,learning_rate=0.01". Throws Error naming an unknown name, variant or key with its near names,
  /// a value that is no number or out of range with the range, a key given twice, and a key without effect.
  static FirstOrder parse(std::string_view spec);

  /// The variant that runs with every parameter; `parse` reads it back to the same method. Schedule, clipping and
  /// groups have their own text.
  std::string spec() const;
  std::string name() const;     ///< "adam"
  std::string variant() const;  ///< "paper"; empty for sgd
  std::string label() const;    ///< "adam:paper"
  const AnyRule& rule() const { return *rule_; }
  const RuleInfo& info() const { return rule_->info(); }
  bool decoupled() const { return decoupled_; }

  /// A key by name (aliases included), as `parse` does it.
  void set(std::string_view key, std::string_view value);
  /// A rule's parameter or weight_decay. Throws Error for an unknown key.
  double get(std::string_view key) const;
  /// Throws Error when a value is out of range, or two settings contradict each other or have no effect.
  void validate() const;
  /// Throws Error for a parameter that float cannot hold: it would be infinite, or a zero that is divided by.
  void require_single_precision() const;
  /// What a user should hear before running this: "rprop needs the full batch, …".
  std::vector<std::string> warnings(bool full_batch) const;

  double weight_decay = 0;  ///< λ: g += λx, or x shrinks by itself where `decoupled()`
  Decoupling decoupling = Decoupling::rate;
  bool averaging = false;  ///< keep the mean of the iterates (Polyak & Ruppert) beside x
  double ema = 0;          ///< decay of an exponential moving average of x kept beside x; 0: none
  bool maximize = false;   ///< go uphill (for Optimizer; `minimize` has Options::maximize)
  Schedule schedule;
  Clip clip;
  std::vector<Group> groups;

 private:
  explicit FirstOrder(std::unique_ptr<AnyRule> rule);
  template <class Rule> static std::unique_ptr<AnyRule> box(const Rule& rule);
  void apply(const Preset& preset);

  std::unique_ptr<AnyRule> rule_;
  std::string variant_;
  bool decoupled_ = false;
};

/// Every variant of every method, in the order of AllRules, a rule's presets after it.
TALWEG_API const std::vector<RuleInfo>& first_order_methods();
/// The names without variants, `gd` last.
TALWEG_API std::vector<std::string_view> first_order_names();
/// Whether `spec` begins with one of these names: "adam:paper,…" does, "lbfgs" does not.
TALWEG_API bool is_first_order(std::string_view spec);
/// Whether `text` matches a pattern with * and ?.
TALWEG_API bool matches(std::string_view pattern, std::string_view text);

namespace detail {
/// The library's own rule of that name and variant with its defaults: already compiled.
TALWEG_API std::unique_ptr<AnyRule> built_in_rule(std::string_view name, std::string_view variant);
}  // namespace detail

template <class Rule> std::unique_ptr<AnyRule> FirstOrder::box(const Rule& rule) {
  if constexpr (detail::built_in<Rule>) {
    auto boxed = detail::built_in_rule(Rule::card.name, Rule::card.variant);
    for (std::size_t i = 0; i < Rule::params.size(); ++i) boxed->set(i, Rule::params[i].get(rule));
    return boxed;
  } else {
    return std::make_unique<detail::RuleOf<Rule>>(rule);
  }
}

}  // namespace talweg
