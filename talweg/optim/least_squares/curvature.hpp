#pragma once
#include <optional>
#include <vector>

#include "talweg/optim/certificate/eigen.hpp"
#include "talweg/optim/least_squares/linear_model.hpp"
#include "talweg/optim/least_squares/problem.hpp"

namespace talweg::lsq {

/// The Hessian of the value at a point, R⁻ᵀ(JᵀJ + Σ r_i∇²r_i)R⁻¹: in the coordinates in which JᵀJ is the identity, so
/// that it has no unit, and 1 less an eigenvalue is the relative curvature of the model (Bates & Watts 1980). By
/// differences of gradients, one for each parameter that may move.
class FitCurvature {
 public:
  /// Nothing where J has not full rank, or a difference leads out of the bounds or to what is no number. `noise` as
  /// FitRun has it. Counted as checks.
  static std::optional<FitCurvature> measure(Problem& problem, const FitPoint& point, const LinearModel& model,
                                             double noise);

  /// The least eigenvalue, and how far the differences may have moved it.
  double smallest() const { return eigen_.values.front(); }
  double error() const { return error_; }
  std::int64_t directions() const { return std::int64_t(eigen_.values.size()); }
  /// The step (n) of least curvature, along which the linear model changes the residuals by `length`.
  std::vector<double> weakest(double length) const;
  /// The Newton step (n) from a point nearby, of which `now` has the gradient.
  std::vector<double> newton(const LinearModel& now) const;

 private:
  explicit FitCurvature(const LinearModel& model) : model_(model) {}

  LinearModel model_;
  certificate::Eigen eigen_;
  double error_ = 0;
};

}  // namespace talweg::lsq
