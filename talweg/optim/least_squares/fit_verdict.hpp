#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "talweg/optim/least_squares/options.hpp"
#include "talweg/optim/least_squares/result.hpp"

namespace talweg::lsq {

/// What only the run knows of a fit.
struct FitStory {
  std::string why;         ///< what it says of its ending
  bool projected = false;  ///< the start was moved into the bounds
  bool exact = false;      ///< the Jacobian comes from a tape
  /// Parameters that the residuals hardly tell apart at x, in groups.
  std::vector<std::vector<std::size_t>> nearly_confounded = {};
};

/// The message of a result: what happened, with numbers; whether x is good to use; what to do next.
std::string fit_verdict(const LeastSquaresResult& result, const LeastSquaresOptions& options, const FitStory& story);

}  // namespace talweg::lsq
