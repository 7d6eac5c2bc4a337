#include "objective.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "talweg/autodiff/differences.hpp"
#include "talweg/optim/evaluator.hpp"

namespace talweg::python {

namespace {

/// To this part of their step h central differences tell where f is least: they are wrong by h² times a sixth of the
/// third derivative.
constexpr double resolution = 1e-3;

std::string type_of(const py::handle& value) { return Py_TYPE(value.ptr())->tp_name; }

void check_signals() {
  if (PyErr_CheckSignals() != 0) throw py::error_already_set();
}

/// Numbers, or objects that may be some. Of complex ones a conversion would take the real part, and text it would read.
bool real(const py::array& array) {
  return std::string_view("fiubO").find(array.dtype().kind()) != std::string_view::npos;
}

std::string described(const py::handle& value, const py::array& array) {
  return array && array.dtype().kind() == 'c' ? std::string(py::str(array.dtype())) : type_of(value);
}

/// The numbers of `value`, which must be as many as `wanted`, whatever its shape.
Doubles numbers_of(const py::handle& value, py::ssize_t wanted, const std::string& who) {
  if (value.is_none()) throw py::type_error(who + " returned None; return an array of numbers");
  const auto given = py::array::ensure(value);
  const auto numbers = given && real(given) ? Doubles::ensure(given) : Doubles();
  if (!given || !real(given) || !numbers) {
    PyErr_Clear();
    throw py::type_error(who + " returned " + described(value, given) + ", which is no array of real numbers");
  }
  if (numbers.size() != wanted)
    throw py::value_error(who + " returned " + std::to_string(numbers.size()) + " numbers where " +
                          std::to_string(wanted) + " are needed");
  return numbers;
}

/// The same into `out`. A tuple or list of floats, as small functions return them, needs no array of NumPy.
void read_numbers(const py::handle& value, std::span<double> out, const char* who) {
  PyObject* const given = value.ptr();
  if ((PyTuple_CheckExact(given) || PyList_CheckExact(given)) &&
      PySequence_Fast_GET_SIZE(given) == static_cast<Py_ssize_t>(out.size())) {
    PyObject** const items = PySequence_Fast_ITEMS(given);
    std::size_t i = 0;
    for (; i < out.size() && PyFloat_CheckExact(items[i]); ++i) out[i] = PyFloat_AS_DOUBLE(items[i]);
    if (i == out.size()) return;
  }
  const auto numbers = numbers_of(value, static_cast<py::ssize_t>(out.size()), who);
  std::copy_n(numbers.data(), out.size(), out.begin());
}

}  // namespace

std::pair<double, double> beside(double x, std::size_t i, const Bounds& bounds) {
  return bounds.empty() ? autodiff::points_beside(x) : autodiff::points_beside(x, bounds.lower[i], bounds.upper[i]);
}

double as_number(const py::handle& value, const char* who) {
  if (PyFloat_Check(value.ptr())) return PyFloat_AS_DOUBLE(value.ptr());
  const std::string name = who;
  if (value.is_none()) throw py::type_error(name + " returned None; return a number");
  if (!PyLong_Check(value.ptr())) {
    const auto array = py::array::ensure(value);
    if (array && array.size() != 1)
      throw py::value_error(name + " returned an array of " + std::to_string(array.size()) +
                            " numbers where one is needed");
    if (array && !real(array))
      throw py::type_error(name + " returned " + described(value, array) + " where a number is needed");
    if (array && array.ndim() > 0) return as_number(array.attr("item")(), who);
  }
  const double number = PyFloat_AsDouble(value.ptr());
  if (number == -1 && PyErr_Occurred()) {
    PyErr_Clear();
    throw py::type_error(name + " returned " + type_of(value) + " where a number is needed");
  }
  return number;
}

PythonFunction::PythonFunction(py::function f, Slope slope, py::object gradient, py::tuple args, Bounds bounds,
                               std::int64_t most_calls)
    : f_(std::move(f)),
      slope_(slope),
      gradient_(std::move(gradient)),
      args_(std::move(args)),
      bounds_(std::move(bounds)),
      most_calls_(most_calls) {}

void PythonFunction::count_call() {
  if (calls_.function >= most_calls_) throw BudgetSpent{Status::evaluation_limit};
  ++calls_.function;
}

py::object PythonFunction::call(const py::object& f, std::span<const double> x) const {
  check_signals();
  if (args_.size() == 0) {
    const py::array_t<double> point = array_of(x);
    PyObject* result = PyObject_CallOneArg(f.ptr(), point.ptr());
    if (!result) throw py::error_already_set();
    return py::reinterpret_steal<py::object>(result);
  }
  return f(array_of(x), *args_);
}

double PythonFunction::ask(std::span<const double> x) {
  count_call();
  return as_number(call(f_, x), "fun");
}

std::int64_t PythonFunction::cost(std::span<const double> x) const {
  std::int64_t calls = 1;
  for (std::size_t i = 0; slope_ == Slope::two_point && i < x.size(); ++i) {
    const auto [below, above] = beside(x[i], i, bounds_);
    calls += (below < x[i]) + (above > x[i]);
  }
  return calls;
}

void PythonFunction::differences(std::span<const double> x, double f, std::span<double> gradient) {
  std::vector<double> at(x.begin(), x.end());
  double bend = 0;  // what curvature makes of f over the steps
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const auto [below, above] = beside(x[i], i, bounds_);
    if (below == above) {
      gradient[i] = 0;  // a fixed variable
      continue;
    }
    double f_below = f, f_above = f;
    if (below < x[i]) at[i] = below, f_below = ask(at);
    if (above > x[i]) at[i] = above, f_above = ask(at);
    gradient[i] = (f_above - f_below) / (above - below);
    if (below < x[i] && above > x[i]) bend += std::abs(f_above + f_below - 2 * f) / 2;
    at[i] = x[i];
  }
  unseen_ = std::isfinite(bend) ? resolution * resolution * bend : 0;
}

