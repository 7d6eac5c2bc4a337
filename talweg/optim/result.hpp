#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "talweg/optim/certificate/certificate.hpp"
#include "talweg/optim/objective.hpp"
#include "talweg/optim/options.hpp"
#include "talweg/optim/status.hpp"

namespace talweg {

/// How a run ended and what it found. x is the best finite point; every figure was measured there.
struct Result {
  std::vector<double> x;                                    ///< (n), the best point
  double value = std::numeric_limits<double>::quiet_NaN();  ///< f(x)
  std::vector<double> gradient;                             ///< (n), at x
  /// Max norm; projected when there are bounds, and of the Lagrangian when there are constraints.
  double gradient_norm = std::numeric_limits<double>::quiet_NaN();
  Status status = Status::running;
  std::string message;    ///< what happened, whether the result is good to use, and what to do next
  std::string optimizer;  ///< the method that ran, variant and parameters included
  std::int64_t iterations = 0;
  Evaluations evaluations;
  Certificate certificate;     ///< what curvature says of x
  std::vector<double> last_x;  ///< (n), where the run stopped; differs from x when a later step went uphill
  double last_value = std::numeric_limits<double>::quiet_NaN();
  double constraint_violation = 0;  ///< the largest amount by which a constraint is missed, unscaled
  std::vector<double> multipliers;  ///< one for each constraint, in the order given; of -f when maximising
  Observations details;             ///< what else the method knows: "clipped" steps, the "average" of x, "restarts"
  double seconds = 0;               ///< the whole run, what came before it was taken up included
  /// Of these, inside of f. Nothing where f is so fast (2 μs) that looking at the clock would slow the run down, and
  /// for a run that was taken up.
  std::optional<double> function_seconds = {};

  /// Whether x may be used as a minimiser: a successful status, and the constraints hold.
  bool success() const { return feasible && succeeds(status); }
  bool feasible = true;  ///< violation <= 1e-8 * max(1, ||x||)
};

}  // namespace talweg
