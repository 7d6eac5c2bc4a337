#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "talweg/base/export.hpp"

/// Small dense algebra of least squares: orthogonal factors, never AᵀA, whose condition is squared.
namespace talweg::lsq {

/// ‖v‖, without overflow on the way.
double norm(std::span<const double> v);

/// A P = Q R by Householder reflections with column pivoting (Businger & Golub 1965). A is (m, n) by columns, m >= n;
/// the largest remaining column comes first, so that the diagonal of R falls and shows the rank.
class PivotedQr {
 public:
  PivotedQr() = default;
  PivotedQr(std::vector<double> a, std::size_t m, std::size_t n);

  std::size_t columns() const { return n_; }
  /// Row i of R in its column j, both in pivoted order; i <= j.
  double r(std::size_t i, std::size_t j) const { return i == j ? diagonal_[i] : a_[j * m_ + i]; }
  /// The column of A that stands in place k.
  std::size_t pivot(std::size_t k) const { return pivot_[k]; }
  /// How many columns are independent: those with |r(k, k)| > relative·|r(0, 0)|.
  std::size_t rank(double relative) const;

  /// b (m) := Qᵀ b.
  void apply_transposed(std::span<double> b) const;
  /// The p (n, in the order of A) with R p = b in the first `rank` equations, 0 in the columns behind them.
  std::vector<double> solve(std::span<const double> b, std::size_t rank) const;
  /// R p (n) for p in the order of A.
  std::vector<double> times(std::span<const double> p) const;
  /// The y (n, pivoted order) with Rᵀ y = c for c (n) in the order of A. Requires full rank.
  std::vector<double> solve_transposed(std::span<const double> c) const;

 private:
  std::vector<double> a_;  ///< (m, n) by columns: R above the diagonal, the reflections' vectors from it on
  std::vector<double> diagonal_, beta_;
  std::vector<std::size_t> pivot_;
  std::size_t m_ = 0, n_ = 0;
};

}  // namespace talweg::lsq
