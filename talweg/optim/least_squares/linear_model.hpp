#pragma once
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "talweg/optim/least_squares/problem.hpp"
#include "talweg/optim/least_squares/qr.hpp"

namespace talweg::lsq {

/// What |r(k, k)| of a pivoted factor with columns of length 1 is taken for 0: a few roundings of an entry over the
/// rows.
double rank_tolerance(std::size_t m);

/// A step, and what the linear model says of it.
struct Proposal {
  std::vector<double> p;  ///< (n)
  double lambda = 0;      ///< 0: nothing but bounds shortened it
  double fall = 0;        ///< predicted, relative to the value
};

/// r(x + p) ≈ r + J·p at a point, in the parameters that may move: those whose column is not 0, and that no bound
/// holds. Columns have length 1, so that neither pivoting nor rank sees a unit. A robust loss enters as scaled rows,
/// r̃ = ψ/√c and J̃ = √c·J with c the slope of ψ, at least a tenth of ψ/r (Triggs et al. 2000, section 4.3; the scaling
/// is SciPy's, with the bound from below in place of its 2e-16): JᵀJ is the curvature of the loss as far as it is
/// positive, and J̃ᵀr̃ its gradient exactly.
class LinearModel {
 public:
  /// `jacobian` (m, n) by columns, weighted, as Problem::jacobian gives it.
  LinearModel(const LeastSquaresOptions& options, const FitPoint& point, std::vector<double> jacobian);

  bool finite() const { return finite_; }
  /// The first entry that is not finite, as (row, parameter). Requires one.
  std::pair<std::size_t, std::size_t> first_bad() const { return bad_; }
  /// Of the angle between residuals and tangent space; 0 where nothing may move, or the value is 0.
  double cosine() const { return cosine_; }
  /// (m, n) by columns, weighted, before the loss.
  const std::vector<double>& jacobian() const { return jacobian_; }
  /// The length of each column, 0 where one is.
  const std::vector<double>& lengths() const { return lengths_; }
  const std::vector<std::size_t>& free() const { return free_; }
  /// Parameters on a bound towards which the value falls.
  const std::vector<std::size_t>& held() const { return held_; }
  /// J̃ᵀr̃ (n): half the gradient of the value.
  const std::vector<double>& slopes() const { return slopes_; }
  /// Whether the free columns are independent.
  bool full_rank() const { return rank_ == free_.size(); }
  /// R⁻ᵀ·g (free) for a gradient (n), and R⁻¹·u (n) for a step (free) in the coordinates in which J̃ᵀJ̃ is the identity.
  /// Requires full rank.
  std::vector<double> reduced(std::span<const double> gradient) const;
  std::vector<double> unreduced(std::span<const double> u) const;

  /// The step within ‖D·p‖ <= radius (10 % over or under) and inside the bounds: the step of the trust region (Moré
  /// 1978), where what leaves the box is put onto its face and the rest is solved for again (Kanzow, Yamashita &
  /// Fukushima 2004 project; without the second solve correlated parameters would stop each other).
  Proposal step(std::span<const double> d, double radius) const;
  /// The same with another right side, curvature (m) in place of r, for the parameters that `first` did not put on a
  /// bound: the acceleration.
  std::vector<double> accelerate(std::span<const double> d, const Proposal& first, std::vector<double> curvature) const;
  /// ‖D·p‖
  static double length(std::span<const double> d, std::span<const double> p);
  /// J·p (m), rows as the loss scales them not applied.
  std::vector<double> along(std::span<const double> p) const;

 private:
  struct Solution {
    std::vector<double> q;      ///< (free), in columns of length 1
    PivotedQr factor;           ///< of the stacked matrix, its columns made of length 1
    std::vector<double> sizes;  ///< (free), the lengths that they had
  };
  Solution damped(std::span<const double> d, double lambda, std::span<const double> right,
                  const std::vector<char>& fixed, std::span<const double> at) const;
  double find_lambda(std::span<const double> d, double radius, Solution& s) const;
  double predicted(std::span<const double> q) const;
  double scaled(std::span<const double> d, std::size_t k) const { return d[free_[k]] / lengths_[free_[k]]; }

  const LeastSquaresOptions* options_;
  std::size_t m_;
  std::vector<double> x_;  ///< (n)
  double value_;
  std::vector<double> jacobian_;  ///< (m, n) by columns, weighted
  std::vector<double> rows_;      ///< (m), √c; empty: all 1
  std::vector<double> slopes_;    ///< (n)
  std::vector<double> lengths_;   ///< (n)
  std::vector<std::size_t> free_, held_;
  PivotedQr qr_;               ///< of the free columns, each of length 1
  std::vector<double> upper_;  ///< (free, free) by columns in the order of free_: R
  std::vector<double> right_;  ///< (free): the first entries of Qᵀr̃
  std::size_t rank_ = 0;
  double cosine_ = 0;
  bool finite_ = true;
  std::pair<std::size_t, std::size_t> bad_{};
};

}  // namespace talweg::lsq
