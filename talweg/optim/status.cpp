#include "talweg/optim/status.hpp"

namespace talweg {

std::string_view name(Status status) {
  switch (status) {
    case Status::running:
      return "running";
    case Status::converged:
      return "converged";
    case Status::converged_at_precision:
      return "converged_at_precision";
    case Status::completed:
      return "completed";
    case Status::target_reached:
      return "target_reached";
    case Status::iteration_limit:
      return "iteration_limit";
    case Status::evaluation_limit:
      return "evaluation_limit";
    case Status::time_limit:
      return "time_limit";
    case Status::line_search_failed:
      return "line_search_failed";
    case Status::infeasible:
      return "infeasible";
    case Status::diverged:
      return "diverged";
    case Status::not_finite:
      return "not_finite";
    case Status::wrong_gradient:
      return "wrong_gradient";
    case Status::stopped_by_caller:
      return "stopped_by_caller";
    case Status::singular:
      return "singular";
  }
  return "unknown";
}

}  // namespace talweg
