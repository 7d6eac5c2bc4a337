#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "talweg/optim/certificate/hessian.hpp"
#include "talweg/optim/method.hpp"

namespace talweg::certificate {

/// Variables z with x = c + S z, in which the Hessian measured at c is about the identity.
struct Metric {
  std::vector<double> center;  ///< (n)
  /// (n, n) row-major; or (n) the diagonal, powers of two, so that a box stays a box and its bounds are met exactly.
  std::vector<double> s;
  bool diagonal = false;

  std::size_t n() const { return center.size(); }
  void to_x(std::span<const double> z, std::span<double> x) const;
  /// The gradient by z: S'g.
  void pull_back(std::span<const double> g, std::span<double> by_z) const;
};

/// S = T V |Λ|^-½ of a Hessian on all variables.
Metric whole_metric(const Hessian& h, std::span<const double> center);
/// S = T, for variables in a box; `lengths` (n) stand in for those that are not free.
Metric diagonal_metric(const Hessian& h, std::span<const double> center, std::span<const double> lengths);

/// The method, begun anew at `start` (x) in the variables of the metric. To those who watch it looks like the method
/// itself: its points are in x.
std::unique_ptr<Run> run_in_metric(const MethodBase& method, Metric metric, Point start, const Options& options);

}  // namespace talweg::certificate
