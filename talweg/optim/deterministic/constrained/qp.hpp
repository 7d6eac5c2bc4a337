#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "talweg/base/export.hpp"

namespace talweg::constrained {

/// minimise g'd + ½ d'B d subject to row_i'd + c_i = 0 or >= 0 and lower <= d <= upper.
struct QpProblem {
  std::size_t n = 0, m = 0;
  std::span<const double> hessian;         ///< (n, n) symmetric positive definite
  std::span<const double> gradient;        ///< (n)
  std::span<const double> rows;            ///< (m, n)
  std::span<const double> c;               ///< (m)
  std::span<const std::uint8_t> equality;  ///< (m)
  std::span<const double> lower, upper;    ///< (n), infinite entries allowed; lower = upper fixes d_i
};

enum class QpOutcome {
  solved,
  inconsistent,  ///< no d satisfies the constraints
  indefinite,    ///< B is not positive definite
  exhausted,     ///< too many changes of the active set: rounding
};

/// The dual active set method of Goldfarb & Idnani 1983. It begins at the unconstrained minimiser and adds one violated
/// constraint after the other, so it needs no feasible start and detects inconsistency. J = L⁻ᵀ Q and R are the
/// orthogonal factors of L⁻¹ N for B = L L' and the active rows N: nearly parallel rows keep their angle, which a Schur
/// complement N'B⁻¹N would square (on HS13 it falls below 1e-12).
class TALWEG_API Qp {
 public:
  QpOutcome solve(const QpProblem& problem);

  const std::vector<double>& d() const { return d_; }
  const std::vector<double>& multipliers() const { return row_multipliers_; }          ///< (m) of the rows
  const std::vector<double>& bound_multipliers() const { return bound_multipliers_; }  ///< (n) >= 0: lower, < 0: upper
  int changes() const { return changes_; }                                             ///< of the active set

 private:
  struct Active {
    std::size_t index;  ///< 0 … m−1 a row, then n lower bounds, then n upper bounds
    double sign;        ///< of the normal: an equality may have been met from above
    bool equality;
    double multiplier;
  };

  bool begin();
  bool add_violated(std::size_t index, bool equality, QpOutcome& outcome);
  std::size_t most_violated() const;
  double residual(std::size_t index) const;
  double tolerance(std::size_t index) const;
  bool is_active(std::size_t index) const;
  void project(std::size_t index, double sign);
  void append(const Active& a);
  void drop(std::size_t place);
  void rotate(std::size_t column, double cosine, double sine);
  void extend_reach();
  void refine();
  void publish();

  QpProblem p_;
  std::vector<double> d_, row_multipliers_, bound_multipliers_;
  std::vector<double> reach_;   ///< (n) the largest |d_i| on the way
  std::vector<double> factor_;  ///< (n, n) L, row-major
  std::vector<double> j_;       ///< (n, n) J, column by column
  std::vector<double> r_;       ///< (n, n) R, column by column, upper triangular
  std::vector<Active> active_;
  std::vector<double> w_, z_, s_;  ///< J'normal, primal and dual directions
  std::vector<double> row_norms_, correction_;
  double noise_ = 0;  ///< the rounding in the part of w_ outside the span
  int changes_ = 0;
};

}  // namespace talweg::constrained
