#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

#include "objective.hpp"
#include "rows.hpp"
#include "talweg/api/method.hpp"
#include "talweg/api/minimize/problem.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/formula/formula.hpp"
#include "talweg/optim/evaluator.hpp"
#include "talweg/optim/minimize.hpp"

/// `minimize` of functions of Python and of formulas.
namespace talweg::python {

namespace {

/// Beyond so many variables the engine has enough to do between two evaluations for other threads to run meanwhile.
constexpr std::size_t variables_worth_releasing = 1000;

struct Problem {
  std::vector<double> start;
  Options options;
  std::string method;
  py::object callback;  ///< None, or called as (x, f, iteration): true stops
};

template <class T> void take(const py::dict& given, const char* name, T& member) {
  if (given.contains(name) && !given[name].is_none()) member = py::cast<T>(given[name]);
}
template <class T> void take(const py::dict& given, const char* name, std::optional<T>& member) {
  if (given.contains(name) && !given[name].is_none()) member = py::cast<T>(given[name]);
}

Options options_of(const py::dict& given, const py::object& lower, const py::object& upper) {
  Options o;
  take(given, "max_iterations", o.max_iterations);
  take(given, "max_evaluations", o.max_evaluations);
  take(given, "max_seconds", o.max_seconds);
  take(given, "tolerance", o.tolerance);
  take(given, "gradient_tolerance", o.gradient_tolerance);
  take(given, "target_value", o.target_value);
  take(given, "maximize", o.maximize);
  take(given, "check_gradient", o.check_gradient);
  take(given, "check_curvature", o.check_curvature);
  take(given, "names", o.names);
  if (!lower.is_none()) o.bounds = {py::cast<std::vector<double>>(lower), py::cast<std::vector<double>>(upper)};
  return o;
}

Method method_of(const Problem& p) {
  if (p.method.empty()) return Method::usual(p.options);
  return api::method({.optimizer = p.method,
                      .bounds = !p.options.bounds.empty(),
                      .constraints = !p.options.constraints.empty()})
      .method;
}

IterationCallback callback_of(const py::object& callback) {
  if (callback.is_none()) return {};
  return [call = std::make_shared<py::object>(callback)](const Iteration& i) {
    if (i.iteration == 0) return false;
    const py::gil_scoped_acquire interpreter;
    return py::cast<bool>((*call)(array_of(i.x), i.value, i.iteration));
  };
}

py::dict certificate_of(const Certificate& c) {
  py::dict out;
  out["kind"] = std::string(name(c.kind));
  out["smallest_curvature"] = c.smallest_curvature;
  out["checked"] = c.checked;
  return out;
}

py::dict result_of(const Result& r, const Calls& calls) {
  py::dict out;
  out["x"] = array_of(r.x);
  out["fun"] = r.value;
  out["jac"] = array_of(r.gradient);
  out["nit"] = r.iterations;
  out["nfev"] = calls.function;
  out["njev"] = calls.gradient;
  out["status_name"] = std::string(name(r.status));
  out["success"] = r.success();
  out["message"] = r.message;
  out["violation"] = r.constraint_violation;
  out["multipliers"] = array_of(r.multipliers);
  out["certificate"] = certificate_of(r.certificate);
  out["optimizer"] = r.optimizer;
  out["gradient_norm"] = r.gradient_norm;
  return out;
}

struct WithValues {
  std::shared_ptr<PythonFunction> f;
  double operator()(std::span<const double> x) const { return f->value(x); }
  double operator()(std::span<const double> x, std::span<double> g) const { return (*f)(x, g); }
};

Function as_function(const std::shared_ptr<PythonFunction>& f) {
  if (f->gives_values()) return WithValues{f};
  return [f](std::span<const double> x, std::span<double> g) { return (*f)(x, g); };
}

/// A run has nothing to show before it has a gradient. Throws Error where the limit allows none.
void require_room(const PythonFunction& f, const Problem& p) {
  std::vector<double> start = p.start;
  p.options.bounds.project(start);
  const std::int64_t cost = f.cost(start);
  if (p.options.max_evaluations < cost)
    throw Error("maxfun",
                text::cat("maxfun=", p.options.max_evaluations, " is out of range; the value and gradient at ",
                          "the start take ", cost, cost == 1 ? " call" : " calls", " of fun: use ", cost, " or more"));
}

py::dict minimize_function(py::function f, const std::string& slope, py::object gradient, py::tuple args,
                           std::vector<double> start, const std::string& method, const py::object& lower,
                           const py::object& upper, const py::list& constraints, const py::dict& options,
                           const py::object& callback) {
  Problem p{std::move(start), options_of(options, lower, upper), method, callback};
  for (const auto& given : constraints) {
    const auto c = py::cast<py::dict>(given);
    append_constraints(p.options.constraints,
                       {c["fun"], c["jac"], c["args"], py::cast<std::vector<double>>(c["lower"]),
                        py::cast<std::vector<double>>(c["upper"]), py::cast<std::string>(c["name"])},
                       p.options.bounds);
  }
  const Slope from = slope == "together" ? Slope::together : slope == "apart" ? Slope::apart : Slope::two_point;
  const auto function = std::make_shared<PythonFunction>(std::move(f), from, std::move(gradient), std::move(args),
                                                         p.options.bounds, p.options.max_evaluations);
  require_room(*function, p);
  if (from == Slope::two_point) {
    p.options.check_gradient = false;  // differences cannot contradict themselves
    // What differences do not show is hidden as what rounding moves is.
    p.options.rounding = [function](std::span<const double>) { return function->unseen(); };
  }
  p.options.on_iteration = callback_of(p.callback);
  const Method chosen = method_of(p);
  const bool release = p.start.size() >= variables_worth_releasing;
  function->release_between_calls(release);
  std::optional<py::gil_scoped_release> others;
  if (release) others.emplace();
  const Result r = minimize(as_function(function), p.start, chosen, p.options);
  others.reset();
  return result_of(r, function->calls());
}

/// Looks at signals now and then, where no code of Python runs that would.
class Watch {
 public:
  void operator()() {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::milliseconds(20);
    const py::gil_scoped_acquire interpreter;
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
  }

