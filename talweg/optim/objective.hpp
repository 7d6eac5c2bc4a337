#pragma once
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "talweg/base/export.hpp"

namespace talweg {

/// f: R^n -> R, any callable f(x, gradient): reads x (n), writes the gradient (n), returns f(x). What it throws passes
/// through `minimize` unchanged. Where f(x) can be called as well it is the same value alone, and is asked for wherever
/// the gradient is not wanted: by backtracking line searches and by looks around a solution.
class Function {
 public:
  Function() = default;
  template <class F>
  requires(!std::same_as<std::remove_cvref_t<F>, Function> &&
           std::is_invocable_r_v<double, std::decay_t<F>&, std::span<const double>, std::span<double>>)
      Function(F&& f) {
    using Given = std::decay_t<F>;
    gives_values_ = std::is_invocable_r_v<double, Given&, std::span<const double>>;
    if constexpr (std::is_invocable_r_v<double, Given&, std::span<const double>>)
      call_ = Both<Given>{std::forward<F>(f)};
    else
      call_ = std::forward<F>(f);
  }
  explicit operator bool() const { return static_cast<bool>(call_); }

  double operator()(std::span<const double> x, std::span<double> gradient) const { return call_(x, gradient); }
  /// Whether it gives a value without the gradient.
  bool gives_values() const { return gives_values_; }
  /// f(x) alone. Requires gives_values().
  double value(std::span<const double> x) const { return call_(x, {}); }

 private:
  /// One object behind both calls, so that what it remembers is one thing.
  template <class F> struct Both {
    F f;
    double operator()(std::span<const double> x, std::span<double> gradient) {
      return gradient.empty() ? f(x) : f(x, gradient);
    }
  };
  std::function<double(std::span<const double>, std::span<double>)> call_;
  bool gives_values_ = false;
};

/// A point never travels without its value and gradient, so nothing is evaluated twice.
struct Point {
  std::vector<double> x;  ///< (n)
  double f = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> g;  ///< (n), the gradient at x

  bool operator==(const Point&) const = default;
};

/// Box constraints lower <= x <= upper; both empty means none. Infinite entries are allowed.
struct TALWEG_API Bounds {
  std::vector<double> lower, upper;

  Bounds() = default;
  Bounds(std::vector<double> low, std::vector<double> high) : lower(std::move(low)), upper(std::move(high)) {}
  Bounds(std::span<const double> low, std::span<const double> high)
      : lower(low.begin(), low.end()), upper(high.begin(), high.end()) {}
  bool empty() const { return lower.empty() && upper.empty(); }
  /// Moves x (n) onto the box, coordinate by coordinate.
  void project(std::span<double> x) const;
};

/// c: R^n -> R^m. Reads x (n), writes the Jacobian (m, n) by rows, of which all entries are 0 before, returns c(x) (m).
using VectorFunction = std::function<std::vector<double>(std::span<const double> x, std::span<double> jacobian)>;

/// Constraints that one call gives.
class TALWEG_API ConstraintRows {
 public:
  ConstraintRows(std::size_t size, VectorFunction function, std::string name)
      : size_(size), function_(std::move(function)), name_(std::move(name)) {}
  std::size_t size() const { return size_; }
  /// Writes c (m) and the Jacobian (m, n) at x (n). Throws Error when the function gives another number of values.
  void operator()(std::span<const double> x, std::span<double> c, std::span<double> jacobian) const;

 private:
  std::size_t size_;
  VectorFunction function_;
  std::string name_;
};

/// One constraint c on x: c(x) = 0 or c(x) >= 0. `function` writes the gradient of c (its row of the Jacobian).
/// Multipliers refer to the Lagrangian f(x) - sum of multiplier · c(x): those of inequalities are >= 0 at a minimum.
struct Constraint {
  enum class Kind { equality, inequality };
  Kind kind = Kind::inequality;
  Function function;
  std::string name;  ///< for messages: the user's text, or "c[2]"
  /// Of one that vector_constraint made: the call that gives it, and its row there. As long as the rows of a call stand
  /// together and in their order, they are asked for at once.
  std::shared_ptr<const ConstraintRows> together = {};
  std::size_t row = 0;
  bool check_gradient = true;  ///< false where it comes from differences, which cannot contradict themselves
};

/// m constraints of one kind from one function, which is called once for each point: c(x) = 0 or c(x) >= 0, in each
/// row. They are named name[0], name[1], …; add them to others, or use them as they are:
///
///   options.constraints = vector_constraint(Constraint::Kind::equality, 2, c, "c");
///
/// Copies share the function. Throws Error for m = 0.
TALWEG_API std::vector<Constraint> vector_constraint(Constraint::Kind kind, std::size_t m, VectorFunction c,
                                                     std::string name = "c");

/// max |g_i|; with bounds, over the variables that can move downhill: x_i on its bound, with g_i pointing outwards,
/// does not count. NaN if any entry is.
TALWEG_API double gradient_norm(std::span<const double> x, std::span<const double> g, const Bounds& bounds);

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
