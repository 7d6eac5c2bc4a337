#pragma once
#include <span>
#include <vector>

#include "talweg/optim/certificate/eigen.hpp"
#include "talweg/optim/certificate/tangent.hpp"
#include "talweg/optim/evaluator.hpp"

namespace talweg::certificate {

/// The reduced Hessian: that of the Lagrangian at a point, on the tangent space of what holds there, in the metric of a
/// unit diagonal. Directions and steps are over the variables in units of their `lengths` (n).
class ReducedHessian {
 public:
  ReducedHessian(Evaluator& f, const Point& at, std::span<const double> lengths) : f_(f), at_(at), lengths_(lengths) {}

  /// By differences of gradients over h; where truncation hides curvature, once more with shorter steps. False when f
  /// or a constraint is not finite around the point. 2k evaluations each, counted as checks.
  bool measure(const Tangent& tangent, const constrained::Values& values, std::span<const double> multipliers);

  std::size_t size() const { return spectrum_.values.size(); }
  double least() const { return spectrum_.values.front(); }
  double eigenvalue(std::size_t k) const { return spectrum_.values[k]; }
  double doubt() const { return doubt_; }  ///< eigenvalues within are 0 as far as one can tell
  /// What the curvature makes of it over these lengths (n) of the variables.
  double swing(std::span<const double> lengths) const;
  /// The Newton decrement of the Lagrangian at p, with this Hessian and the multipliers that it was measured with.
  double decrement(const Point& p, const constrained::Values& values) const;
  /// The step of Newton's method (n) there.
  std::vector<double> newton(const Point& p, const constrained::Values& values) const;
  /// Eigenvector `k` as a direction (n), a unit.
  std::vector<double> direction(std::size_t k) const;
  /// d'Hd / d'd along it, in x.
  double curvature(std::size_t k) const;

 private:
  bool difference(const constrained::Values& values, double h);
  bool gradient_at(std::span<const double> d, double h, std::vector<double>& out);
  bool inside(std::span<const double> d, double h) const;
  std::vector<double> column(std::size_t c, std::span<const double> here, double h);
  void decompose(std::span<const double> raw);
  std::vector<double> combination(std::size_t k) const;
  std::vector<double> by_eigenvectors(const Point& p, const constrained::Values& values) const;
  double stiffness(std::size_t k) const;

  Evaluator& f_;
  const Point& at_;
  std::span<const double> lengths_;
  std::vector<std::vector<double>> basis_;
  std::vector<double> multipliers_, scale_;
  Eigen spectrum_;
  double doubt_ = 0, truncation_ = 0;
  Point look_;
  constrained::Values beside_;
};

}  // namespace talweg::certificate
