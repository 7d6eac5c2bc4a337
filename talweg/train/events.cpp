#include "talweg/train/events.hpp"

namespace talweg::train {

Ending ending_of(Status status) {
  switch (status) {
    case Status::converged:
    case Status::converged_at_precision:
    case Status::target_reached:
      return Ending::converged;
    case Status::completed:
    case Status::iteration_limit:
      return Ending::completed;
    case Status::time_limit:
      return Ending::time_limit;
    case Status::stopped_by_caller:
      return Ending::stopped_by_caller;
    case Status::diverged:
      return Ending::diverged;
    case Status::not_finite:
      return Ending::not_finite;
    default:
      return Ending::line_search_failed;
  }
}

std::string_view name(Ending ending) {
  constexpr std::string_view names[] = {"completed", "early_stopped", "converged",         "time_limit",
                                        "diverged",  "not_finite",    "stopped_by_caller", "line_search_failed"};
  return names[static_cast<std::size_t>(ending)];
}

}  // namespace talweg::train
