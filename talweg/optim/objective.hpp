#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace talweg {

/// f: R^n -> R. Reads x (n), writes the gradient (n), returns f(x). What it throws passes through `minimize` unchanged.
using Function = std::function<double(std::span<const double> x, std::span<double> gradient)>;

/// A point never travels without its value and gradient, so nothing is evaluated twice.
struct Point {
  std::vector<double> x;  ///< (n)
  double f = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> g;  ///< (n), the gradient at x

  bool operator==(const Point&) const = default;
};

/// Box constraints lower <= x <= upper; both empty means none. Infinite entries are allowed.
struct Bounds {
  std::vector<double> lower, upper;

  Bounds() = default;
  Bounds(std::vector<double> low, std::vector<double> high) : lower(std::move(low)), upper(std::move(high)) {}
  Bounds(std::span<const double> low, std::span<const double> high)
      : lower(low.begin(), low.end()), upper(high.begin(), high.end()) {}
  bool empty() const { return lower.empty() && upper.empty(); }
  /// Moves x (n) onto the box, coordinate by coordinate.
  void project(std::span<double> x) const;
};

/// One constraint c on x: c(x) = 0 or c(x) >= 0. `function` writes the gradient of c (its row of the Jacobian).
/// Multipliers refer to the Lagrangian f(x) - sum of multiplier · c(x): those of inequalities are >= 0 at a minimum.
struct Constraint {
  enum class Kind { equality, inequality };
  Kind kind = Kind::inequality;
  Function function;
  std::string name;  ///< for messages: the user's text, or "c[2]"
};

/// max |g_i|; with bounds, over the variables that can move downhill: x_i on its bound, with g_i pointing outwards,
/// does not count. NaN if any entry is.
double gradient_norm(std::span<const double> x, std::span<const double> g, const Bounds& bounds);

/// What an observed quantity has one number for.
enum class Per { variable, constraint, step };

/// One named quantity of a method at one iteration: a vector (velocity) or a single number (step_length).
struct Observation {
  std::string name;
  std::vector<double> values;
  Per per = Per::variable;
};
using Observations = std::vector<Observation>;

}  // namespace talweg
