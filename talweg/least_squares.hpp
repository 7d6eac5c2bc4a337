#pragma once
/// Least squares of generic code: the Jacobian is exact, and nobody writes it.
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "talweg/autodiff/jacobian.hpp"
#include "talweg/optim/least_squares/least_squares.hpp"

namespace talweg {

/// m residuals by a function of the parameters and the row, each on a small tape of its own:
///
///   residuals(y.size(), [&](auto x, std::size_t i) { return y[i] - x[0] * exp(-x[1] * t[i]); })
template <autodiff::RowFunction F> Residuals residuals(std::size_t m, F f) {
  autodiff::DifferentiableRows<F> rows(std::move(f));
  return {m, rows, true, [rows](std::span<const double> x, std::span<double> r) mutable { rows.rounding(x, r); }};
}

/// Fits generic code that returns all residuals:
///
///   least_squares([](auto x) { return std::vector{1 - x[0], 10 * (x[1] - x[0] * x[0])}; }, {-1.2, 1})
template <autodiff::ResidualFunction F>
LeastSquaresResult least_squares(F f, std::vector<double> x0, const LevenbergMarquardt& method = {},
                                 const LeastSquaresOptions& options = {}) {
  autodiff::DifferentiableResiduals<F> all(std::move(f));
  const std::size_t m = all.count(x0);
  return least_squares(Residuals(m, std::move(all), true), std::move(x0), method, options);
}

}  // namespace talweg
