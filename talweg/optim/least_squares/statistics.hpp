#pragma once
#include "talweg/optim/least_squares/linear_model.hpp"
#include "talweg/optim/least_squares/result.hpp"

namespace talweg::lsq {

/// How certain the parameters at the point of `model` are: fills in all figures from degrees_of_freedom on. From the
/// triangular factor of the weighted Jacobian; with a robust loss the covariance is Huber's (1981, section 7.6),
/// K²·Σψ²/(m − n) / (Σψ'/m)²·(JᵀJ)⁻¹.
void add_statistics(const LeastSquaresOptions& options, const FitPoint& point, const LinearModel& model,
                    LeastSquaresResult& result);

/// Parameters that the rows hardly tell apart, in groups: columns of length 1 that leave less than 1e-7 of each other.
std::vector<std::vector<std::size_t>> nearly_confounded(const LinearModel& model, std::size_t m, std::size_t n);

}  // namespace talweg::lsq
