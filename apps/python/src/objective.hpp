#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "module.hpp"
#include "talweg/optim/objective.hpp"

namespace talweg::python {

/// Where the gradient of a Python function comes from.
enum class Slope {
  together,   ///< the function returns (value, gradient)
  apart,      ///< a function of its own
  two_point,  ///< central differences of values, one-sided beside a bound
};

struct Calls {
  std::int64_t function = 0, gradient = 0;
};

/// A scalar function of Python, called with x and `args`. Each x is a fresh array, which the function may keep. Signals
/// are looked at before each call, so that Ctrl-C ends a run within one evaluation; what Python raises passes through.
/// A call beyond `most_calls`, whatever it is for, throws BudgetSpent.
class PythonFunction {
 public:
  PythonFunction(py::function f, Slope slope, py::object gradient, py::tuple args, Bounds bounds,
                 std::int64_t most_calls);
  double operator()(std::span<const double> x, std::span<double> gradient);
  /// f(x) alone: one call. Where the gradient is asked for next, the value is not asked for again.
  double value(std::span<const double> x);
  /// Whether `value` takes less than the gradient with it.
  bool gives_values() const { return slope_ != Slope::together; }
  /// Calls of f that the value and the gradient at x take.
  std::int64_t cost(std::span<const double> x) const;
  /// The fall of f that differences do not show around the point where they were made last.
  double unseen() const { return unseen_; }
  const Calls& calls() const { return calls_; }
  /// Whether the interpreter is given up between evaluations: worth its price where the engine has much to compute.
  void release_between_calls(bool release) { released_ = release; }

 private:
  double ask(std::span<const double> x);
  void count_call();
  py::object call(const py::object& f, std::span<const double> x) const;
  void differences(std::span<const double> x, double f, std::span<double> gradient);

  py::function f_;
  Slope slope_;
  py::object gradient_;
  py::tuple args_;
  Bounds bounds_;
  std::int64_t most_calls_;
  Calls calls_;
  std::vector<double> last_x_;  ///< where `value` was asked for last
  double last_value_ = 0;
  double unseen_ = 0;
  bool released_ = false;
};

/// A vector of constraints of Python as the constraints of the library: each point is asked for once.
struct PythonConstraints {
  py::function f;
  py::object jacobian;  ///< None: central differences
  py::tuple args;
  std::vector<double> lower, upper;  ///< (m) lower <= c(x) <= upper; equal: an equality
  std::string name;
};
void append_constraints(std::vector<Constraint>& to, PythonConstraints given, const Bounds& bounds);

/// Two points beside x_i within the bounds, as far from it as central differences want where there is room.
std::pair<double, double> beside(double x, std::size_t i, const Bounds& bounds);

double as_number(const py::handle& value, const char* who);

}  // namespace talweg::python
