#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "talweg/optim/least_squares/options.hpp"
#include "talweg/optim/least_squares/residuals.hpp"

namespace talweg::lsq {

/// A point with its residuals.
struct FitPoint {
  std::vector<double> x;         ///< (n)
  std::vector<double> raw;       ///< (m), as the function gives them
  std::vector<double> weighted;  ///< (m), √weight·raw
  double value = 0;              ///< Σ loss(weighted); not finite where a residual of weight above 0 is not
};

/// What the method sees of a fit: weighted residuals, their loss, and how much of both was asked for.
class Problem {
 public:
  Problem(const Residuals& residuals, const LeastSquaresOptions& options, std::size_t n);

  std::size_t rows() const { return m_; }
  std::size_t parameters() const { return n_; }
  const LeastSquaresOptions& options() const { return options_; }
  bool checks_jacobian() const { return options_.check_jacobian && !residuals_.exact(); }
  const Evaluations& evaluations() const { return evaluations_; }

  FitPoint at(std::vector<double> x);
  /// Residuals alone, counted as a check.
  FitPoint probe(std::vector<double> x);
  /// (m, n) by columns, weighted, before the loss.
  std::vector<double> jacobian(const FitPoint& p);
  /// The same, counted as a check.
  std::vector<double> probe_jacobian(const FitPoint& p);
  /// ‖√weight·rounding‖ at a point; nothing where the residuals do not know.
  std::optional<double> rounding(const FitPoint& p) const;
  /// The fall of the value from one point to another, relative to that of the first. By differences of squares, which
  /// keep digits that the difference of two sums loses.
  double fall(const FitPoint& from, const FitPoint& to) const;
  double seconds() const;

 private:
  FitPoint evaluate(std::vector<double> x) const;
  std::vector<double> differentiate(const FitPoint& p) const;

  const Residuals& residuals_;
  const LeastSquaresOptions& options_;
  std::size_t m_, n_;
  std::vector<double> root_;  ///< (m), √weight; empty: all 1
  Evaluations evaluations_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace talweg::lsq
