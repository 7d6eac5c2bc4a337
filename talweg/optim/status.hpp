#pragma once
#include <string_view>

#include "talweg/base/export.hpp"

namespace talweg {

/// How a run ended. A numerical outcome is always one of these, never an exception.
enum class Status {
  running,                 ///< not ended yet: what one step reports
  converged,               ///< the test of convergence holds, and curvature confirms it
  converged_at_precision,  ///< no further decrease is possible in double precision
  completed,               ///< no test was asked for, and all iterations that were asked for are made
  target_reached,          ///< f fell to Options::target_value
  iteration_limit,
  evaluation_limit,
  time_limit,
  line_search_failed,
  infeasible,      ///< the constraints cannot be met from here: the violation stopped falling
  diverged,        ///< the values grew without bound
  not_finite,      ///< NaN or infinity in f, g or x
  wrong_gradient,  ///< the gradient contradicts finite differences
  stopped_by_caller,
  singular,  ///< of a fit: the residuals are as small as they get, and the same for many parameters
};

/// The name used in JSON and tables: "converged", "iteration_limit", …
TALWEG_API std::string_view name(Status status);

/// Whether a run that ended so may claim success (the constraint violation is judged apart).
constexpr bool succeeds(Status status) {
  return status == Status::converged || status == Status::converged_at_precision || status == Status::completed ||
         status == Status::target_reached;
}

}  // namespace talweg
