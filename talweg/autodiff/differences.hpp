#pragma once
#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <span>
#include <utility>
#include <vector>

/// Gradients of code that gives values only, by central differences.
namespace talweg::autodiff {

/// Code that gives values only: f(span of double) -> double.
template <class F>
concept ValueFunction = requires(F& f, std::span<const double> x) {
  { f(x) } -> std::convertible_to<double>;
};

/// The two points beside x between which a difference is taken, h = cbrt(2^-52) max(1, |x|) from it, which balances the
/// truncation error h^2 f''' / 6 against the rounding error 2^-53 |f| / h: about ten correct digits. Never beyond [low,
/// high], where one may be x itself (a one-sided difference), or both (a variable that its bounds fix).
inline std::pair<double, double> points_beside(double x, double low = -std::numeric_limits<double>::infinity(),
                                               double high = std::numeric_limits<double>::infinity()) {
  static const double step = std::cbrt(std::numeric_limits<double>::epsilon());
  const double h = step * std::max(1.0, std::abs(x));
  return {std::max(x - h, std::min(low, x)), std::min(x + h, std::max(high, x))};
}

/// Central differences, one-sided on a bound. Costs at most 2n + 1 evaluations a call.
template <class F> class Differences {
 public:
  /// `lower`, `upper` (n) or empty: f is called nowhere beyond.
  explicit Differences(F f, std::vector<double> lower = {}, std::vector<double> upper = {})
      : f_(std::move(f)), lower_(std::move(lower)), upper_(std::move(upper)) {}

  /// The value alone, in one evaluation.
  double operator()(std::span<const double> x) { return f_(x); }
  /// The derivative by a variable that its bounds fix is 0.
  double operator()(std::span<const double> x, std::span<double> gradient) {
    at_.assign(x.begin(), x.end());
    const std::span<const double> at = at_;
    const double f = f_(at);
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      const auto [below, above] = lower_.empty() ? points_beside(x[i]) : points_beside(x[i], lower_[i], upper_[i]);
      double f_below = f, f_above = f;
      if (above > x[i]) at_[i] = above, f_above = f_(at);
      if (below < x[i]) at_[i] = below, f_below = f_(at);
      at_[i] = x[i];
      gradient[i] = above > below ? (f_above - f_below) / (above - below) : 0;
    }
    return f;
  }

 private:
  F f_;
  std::vector<double> lower_, upper_, at_;
};

/// A talweg::Function from code that gives values only, for when exact gradients cannot be had.
template <class F>
requires ValueFunction<F> Differences<F> differences(F f) { return Differences<F>(std::move(f)); }

/// The same within `bounds` (of Options::bounds): f need not be defined beyond them.
template <class F, class B>
requires ValueFunction<F> && requires(const B& b) { std::vector<double>(b.lower), std::vector<double>(b.upper); }
Differences<F> differences(F f, const B& bounds) { return Differences<F>(std::move(f), bounds.lower, bounds.upper); }

}  // namespace talweg::autodiff

namespace talweg {
using autodiff::differences;
}
