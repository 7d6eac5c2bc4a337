#pragma once
#include <string>
#include <vector>

#include "talweg/optim/least_squares/problem.hpp"

namespace talweg::lsq {

/// Compares J·d with central differences of the residuals along one direction, at one length; on disagreement at
/// several, and J is called wrong only where two neighbouring lengths show the same other derivative. Then each column
/// is looked into. Empty where J is right or cannot be judged; otherwise which parameters, and the likely slip.
/// `jacobian` as Problem::jacobian gives it. Costs two checks, many on disagreement.
std::string wrong_columns(Problem& problem, const FitPoint& point, const std::vector<double>& jacobian);

}  // namespace talweg::lsq