 private:
  std::chrono::steady_clock::time_point next_{};
};

struct ReadFormula {
  Function function;
  std::function<double(std::span<const double>)> rounding;
};

ReadFormula read_formula(const std::string& text, const std::vector<std::string>& names) {
  const formula::Formula f = formula::parse(text, names);
  return {formula::as_function(f), formula::rounding_of(f)};
}

/// mean(…) and sum(…) are over the rows.
ReadFormula read_over_rows(const std::string& text, const std::vector<std::string>& names,
                           const std::vector<double>& start, const py::object& rows) {
  api::MinimizeRequest request;
  request.formula = text;
  for (std::size_t i = 0; i < names.size(); ++i) request.start.push_back({names[i], start[i]});
  request.data = input_of(rows);
  const api::Problem problem(request);
  return {problem.function(), problem.rounding()};
}

py::dict minimize_formula(const std::string& text, const std::vector<std::string>& names, std::vector<double> start,
                          const std::string& method, const py::object& lower, const py::object& upper,
                          const std::vector<std::string>& constraints, const py::dict& options,
                          const py::object& callback, const py::object& rows) {
  Problem p{std::move(start), options_of(options, lower, upper), method, callback};
  const ReadFormula f = rows.is_none() ? read_formula(text, names) : read_over_rows(text, names, p.start, rows);
  p.options.names = names;
  for (const std::string& c : constraints)
    p.options.constraints.push_back(formula::as_constraint(formula::parse_constraint(c, names)));
  p.options.exact_gradient = true;
  p.options.check_gradient = false;
  p.options.rounding = f.rounding;
  p.options.on_iteration = callback_of(p.callback);
  const Method chosen = method_of(p);
  Watch watch;
  const auto calls = std::make_shared<Calls>();
  const auto function = [g = f.function, watch, calls, most = p.options.max_evaluations](
                            std::span<const double> x, std::span<double> gradient) mutable {
    watch();
    if (calls->function >= most) throw BudgetSpent{Status::evaluation_limit};
    ++calls->function, ++calls->gradient;
    return g(x, gradient);
  };
  const py::gil_scoped_release others;
  const Result r = minimize(function, p.start, chosen, p.options);
  const py::gil_scoped_acquire interpreter;
  return result_of(r, *calls);
}

}  // namespace

void add_minimize(py::module_& module) {
  module.def("minimize_function", &minimize_function);
  module.def("minimize_formula", &minimize_formula);
}

}  // namespace talweg::python