double PythonFunction::value(std::span<const double> x) {
  std::optional<py::gil_scoped_acquire> interpreter;
  if (released_) interpreter.emplace();
  last_x_.clear();  // what raises leaves nothing behind
  last_value_ = ask(x);
  last_x_.assign(x.begin(), x.end());
  return last_value_;
}

double PythonFunction::operator()(std::span<const double> x, std::span<double> gradient) {
  std::optional<py::gil_scoped_acquire> interpreter;
  if (released_) interpreter.emplace();
  if (slope_ == Slope::together) {
    count_call();
    ++calls_.gradient;
    const py::object both = call(f_, x);
    PyObject* const pair = both.ptr();
    if (!(PyTuple_Check(pair) || PyList_Check(pair)) || PySequence_Fast_GET_SIZE(pair) != 2)
      throw py::type_error("with jac=True, fun returns (value, gradient); it returned " + type_of(both));
    read_numbers(PySequence_Fast_GET_ITEM(pair, 1), gradient, "the gradient of fun");
    return as_number(PySequence_Fast_GET_ITEM(pair, 0), "fun");
  }
  const double f = std::ranges::equal(x, last_x_) ? last_value_ : ask(x);
  if (slope_ == Slope::two_point) {
    differences(x, f, gradient);
    return f;
  }
  ++calls_.gradient;
  read_numbers(call(gradient_, x), gradient, "jac");
  return f;
}

namespace {

/// c(x) and its Jacobian at the last point that was asked for.
class Values {
 public:
  Values(PythonConstraints given, Bounds bounds) : given_(std::move(given)), bounds_(std::move(bounds)) {}

  bool has_jacobian() const { return !given_.jacobian.is_none(); }
  double read(std::size_t row, std::span<const double> x, std::span<double> gradient) {
    if (!std::ranges::equal(x, at_)) look(x);
    std::copy_n(jacobian_.begin() + static_cast<std::ptrdiff_t>(row * x.size()), x.size(), gradient.begin());
    return values_[row];
  }

 private:
  std::vector<double> values(std::span<const double> x) const {
    const py::gil_scoped_acquire interpreter;
    check_signals();
    const auto m = static_cast<py::ssize_t>(given_.lower.size());
    const auto numbers = numbers_of(given_.f(array_of(x), *given_.args), m, given_.name);
    return {numbers.data(), numbers.data() + m};
  }
  void look(std::span<const double> x) {
    const std::size_t m = given_.lower.size(), n = x.size();
    at_.clear();  // what raises leaves nothing behind
    values_ = values(x);
    jacobian_.assign(m * n, 0);
    if (given_.jacobian.is_none()) {
      differences(x);
    } else {
      const py::gil_scoped_acquire interpreter;
      py::object slopes = given_.jacobian(array_of(x), *given_.args);
      if (py::hasattr(slopes, "toarray")) slopes = slopes.attr("toarray")();
      const auto numbers = numbers_of(slopes, static_cast<py::ssize_t>(m * n), "the Jacobian of " + given_.name);
      std::copy_n(numbers.data(), m * n, jacobian_.begin());
    }
    at_.assign(x.begin(), x.end());
  }
  void differences(std::span<const double> x) {
    std::vector<double> at(x.begin(), x.end());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto [below, above] = beside(x[i], i, bounds_);
      if (below == above) continue;
      at[i] = below;
      const auto low = below < x[i] ? values(at) : values_;
      at[i] = above;
      const auto high = above > x[i] ? values(at) : values_;
      at[i] = x[i];
      for (std::size_t r = 0; r < values_.size(); ++r)
        jacobian_[r * x.size() + i] = (high[r] - low[r]) / (above - below);
    }
  }

  PythonConstraints given_;
  Bounds bounds_;
  std::vector<double> at_, values_, jacobian_;
};

Constraint row_of(const std::shared_ptr<Values>& values, std::size_t row, double sign, double shift,
                  Constraint::Kind kind, std::string name) {
  Constraint made{kind,
                  [=](std::span<const double> x, std::span<double> gradient) {
                    const double c = values->read(row, x, gradient);
                    for (double& g : gradient) g *= sign;
                    return sign * (c - shift);
                  },
                  std::move(name)};
  made.check_gradient = values->has_jacobian();
  return made;
}

}  // namespace

void append_constraints(std::vector<Constraint>& to, PythonConstraints given, const Bounds& bounds) {
  const std::vector<double> lower = given.lower, upper = given.upper;
  const std::string base = given.name;
  const auto values = std::make_shared<Values>(std::move(given), bounds);
  for (std::size_t r = 0; r < lower.size(); ++r) {
    const std::string name = lower.size() == 1 ? base : base + "[" + std::to_string(r) + "]";
    if (lower[r] == upper[r]) {
      to.push_back(row_of(values, r, 1, lower[r], Constraint::Kind::equality, name));
      continue;
    }
    if (std::isfinite(lower[r])) to.push_back(row_of(values, r, 1, lower[r], Constraint::Kind::inequality, name));
    if (std::isfinite(upper[r])) to.push_back(row_of(values, r, -1, upper[r], Constraint::Kind::inequality, name));
  }
}

}  // namespace talweg::python
