#include "talweg/api/method.hpp"

#include "talweg/optim/first_order/run.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg::api {

std::string_view default_optimizer() { return "rprop"; }

NamedMethod method(const MethodRequest& request) {
  FirstOrder rule =
      FirstOrder::parse(request.optimizer.empty() ? default_optimizer() : std::string_view(request.optimizer));
  if (!request.schedule.empty()) rule.schedule = Schedule::parse(request.schedule);
  if (!request.clip.empty()) rule.clip = Clip::parse(request.clip);
  for (const auto& group : request.groups) rule.groups.push_back(Group::parse(group));
  rule.validate();
  constexpr bool full_batch = true;  // a formula is its whole sum at every step
  return {Method(rule), rule.warnings(full_batch)};
}

}  // namespace talweg::api
