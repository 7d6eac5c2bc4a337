#include "talweg/api/method.hpp"

#include <algorithm>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/first_order/run.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg::api {

namespace {

/// What turns a learning rate means nothing to a method that searches along a line.
void refuse_rate_options(const MethodRequest& request, std::string_view spec) {
  const char* given = !request.schedule.empty() ? "--schedule"
                      : !request.clip.empty()   ? "--clip"
                      : !request.groups.empty() ? "--group"
                                                : nullptr;
  if (given)
    throw Error(
        text::cat(given, " has no effect on ", spec,
                  ", which searches along a line: use it with a first-order method such as adam, or leave it out"));
}

}  // namespace

void check_optimizer_name(std::string_view spec) {
  const std::string_view name = spec.substr(0, spec.find_first_of(":,"));
  auto names = first_order_names();
  const auto more = deterministic_names();
  names.insert(names.end(), more.begin(), more.end());
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  const std::string near = text::did_you_mean(name, names);
  throw Error(text::cat("unknown optimizer '", name,
                        "': ", near.empty() ? text::cat("the methods are ", text::list(names)) : near));
}

std::string_view default_optimizer(const MethodRequest& request) {
  return request.constraints ? "sqp" : request.bounds ? "lbfgsb" : "lbfgs";
}

NamedMethod method(const MethodRequest& request) {
  const std::string_view spec = request.optimizer.empty() ? default_optimizer(request) : request.optimizer;
  check_optimizer_name(spec);
  if (auto deterministic = parse_deterministic(spec)) {
    refuse_rate_options(request, spec);
    return {*std::move(deterministic), {}};
  }
  FirstOrder rule = FirstOrder::parse(spec);
  if (!request.schedule.empty()) rule.schedule = Schedule::parse(request.schedule);
  if (!request.clip.empty()) rule.clip = Clip::parse(request.clip);
  for (const auto& group : request.groups) rule.groups.push_back(Group::parse(group));
  rule.validate();
  constexpr bool full_batch = true;  // a formula is its whole sum at every step
  return {Method(rule), rule.warnings(full_batch)};
}

}  // namespace talweg::api
