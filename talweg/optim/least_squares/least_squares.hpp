#pragma once
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/least_squares/levenberg_marquardt.hpp"
#include "talweg/optim/least_squares/options.hpp"
#include "talweg/optim/least_squares/residuals.hpp"
#include "talweg/optim/least_squares/result.hpp"

namespace talweg {

/// Makes Σ weights_i·loss(r_i(x)) small from x0 on. Throws Error for wrong use (fewer residuals than parameters, bounds
/// or weights of another length, a start that is not finite); every numerical outcome is a Status.
TALWEG_API LeastSquaresResult least_squares(const Residuals& residuals, std::vector<double> x0,
                                            const LevenbergMarquardt& method = {},
                                            const LeastSquaresOptions& options = {});

}  // namespace talweg
