#include "talweg/optim/least_squares/least_squares.hpp"

#include <cmath>
#include <utility>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/settings.hpp"
#include "talweg/optim/least_squares/fit_run.hpp"
#include "talweg/optim/least_squares/fit_verdict.hpp"
#include "talweg/optim/least_squares/statistics.hpp"

namespace talweg {

using text::cat;

namespace {

void check_numbers(const LeastSquaresOptions& o) {
  if (o.max_iterations < 0) throw Error(cat("max_iterations = ", o.max_iterations, " is out of range; use 0 or more"));
  if (o.max_evaluations < 1)
    throw Error(cat("max_evaluations = ", o.max_evaluations, " is out of range; use 1 or more"));
  if (!(o.max_seconds > 0)) throw Error(cat("max_seconds = ", o.max_seconds, " is out of range; use more than 0"));
  if (!(o.tolerance >= 0 && o.tolerance < 1))
    throw Error(cat("tolerance = ", o.tolerance, " is out of range [0, 1); 0 switches the test of convergence off"));
  if (!(o.level > 0 && o.level < 1))
    throw Error(cat("level = ", o.level, " is out of range; use a share between 0 and 1"));
  if (!(o.loss.scale > 0) || std::isinf(o.loss.scale))
    throw Error(cat("loss: scale = ", o.loss.scale, " is out of range; use a finite number above 0"));
}

void check_sizes(const Residuals& residuals, std::span<const double> x0, const LeastSquaresOptions& o) {
  const std::size_t n = x0.size(), m = residuals.size();
  const auto name = [&](std::size_t j) { return j < o.names.size() ? o.names[j] : cat("x[", j, "]"); };
  if (n == 0) throw Error("the start is empty: give a number for each parameter");
  for (std::size_t j = 0; j < n; ++j)
    if (!std::isfinite(x0[j]))
      throw Error(cat("the start is not finite: ", name(j), " = ", x0[j], "; give a finite number"));
  std::size_t free = n;
  if (!o.bounds.empty()) {
    if (o.bounds.lower.size() != n || o.bounds.upper.size() != n)
      throw Error(cat("bounds: ", o.bounds.lower.size(), " lower and ", o.bounds.upper.size(), " upper entries for ", n,
                      " parameters; give one for each, infinite where there is none"));
    for (std::size_t j = 0; j < n; ++j) {
      const double low = o.bounds.lower[j], high = o.bounds.upper[j];
      if (!(low <= high))
        throw Error(cat("bounds of ", name(j), ": lower ", low, " is above upper ", high, "; swap them"));
      if (low == infinity || high == -infinity)
        throw Error(cat("bounds of ", name(j), ": no finite number lies between ", low, " and ", high));
      free -= low == high;
    }
  }
  std::size_t rows = m;
  if (!o.weights.empty()) {
    if (o.weights.size() != m)
      throw Error(cat("weights: ", o.weights.size(), " for ", m, " residuals; give one for each"));
    for (std::size_t i = 0; i < m; ++i) {
      if (!(o.weights[i] >= 0) || std::isinf(o.weights[i]))
        throw Error(cat("weights: entry ", i, " is ", o.weights[i], "; a weight is a finite number of 0 or more"));
      rows -= o.weights[i] == 0;
    }
  }
  if (rows < free)
    throw Error(cat(rows, " residuals", rows < m ? " of weight above 0" : "", " for ", free,
                    " parameters: give at least as many, or fix parameters by bounds such as 1:1"));
}

}  // namespace

LeastSquaresResult least_squares(const Residuals& residuals, std::vector<double> x0, const LevenbergMarquardt& method,
                                 const LeastSquaresOptions& options) {
  check_settings(method);
  check_numbers(options);
  check_sizes(residuals, x0, options);
  std::vector<double> inside = x0;
  if (!options.bounds.empty()) options.bounds.project(inside);
  const bool projected = inside != x0;

  lsq::Problem problem(residuals, options, x0.size());
  lsq::FitRun run(problem, method);
  run.run(std::move(inside));
  LeastSquaresResult r;
  r.x = run.point().x;
  r.residuals = run.point().raw;
  r.value = run.point().value;
  r.status = run.status();
  r.optimizer = method.spec();
  r.iterations = run.iterations();
  r.certificate = run.certificate();
  if (run.model()) {
    r.cosine = run.model()->cosine();
    lsq::add_statistics(options, run.point(), *run.model(), r);
    if (succeeds(r.status) && !r.confounded.empty()) r.status = Status::singular;
  }
  r.evaluations = problem.evaluations();
  r.seconds = problem.seconds();
  lsq::FitStory story{.why = run.why(), .projected = projected, .exact = residuals.exact()};
  if (r.status == Status::line_search_failed && run.model())
    story.nearly_confounded = lsq::nearly_confounded(*run.model(), residuals.size(), r.x.size());
  r.message = lsq::fit_verdict(r, options, story);
  return r;
}

}  // namespace talweg
