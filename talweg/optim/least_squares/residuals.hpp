#pragma once
#include <concepts>
#include <cstddef>
#include <functional>
#include <span>
#include <type_traits>
#include <utility>

#include "talweg/base/export.hpp"

namespace talweg {

/// r: R^n -> R^m, what a fit makes small: any callable f(x, r, jacobian) that reads x (n), writes r (m), and where
/// `jacobian` (m, n, by rows) is not empty, all of its entries ∂r_i/∂x_j too. What it throws passes through
/// `least_squares` unchanged.
class Residuals {
 public:
  using Call = std::function<void(std::span<const double> x, std::span<double> r, std::span<double> jacobian)>;

  /// Writes how far rounding may have moved each of the residuals (m) at x (n).
  using Rounding = std::function<void(std::span<const double> x, std::span<double> r)>;

  /// `exact`: the Jacobian comes from a tape, and need not be compared with differences. Without `rounding` it is
  /// measured, by looks beside x.
  Residuals(std::size_t m, Call call, bool exact = false, Rounding rounding = {})
      : m_(m), exact_(exact), call_(std::move(call)), rounding_(std::move(rounding)) {}
  /// Residuals that can be had some at a time, so that a Jacobian is never held twice: writes those from `first` on, as
  /// many as r has place for, and their rows of the Jacobian.
  using Part = std::function<void(std::span<const double> x, std::size_t first, std::span<double> r,
                                  std::span<double> jacobian)>;
  static Residuals in_parts(std::size_t m, Part part, bool exact = false, Rounding rounding = {}) {
    Residuals out(
        m, [part](auto x, auto r, auto jacobian) { part(x, 0, r, jacobian); }, exact, std::move(rounding));
    out.part_ = std::move(part);
    return out;
  }
  std::size_t size() const { return m_; }
  bool exact() const { return exact_; }
  void operator()(std::span<const double> x, std::span<double> r, std::span<double> jacobian = {}) const {
    call_(x, r, jacobian);
  }
  bool has_parts() const { return static_cast<bool>(part_); }
  /// Requires has_parts().
  void part(std::span<const double> x, std::size_t first, std::span<double> r, std::span<double> jacobian) const {
    part_(x, first, r, jacobian);
  }
  bool knows_rounding() const { return static_cast<bool>(rounding_); }
  /// Requires knows_rounding().
  void rounding(std::span<const double> x, std::span<double> r) const { rounding_(x, r); }

 private:
  std::size_t m_;
  bool exact_;
  Call call_;
  Part part_;
  Rounding rounding_;
};

/// m residuals with a Jacobian of the user's own: residuals(m, [](auto x, auto r, auto jacobian) { … }).
template <class F>
requires std::is_invocable_v<F&, std::span<const double>, std::span<double>, std::span<double>> Residuals
residuals(std::size_t m, F f) {
  return {m, std::move(f)};
}

}  // namespace talweg
