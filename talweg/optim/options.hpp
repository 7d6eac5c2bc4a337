#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "talweg/base/hook.hpp"
#include "talweg/optim/objective.hpp"

namespace talweg {

/// Points at which f was asked. Calls of f: function + check + repeated.
struct Evaluations {
  std::int64_t function = 0;
  std::int64_t gradient = 0;  ///< of these, with the gradient; less than `function` where f gives values alone
  std::int64_t check = 0;     ///< spent by the checks of gradient and curvature, not counted above
  std::int64_t repeated = 0;  ///< of all, asked for the gradient when the value alone had been asked for before
};

/// What a callback sees after an iteration. Iteration 0 is the start.
struct Iteration {
  std::int64_t iteration;
  std::span<const double> x;            ///< (n), the point after update `iteration`
  double value;                         ///< f(x)
  std::span<const double> gradient;     ///< (n), at x
  double gradient_norm;                 ///< max norm; projected when there are bounds
  Evaluations evaluations;              ///< so far
  std::function<Observations()> state;  ///< the method's own numbers, computed when called
  /// Everything that decides what follows, for Run::load.
  std::function<std::vector<std::byte>()> save = {};
};

/// If it returns a bool, true stops the run.
using IterationCallback = Hook<Iteration>;

struct Result;

/// What listens to a run, where it is set. Of several, each is called, in their order; what they throw passes through
/// `minimize` unchanged.
struct Callback {
  IterationCallback begin = {};  ///< at the start, iteration 0, when a run begins there; one taken up has begun before
  IterationCallback step = {};   ///< after each iteration
  Hook<Result> end = {};         ///< once, with what the run came to, however it ended; nothing is left to stop
};

/// The limits, tests and bounds of one run of `minimize`; the same for every method.
struct Options {
  std::optional<std::int64_t> max_iterations = {};                          ///< without one, the method's own default
  std::int64_t max_evaluations = std::numeric_limits<std::int64_t>::max();  ///< of f, the check apart
  double max_seconds = std::numeric_limits<double>::infinity();
  /// Of the test without units: converged when the fall that is still to be had, measured by curvature (the Newton
  /// decrement), is within tolerance² of the fall since the start. Scaling or shifting f, or all of x, does not change
  /// the answer. 0 switches every convergence stop off: exactly max_iterations updates are made.
  double tolerance = default_tolerance;
  /// Of an absolute test, in the units of f and x: max|g_i| <= gradient_tolerance; in a box g_i counts unless x_i
  /// stands on its bound and g_i points outwards. Given while `tolerance` is left at its default, it is the only test;
  /// beside another tolerance, the first that holds ends the run.
  std::optional<double> gradient_tolerance = {};
  std::optional<double> target_value = {};  ///< stop when f <= target (f >= target when maximising)
  Bounds bounds = {};
  std::vector<Constraint> constraints = {};  ///< only for methods that take them: sqp, auglag
  bool maximize = false;
  IterationCallback on_iteration = {};
  /// Compare the gradient with a central difference along one random direction before the first step.
  bool check_gradient = true;
  /// Before a point is called converged, look at the curvature there by products with the Hessian; they count as
  /// checks. Without, the method's own model is believed, and the message says that nothing was confirmed.
  bool check_curvature = true;
  std::vector<std::string> names = {};  ///< of the variables, for messages; without them x[0], x[1], …
  /// f and its gradient come from one tape and cost little: curvature is measured in full up to 50 variables, for other
  /// functions up to 10.
  bool exact_gradient = false;
  /// How far rounding may have moved f(x); empty: a few units in the last place of f.
  std::function<double(std::span<const double> x)> rounding = {};
  std::vector<Callback> callbacks = {};  ///< beside on_iteration, and called after it

  static constexpr double default_tolerance = 1e-8;
  /// Whether any test of convergence is made.
  bool tested() const { return tolerance > 0 || gradient_tolerance; }
  /// Whether the test without units is made.
  bool scale_free() const { return tolerance > 0 && !(gradient_tolerance && tolerance == default_tolerance); }
};

}  // namespace talweg
