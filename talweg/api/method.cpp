#include "talweg/api/method.hpp"

#include <algorithm>

#include "talweg/base/error.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/first_order/run.hpp"
#include "talweg/optim/names.hpp"

namespace talweg::api {

void refuse_rate_options(const MethodRequest& request, std::string_view spec) {
  const char* given = !request.schedule.empty() ? "schedule"
                      : !request.clip.empty()   ? "clip"
                      : !request.groups.empty() ? "group"
                                                : nullptr;
  if (given)
    throw Error(
        text::cat(text::option(given), " has no effect on ", spec,
                  ", which searches along a line: use it with a first-order method such as adam, or leave it out"));
}

bool same_optimizer(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a == b;
  const auto mine = parse_deterministic(a), other = parse_deterministic(b);
  if (mine || other) return mine && other && (*mine)->traits().spec == (*other)->traits().spec;
  return is_first_order(a) && is_first_order(b) && FirstOrder::parse(a).spec() == FirstOrder::parse(b).spec();
}

std::string key_of_a_method(std::string_view word) {
  std::string key(word);
  std::replace(key.begin(), key.end(), '-', '_');
  for (const auto& [other, usual] : {std::pair{"lr", "learning_rate"},
                                     {"eta", "learning_rate"},
                                     {"step_size", "learning_rate"},
                                     {"eps", "epsilon"},
                                     {"rho", "decay"},
                                     {"beta_1", "beta1"},
                                     {"beta_2", "beta2"},
                                     {"wd", "weight_decay"}})
    if (key == other) key = usual;
  const auto told = [&](std::string_view label) {
    return text::cat(key, " is a key of the method, such as ", label, ",", key, "=…");
  };
  const auto has = [&](const ItemInfo& m) {
    return std::ranges::any_of(m.fields, [&](const FieldInfo& f) { return f.name == key; });
  };
  for (const RuleInfo& m : first_order_methods())
    if (has(m)) return told(m.card.name);
  for (const ItemInfo& m : deterministic_methods())
    if (has(m)) return told(m.card.name);
  return "";
}

std::string_view default_optimizer(const MethodRequest& request) {
  return request.constraints ? "sqp" : request.bounds ? "lbfgsb" : "lbfgs";
}

NamedMethod method(const MethodRequest& request) {
  const std::string_view spec = request.optimizer.empty() ? default_optimizer(request) : request.optimizer;
  check_method_name(spec);
  if (auto deterministic = parse_deterministic(spec)) {
    refuse_rate_options(request, spec);
    return {*std::move(deterministic), std::nullopt, {}};
  }
  FirstOrder rule = FirstOrder::parse(spec);
  if (!request.schedule.empty()) rule.schedule = Schedule::parse(request.schedule);
  if (!request.clip.empty()) rule.clip = Clip::parse(request.clip);
  for (const auto& group : request.groups) rule.groups.push_back(Group::parse(group));
  rule.validate();
  return {Method(rule), rule, rule.warnings(request.all_rows)};
}

}  // namespace talweg::api
