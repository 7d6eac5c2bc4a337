#include "talweg/base/text.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/train/factorization/als.hpp"
#include "talweg/train/factorization/course.hpp"

namespace talweg::train {

namespace {

Bounds nonnegative_factors(const models::Factorization& f) {
  std::vector<double> low(f.size(), -std::numeric_limits<double>::infinity()),
      high(f.size(), std::numeric_limits<double>::infinity());
  const auto bound = [&](std::size_t from, std::size_t count) {
    for (std::size_t i = from; i < from + count; ++i) low[i] = 0;
  };
  bound(f.user_factors_at(), f.users * f.rank);
  bound(f.item_factors_at(), f.items * f.rank);
  return {std::move(low), std::move(high)};
}

/// With the tolerance 1e-6, a sweep that brings a 1e-8th of the whole fall is the last.
constexpr double sweep_factor = 1e4;

std::string counted(std::int64_t count, const char* one, const char* many) {
  return text::cat(count, " ", count == 1 ? one : many);
}

}  // namespace

Outcome fit_by_minimize(const FitData& data, const Method& method, const FitOptions& given, Pool& pool) {
  models::FactorizationObjective objective(data.model, data.matrix, data.penalties, pool);
  Course course(data, given, pool);
  const auto ratings = static_cast<double>(data.matrix.ratings());
  Options options;
  options.max_iterations = given.epochs;
  options.max_seconds = given.max_seconds;
  options.tolerance = given.tolerance;
  options.check_gradient = false;  // the tests of this library compare it with differences
  if (data.nonnegative) options.bounds = nonnegative_factors(data.model);
  bool ended = false;  // by the course: validation, the user
  options.on_iteration = [&](const Iteration& i) {
    if (i.iteration == 0) return false;
    std::copy(i.x.begin(), i.x.end(), data.model.parameters.begin());
    EpochEvent event;
    event.step = i.iteration;
    event.steps = given.epochs;
    event.loss = (i.value - objective.penalty(i.x)) / ratings;
    event.evaluations = i.evaluations.function;
    event.gradient_norm = i.gradient_norm;
    for (const auto& number : i.state())
      if (number.name == "step_length" && !number.values.empty()) event.step_length = number.values[0];
    ended = course.end_epoch(event) && i.iteration < given.epochs;
    return ended;
  };
  const Result result = minimize(objective.function(), data.model.parameters, method, options);
  data.model.parameters = result.x;
  if (!ended) course.end(ending_of(result.status));
  Outcome o;
  o.steps = result.iterations;
  o.evaluations = result.evaluations.function;
  o.examples = o.evaluations * static_cast<std::int64_t>(data.matrix.ratings());
  o.objective = result.value;
  o.gradient_norm = result.gradient_norm;
  const std::string remark = ended ? ""
                             : course.ending() == Ending::converged || course.ending() == Ending::completed
                                 ? text::cat("; gradient norm ", text::brief(result.gradient_norm, 3))
                                 : text::cat(": ", result.message);
  return course.finish(std::move(o), counted(result.iterations, "iteration", "iterations"), remark);
}

Outcome fit_by_als(const FitData& data, const FitOptions& options, Pool& pool) {
  models::FactorizationObjective objective(data.model, data.matrix, data.penalties, pool);
  Course course(data, options, pool);
  std::vector<double> gradient(data.model.size());
  Outcome o;
  double previous = std::numeric_limits<double>::infinity(), start = previous;
  for (bool ended = false; !ended;) {
    als_sweep(data.model, data.matrix, objective, pool);
    o.objective = objective(data.model.parameters, gradient);
    o.gradient_norm = gradient_norm(data.model.parameters, gradient, {});
    o.evaluations = o.steps = course.epochs() + 1;
    EpochEvent event;
    event.step = o.steps;
    event.steps = options.epochs;
    event.loss = objective.half_squares() / static_cast<double>(data.matrix.ratings());
    event.evaluations = o.evaluations;
    event.gradient_norm = o.gradient_norm;
    ended = course.end_epoch(event);
    if (o.steps == 1) start = o.objective;
    const double share = options.tolerance * options.tolerance * sweep_factor;
    const bool still = !(previous - o.objective > share * (start - o.objective));
    if (!ended && still) {
      course.end(Ending::converged);
      ended = true;
    }
    previous = o.objective;
  }
  o.examples = o.steps * static_cast<std::int64_t>(data.matrix.ratings());
  return course.finish(std::move(o), counted(course.epochs(), "sweep", "sweeps"),
                       text::cat("; gradient norm ", text::brief(o.gradient_norm, 3)));
}

}  // namespace talweg::train
