#include <algorithm>

#include "talweg/optim/first_order/instances/make_rule.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg {

namespace {

using Rules = std::vector<std::unique_ptr<AnyRule>>;

template <class... R> Rules make_all(std::tuple<R...>*) {
  Rules rules;
  (rules.push_back(detail::make_rule<R>()), ...);
  return rules;
}

/// One of each rule with its defaults, in the order of AllRules.
const Rules& prototypes() {
  static const Rules rules = make_all(static_cast<AllRules*>(nullptr));
  return rules;
}

FirstOrderInfo entry(const RuleInfo& info, const Preset* preset) {
  const Card& c = info.card;
  const bool decoupled = c.decoupled || (preset && preset->decoupled);
  FirstOrderInfo e{.name = std::string(c.name),
                   .variant = std::string(preset ? preset->variant : c.variant),
                   .title = std::string(c.title),
                   .formula = std::string(c.formula),
                   .source = std::string(c.source),
                   .note = std::string(c.note),
                   .params = info.params,
                   .slots = info.slots,
                   .decoupled = decoupled,
                   .full_batch = c.full_batch,
                   .looks_ahead = c.looks_ahead,
                   .needs_value = c.needs_value,
                   .uses_rate = c.uses_rate,
                   .is_default = false};
  if (preset)
    for (const auto& [key, value] : preset->defaults)
      for (ParamInfo& p : e.params)
        if (p.name == key) p.default_value = value;
  e.params.push_back({"weight_decay", false, non_negative, info.weight_decay,
                      decoupled ? "λ, decoupled: x −= η·λ·x before the update" : "λ of an L2 penalty: g += λ·x"});
  e.params.push_back({"averaging", true, unit_interval, 0, "keep the mean of the iterates beside x"});
  e.params.push_back({"ema", false, fraction, 0, "decay of a moving average of x kept beside x; 0: none"});
  return e;
}

std::vector<FirstOrderInfo> list_all() {
  std::vector<FirstOrderInfo> all;
  for (const auto& rule : prototypes()) {
    all.push_back(entry(rule->info(), nullptr));
    for (const Preset& preset : rule->info().presets) all.push_back(entry(rule->info(), &preset));
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i].is_default = std::none_of(all.begin(), all.begin() + std::ptrdiff_t(i),
                                     [&](const FirstOrderInfo& before) { return before.name == all[i].name; });
  return all;
}

}  // namespace

const std::vector<FirstOrderInfo>& first_order_methods() {
  static const std::vector<FirstOrderInfo> all = list_all();
  return all;
}

std::vector<std::string_view> first_order_names() {
  std::vector<std::string_view> names;
  for (const FirstOrderInfo& m : first_order_methods())
    if (m.is_default) names.push_back(m.name);
  names.push_back("gd");
  return names;
}

std::unique_ptr<AnyRule> detail::built_in_rule(std::string_view name, std::string_view variant) {
  for (const auto& rule : prototypes()) {
    const RuleInfo& info = rule->info();
    if (info.card.name != name) continue;
    if (info.card.variant == variant ||
        std::ranges::any_of(info.presets, [&](const Preset& p) { return p.variant == variant; }))
      return rule->clone();
  }
  return nullptr;
}

}  // namespace talweg
