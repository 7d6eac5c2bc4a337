#include "talweg/optim/register.hpp"

#include <algorithm>
#include <mutex>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/first_order/catalog.hpp"
#include "talweg/optim/names.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg::detail {

namespace {

using text::cat;

/// Two that register at once check one after the other.
std::mutex registering;

/// What every first-order method reads beside its own fields, and the short forms of some.
constexpr std::string_view keys_of_all[] = {"weight_decay", "decoupling", "averaging", "ema",
                                            "maximize",     "lr",         "eps",       "rho"};

bool is_word(std::string_view word) { return !word.empty() && word.find_first_of(" \t\n,:=") == word.npos; }

void check_card(const Card& card) {
  if (!is_word(card.name))
    throw Error(cat("'", card.name, "' is no name for a method: give its card one without blanks, ',', ':' and '='"));
  if (!card.variant.empty() && !is_word(card.variant))
    throw Error(
        cat(card.name, ": '", card.variant, "' is no variant: give its card one without blanks, ',', ':' and ", "'='"));
  for (const auto& [what, given] : {std::pair{"title", card.title}, std::pair{"formula", card.formula}})
    if (given.empty()) throw Error(cat(card.name, ": its card has no ", what, ", which lists show: give it one"));
}

void check_fields(std::string_view who, std::span<const FieldInfo> fields, std::span<const std::string_view> taken) {
  std::vector<std::string_view> names;
  for (const FieldInfo& field : fields) {
    if (!is_word(field.name))
      throw Error(cat(who, ": '", field.name, "' is no name for a field: give one without blanks, ',', ':' and '='"));
    if (std::ranges::find(names, field.name) != names.end())
      throw Error(cat(who, ": two fields are called ", field.name, ": give each its own name"));
    if (std::ranges::find(taken, field.name) != taken.end())
      throw Error(cat(who, ": a field cannot be called ", field.name, ", which every first-order method reads as ",
                      "something of its own: give it another name"));
    names.push_back(field.name);
    if (const Reading r = read_value(field, field.default_value); !r.fault.empty())
      throw Error(cat(who, ": the default of ", field.name, ", ", field.default_value, ", ", r.fault, ": it must be ",
                      allowed(field)));
  }
}

/// Throws Error where one of `names`, or an other name of a method, reads as `name`.
void check_free(std::string_view name, std::span<const std::string_view> names) {
  const std::string mine = folded(name);
  for (const std::string_view known : names)
    if (folded(known) == mine) throw Error(cat("there is a method '", known, "' already: give another name"));
  for (const MethodAlias& other : method_aliases())
    if (folded(other.alias) == mine)
      throw Error(cat("'", name, "' is what ", other.label, " is called elsewhere: give another name"));
}

}  // namespace

void register_rule(std::unique_ptr<AnyRule> rule) {
  const RuleInfo& info = rule->info();
  const std::string label = info.label();
  check_card(info.card);
  check_fields(label, info.fields, keys_of_all);
  const std::scoped_lock lock(registering);
  std::vector<std::string_view> others = deterministic_names();
  std::vector<std::string> labels{label};
  for (const Preset& p : info.presets) labels.push_back(cat(info.card.name, ":", p.variant));
  for (const RuleInfo& known : first_order_methods()) {
    if (std::ranges::find(labels, known.label()) != labels.end())
      throw Error(cat("there is a method '", known.label(), "' already: give another name or variant"));
    if (known.card.name != info.card.name)
      others.push_back(known.card.name);
    else if (known.card.variant.empty() || info.card.variant.empty())
      throw Error(cat("there is a method '", known.label(), "' already, and ", label,
                      " would be another form of it: give both a variant, or another name"));
  }
  check_free(info.card.name, others);
  join_rules(std::move(rule));
}

void register_method(MakeConfigurable make) {
  const auto method = make();
  check_card(method->card());
  check_fields(method->card().name, method->fields(), {});
  for (const FormulaVariant& v : method->variants())
    if (!is_word(v.name))
      throw Error(
          cat(method->card().name, ": '", v.name, "' is no variant: give one without blanks, ',', ':' and '='"));
  const std::scoped_lock lock(registering);
  std::vector<std::string_view> others = deterministic_names();
  for (const std::string_view name : first_order_names()) others.push_back(name);
  check_free(method->card().name, others);
  join_deterministic(make);
}

}  // namespace talweg::detail
