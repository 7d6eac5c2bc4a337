#pragma once
#include <string>

#include "talweg/optim/least_squares/options.hpp"
#include "talweg/optim/least_squares/result.hpp"

namespace talweg::lsq {

/// The message of a result: what happened, with numbers; whether x is good to use; what to do next. `why` is what the
/// run says of its ending, `projected` whether the start was moved into the bounds.
std::string fit_verdict(const LeastSquaresResult& result, const LeastSquaresOptions& options, const std::string& why,
                        bool projected);

}  // namespace talweg::lsq
