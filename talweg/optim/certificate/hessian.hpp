#pragma once
#include <span>
#include <vector>

#include "talweg/optim/certificate/eigen.hpp"
#include "talweg/optim/evaluator.hpp"

namespace talweg::certificate {

/// How curvature is measured: by gradients on both sides of the point, or on one, which costs half and tells less.
enum class Differences { central, forward };

/// The Hessian H of f on k of the variables, measured by differences of gradients, in the metric in which it has a unit
/// diagonal: M = T H T, T_ii = |H_ii|^-½ (Jacobi scaling). There its eigenvalues mean the same in any units, and tell
/// the small from the negative: on Meyer's function the least is 3.5e-7, and found positive, where H itself spans 17
/// orders of magnitude.
struct Hessian {
  std::vector<std::size_t> free;      ///< (k) which variables
  std::vector<double> h;              ///< (k, k), made symmetric
  std::vector<double> scale;          ///< (k) T
  std::vector<double> steps;          ///< (k) of the differences, in each variable
  Eigen spectrum;                     ///< of M
  double doubt = 0;                   ///< δ: eigenvalues within are 0 as far as one can tell
  double truncation = 0;              ///< the part of δ that shorter steps would shrink, with their square
  double noise = 0;                   ///< of f, an upper bound from its second differences; 0 where they show none
  bool vanishing = false;             ///< somewhere curvature went to 0 with the step: of higher order than 2
  bool kinked = false;                ///< somewhere the gradient jumps: what is measured there is no curvature
  std::vector<std::size_t> suspects;  ///< variables in which the values of f may not follow its gradient
  Point lowest;                       ///< of the points looked at

  std::size_t size() const { return free.size(); }
  double least() const { return spectrum.values.front(); }
  double most() const { return spectrum.values.back(); }
  /// |λ|, at least δ.
  double stiffness(std::size_t k) const;
  /// The Newton decrement ½ g'|H|⁻¹g: the fall that a step of Newton's method promises. It has f's unit and does not
  /// depend on those of x.
  double decrement(std::span<const double> g) const;
  /// Σ ½|H_ii| length_i²: what the curvature of each variable makes of f over its length.
  double swing(std::span<const double> lengths) const;
  /// d = −|H|⁻¹g on the free variables, 0 on the others.
  void newton(std::span<const double> g, std::span<double> d) const;
  /// Eigenvector `k` as a direction in x (n).
  std::vector<double> direction(std::size_t k, std::size_t n) const;
  /// d'Hd / d'd along it.
  double curvature(std::size_t k) const;
};

/// Measures H at p, a complete point, on `free`. `lengths` (n) is the natural length of each variable, from which the
/// step of the differences follows. Stays inside the bounds. The result has no spectrum where f is not finite around p.
/// 2k evaluations, or k, counted as checks; up to seven times as many where f bends sharply.
Hessian measure_hessian(Evaluator& f, const Point& p, std::vector<std::size_t> free, std::span<const double> lengths,
                        Differences kind);

/// The variables that may move downhill or stand where they do not want to move: those that a Hessian is measured on.
std::vector<std::size_t> free_variables(const Point& p, const Bounds& box);

}  // namespace talweg::certificate
