#include "talweg/api/method.hpp"

#include "talweg/optim/first_order/run.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg::api {

// Without a rate to tune, whatever the scale of the formula: 10^4 x^2 + y^2 from (1, 1000) takes 150 iterations, where
// Adam at .1 is lost after 10,000. The usual step_min of 1e-6 would end it six digits short.
std::string_view default_optimizer() { return "rprop,step_min=1e-14"; }

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
