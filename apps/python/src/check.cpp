#include <limits>
#include <optional>

#include "documents.hpp"
#include "objective.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/evaluator.hpp"
#include "talweg/optim/gradient_check.hpp"
#include "talweg/report/plot/figure.hpp"

/// A gradient beside differences of its function.
namespace talweg::python {

namespace {

/// (n) central differences of f within the bounds, NaN for a variable that they fix.
std::vector<double> differences(Evaluator& f, const Point& at) {
  std::vector<double> x = at.x, unused(x.size()), out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto [below, above] = beside(at.x[i], i, f.bounds());
    x[i] = below;
    const double low = f.check_value(x, unused);
    x[i] = above;
    const double high = f.check_value(x, unused);
    x[i] = at.x[i];
    out[i] = below < above ? (high - low) / (above - below) : std::numeric_limits<double>::quiet_NaN();
  }
  return out;
}

/// One marker for each coordinate: its derivative by the gradient over that by differences. Right ones lie on the line.
/// Its axes are called differences and gradient.
std::string picture_of(const std::vector<double>& given, const std::vector<double>& measured,
                       const std::string& message, const py::dict& options) {
  const present::PictureOptions picture = picture_options(options);
  namespace plot = report::plot;
  plot::Series line{.name = "equal", .background = true};
  plot::Series points{.name = "coordinates", .draw = plot::Draw::points};
  for (std::size_t i = 0; i < given.size(); ++i) {
    line.x.push_back(measured[i]), line.y.push_back(measured[i]);
    points.x.push_back(measured[i]), points.y.push_back(given[i]);
    points.titles.push_back(text::cat("x[", i, "]: gradient ", given[i], ", differences ", measured[i]));
  }
  plot::Chart chart{.title = "The gradient beside differences", .subtitle = message};
  chart.x = {.label = "by differences", .name = "differences"};
  chart.y = {.label = "by the gradient", .name = "gradient"};
  chart.series = {std::move(line), std::move(points)};
  plot::Figure figure{.title = picture.title};
  figure.panels.emplace_back(present::shown(std::move(chart), picture));
  present::check_axes(picture, figure.panels);
  return plot::svg(figure);
}

py::dict check_function(py::function f, const std::string& slope, py::object gradient, py::tuple args,
                        std::vector<double> x, const py::object& lower, const py::object& upper) {
  Options options;
  if (!lower.is_none()) options.bounds = {py::cast<std::vector<double>>(lower), py::cast<std::vector<double>>(upper)};
  const auto function =
      std::make_shared<PythonFunction>(std::move(f), slope == "together" ? Slope::together : Slope::apart,
                                       std::move(gradient), std::move(args), options.bounds, options.max_evaluations);
  const Function wrapped([function](std::span<const double> at, std::span<double> g) { return (*function)(at, g); });
  Evaluator evaluator(wrapped, options);
  Point at;
  at.x = std::move(x);
  options.bounds.project(at.x);
  evaluator(at);
  if (!finite(at)) throw Error("x0", "x0: the function or its gradient is no finite number there");
  const GradientVerdict verdict = check_gradient(evaluator, at);
  const std::vector<double> measured = differences(evaluator, at);
  py::dict out;
  out["success"] = !verdict.wrong;
  out["message"] =
      verdict.wrong ? verdict.message : std::string("the gradient agrees with differences of the function");
  out["wrong"] = verdict.coordinates;
  out["x"] = array_of(at.x), out["fun"] = at.f, out["jac"] = array_of(at.g), out["differences"] = array_of(measured);
  out["nfev"] = function->calls().function, out["njev"] = function->calls().gradient;
  return out;
}

}  // namespace

void add_check(py::module_& module) {
  module.def("check_gradient", &check_function);
  module.def("check_picture", &picture_of);
}

}  // namespace talweg::python
