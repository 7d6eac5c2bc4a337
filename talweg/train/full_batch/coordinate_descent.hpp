#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "talweg/base/stop.hpp"

namespace talweg::train {

/// gᵀ(v − v0) + ½(v − v0)ᵀH(v − v0) + Σ_j penalty_j·|v_j|, a model of an objective around v0.
struct L1Quadratic {
  std::span<const double> h;               ///< (n, n), symmetric
  std::span<const double> g, v0, penalty;  ///< (n)
};

/// The v (n) that minimises it, by coordinates in turn, each to its own minimum, where |v| keeps many at exactly 0
/// (Friedman, Hastie and Tibshirani 2010; their "covariance updates": gradients are kept up to date by rows of H, so
/// that a pass does not touch the data). Passes over the coordinates that are not 0 alternate with passes over all. A
/// coordinate without curvature stays. Throws Stopped.
std::vector<double> coordinate_descent(const L1Quadratic& model, const Stop& stop);

}  // namespace talweg::train
