#pragma once
#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <ranges>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "talweg/autodiff/scalar.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/export.hpp"
#include "talweg/base/text.hpp"

namespace talweg::autodiff {

/// The Jacobian (m, n) by rows of `results` (m) by the inputs (n) of their tape, forwards: n sweeps over the tape for
/// all of them, where reverse mode takes m. A result without a tape is a constant. What does not depend on an input
/// adds nothing, however steep it is.
TALWEG_API void forward_jacobian(const ScalarTape& tape, std::span<const Scalar> results, std::span<double> jacobian);

/// Generic code that gives several numbers: f(span of Scalar) -> std::vector<Scalar>, std::array, …
template <class F>
concept ResidualFunction = requires(F& f, std::span<const Scalar> x) {
  requires std::ranges::sized_range<decltype(f(x))>;
  requires std::convertible_to<std::ranges::range_value_t<decltype(f(x))>, Scalar>;
};

/// Generic code that gives one of several numbers: f(span of Scalar, row) -> Scalar.
template <class F>
concept RowFunction = requires(F& f, std::span<const Scalar> x, std::size_t row) {
  { f(x, row) } -> std::convertible_to<Scalar>;
};

/// All numbers of a ResidualFunction from one tape. Holds it: copies may run side by side, one object may not be called
/// from two threads at once.
template <class F> class DifferentiableResiduals {
 public:
  explicit DifferentiableResiduals(F f) : f_(std::move(f)) {}

  /// How many there are at x.
  std::size_t count(std::span<const double> x) {
    const std::vector<Scalar> constants(x.begin(), x.end());
    return std::ranges::size(f_(std::span<const Scalar>(constants)));
  }
  /// Writes r (m), and the Jacobian (m, n) by rows where it is not empty. Throws Error where f gives another number.
  void operator()(std::span<const double> x, std::span<double> r, std::span<double> jacobian) {
    tape_.clear();
    arguments_.clear();
    for (const double v : x) arguments_.emplace_back(tape_, tape_.input(v));
    const auto given = f_(std::span<const Scalar>(arguments_));
    if (std::ranges::size(given) != r.size())
      throw Error(text::cat("the function gives ", std::ranges::size(given), " residuals where it gave ", r.size(),
                            " before: their number may not depend on x"));
    results_.assign(std::ranges::begin(given), std::ranges::end(given));
    for (std::size_t i = 0; i < r.size(); ++i) r[i] = results_[i].value();
    if (!jacobian.empty()) forward_jacobian(tape_, results_, jacobian);
  }

 private:
  F f_;
  ScalarTape tape_;
  std::vector<Scalar> arguments_, results_;
};

/// Row after row on one tape, which never grows beyond a row; reverse mode in each.
template <class F> class DifferentiableRows {
 public:
  explicit DifferentiableRows(F f) : f_(std::move(f)) {}

  void operator()(std::span<const double> x, std::span<double> r, std::span<double> jacobian) {
    const std::size_t n = x.size();
    for (std::size_t i = 0; i < r.size(); ++i) {
      const auto row = jacobian.empty() ? jacobian : jacobian.subspan(i * n, n);
      r[i] = sweep(x, i, row);
      if (std::ranges::any_of(row, [](double g) { return std::isnan(g); }))
        settle_edge_slopes(x, r[i], row, [this, i](auto at, auto slopes) { return sweep(at, i, slopes); });
    }
  }

  /// How far rounding may have moved each: ScalarTape::rounding.
  void rounding(std::span<const double> x, std::span<double> r) {
    for (std::size_t i = 0; i < r.size(); ++i) {
      const Scalar result = record(x, i);
      r[i] = result.tape() ? tape_.rounding(result.id()) : 0;
    }
  }

 private:
  Scalar record(std::span<const double> x, std::size_t i) {
    tape_.clear();
    arguments_.clear();
    for (const double v : x) arguments_.emplace_back(tape_, tape_.input(v));
    return f_(std::span<const Scalar>(arguments_), i);
  }
  double sweep(std::span<const double> x, std::size_t i, std::span<double> gradient) {
    const Scalar result = record(x, i);
    if (gradient.empty()) return result.value();
    if (result.tape())
      tape_.reverse(result.id(), gradient);
    else
      std::ranges::fill(gradient, 0.0);
    return result.value();
  }

  F f_;
  ScalarTape tape_;
  std::vector<Scalar> arguments_;
};

}  // namespace talweg::autodiff
