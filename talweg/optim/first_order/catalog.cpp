#include "talweg/optim/first_order/catalog.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "talweg/base/snapshots.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/first_order/instances/add_rules.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg {

namespace {

using Rules = std::vector<std::shared_ptr<const AnyRule>>;

template <class... Families> Rules make_all(std::tuple<Families...>*) {
  std::vector<std::unique_ptr<AnyRule>> rules;
  (detail::add_rules<Families>(rules), ...);
  return {std::make_move_iterator(rules.begin()), std::make_move_iterator(rules.end())};
}

RuleInfo entry(const RuleInfo& rule, const Preset* preset) {
  RuleInfo e = rule;
  if (preset) {
    e.card.variant = preset->variant;
    e.traits.decoupled = rule.traits.decoupled || preset->decoupled;
    for (const auto& [key, value] : preset->defaults)
      for (FieldInfo& f : e.fields)
        if (f.name == key) f.default_value = write_value(f, value);
  }
  e.fields.push_back(
      {.name = "weight_decay",
       .range = non_negative,
       .default_value = text::number(rule.weight_decay),
       .help = e.traits.decoupled ? "λ, decoupled: x −= η·λ·x before the update" : "λ of an L2 penalty: g += λ·x"});
  e.fields.push_back({.name = "averaging",
                      .kind = FieldKind::flag,
                      .default_value = "false",
                      .help = "keep the mean of the iterates beside x"});
  e.fields.push_back({.name = "ema",
                      .range = fraction,
                      .default_value = "0",
                      .help = "decay of a moving average of x kept beside x; 0: none"});
  return e;
}

std::vector<RuleInfo> list_all(const Rules& rules) {
  std::vector<RuleInfo> all;
  for (const auto& rule : rules) {
    all.push_back(entry(rule->info(), nullptr));
    for (const Preset& preset : rule->info().presets) all.push_back(entry(rule->info(), &preset));
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i].is_default = std::none_of(all.begin(), all.begin() + std::ptrdiff_t(i),
                                     [&](const RuleInfo& before) { return before.card.name == all[i].card.name; });
  return all;
}

/// One of each rule with its defaults, family by family, and those that a program added.
Snapshots<Rules>& all_rules() {
  static Snapshots all(make_all(static_cast<RuleFamilies*>(nullptr)));
  return all;
}

Snapshots<std::vector<RuleInfo>>& all_methods() {
  static Snapshots all(list_all(all_rules().newest()));
  return all;
}

}  // namespace

const std::vector<RuleInfo>& first_order_methods() { return all_methods().newest(); }

void detail::join_rules(std::unique_ptr<AnyRule> rule) {
  Rules more = all_rules().newest();
  more.push_back(std::move(rule));
  std::vector<RuleInfo> methods = list_all(more);
  all_methods();  // of the rules of before
  all_rules().add(std::move(more));
  all_methods().add(std::move(methods));
}

std::vector<std::string_view> first_order_names() {
  std::vector<std::string_view> names;
  for (const RuleInfo& m : first_order_methods())
    if (m.is_default) names.push_back(m.card.name);
  names.push_back("gd");
  return names;
}

void detail::add_rule(std::vector<std::unique_ptr<AnyRule>>& to, std::unique_ptr<AnyRule> rule) {
  to.push_back(std::move(rule));
}

RuleInfo detail::rule_info(const KnownOfRule& known) {
  RuleInfo info;
  info.card = known.card;
  info.slots.assign(known.slots.begin(), known.slots.end());
  info.traits = known.traits;
  info.presets.assign(known.presets.begin(), known.presets.end());
  info.observed.assign(known.observed.begin(), known.observed.end());
  info.weight_decay = known.weight_decay;
  return info;
}

std::unique_ptr<AnyRule> detail::built_in_rule(std::string_view name, std::string_view variant) {
  for (const auto& rule : all_rules().newest()) {
    const RuleInfo& info = rule->info();
    if (info.card.name != name) continue;
    if (info.card.variant == variant ||
        std::ranges::any_of(info.presets, [&](const Preset& p) { return p.variant == variant; }))
      return rule->clone();
  }
  return nullptr;
}

}  // namespace talweg
