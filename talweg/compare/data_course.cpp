#include "talweg/compare/data_course.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/compare/looks.hpp"
#include "talweg/models/penalty.hpp"
#include "talweg/models/targets.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/train/batches/batches.hpp"
#include "talweg/train/loop.hpp"
#include "talweg/train/network_optimizer.hpp"

namespace talweg::compare {

namespace {

using text::cat;
using Clock = std::chrono::steady_clock;
using Model = models::Model<double>;
using Rows = train::Examples<double>;

// Where so little is left to gain, stopping saves time, and changes no value that is compared.
constexpr double tolerance = 1e-13;

nn::Targets<double> targets_of(const Rows& rows) { return models::rows_of(rows.targets, 0, rows.rows); }

View<const double> inputs_of(const Rows& rows) {
  return {rows.x.data(), {static_cast<std::int64_t>(rows.rows), static_cast<std::int64_t>(rows.inputs)}};
}

/// l1·Σ|w| + l2/2·Σw² over the weights (and the biases where the model says so), as the network adds it to its loss.
double penalty(const Model& model) {
  const models::ModelSpec& spec = model.spec();
  if (spec.l1 == 0 && spec.l2 == 0) return 0;
  const auto parameters = const_cast<Model&>(model).network().parameters();
  const double l1 = models::network_l1(spec, model.head());
  double sum = 0;
  for (const auto& p : parameters)
    if (spec.regularized_bias || p.shape.rank() > 1)
      for (const double w : parameters.values.subspan(std::size_t(p.offset), std::size_t(p.size())))
        sum += l1 * std::abs(w) + spec.l2 / 2 * w * w;
  return sum;
}

/// Keeps the curve of an attempt, and judges it at its end.
class Recorder {
 public:
  void note(std::int64_t evaluations, double value) {
    attempt.curve.push_back({evaluations, value});
    attempt.moments.push_back(std::chrono::duration<double>(Clock::now() - begin_).count());
  }
  Attempt finish(double value) {
    attempt.value = value;
    attempt.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
    if (!std::isfinite(value))
      attempt.why = "not_finite";
    else if (value > attempt.start + 1e-9 * std::abs(attempt.start))
      attempt.why = "ended above its start";
    attempt.failed = !attempt.why.empty();
    if (attempt.failed) attempt.value = std::numeric_limits<double>::infinity();
    return std::move(attempt);
  }

  Attempt attempt;

 private:
  Clock::time_point begin_ = Clock::now();
};

}  // namespace

double objective(const Model& model, const Rows& rows) {
  const auto outputs = static_cast<std::int64_t>(model.head().outputs);
  Tensor<double> y({static_cast<std::int64_t>(rows.rows), outputs});
  model.outputs(inputs_of(rows), y);
  Pool pool(1);
  const double loss = nn::loss(model.head().loss).value<double>(pool, y, targets_of(rows));
  return model.head().loss_unit() * (loss + penalty(model));
}

double objective(Model& model, const Rows& rows, std::span<const double> parameters, std::span<double> gradient) {
  const auto p = model.network().parameters();
  std::copy(parameters.begin(), parameters.end(), p.values.begin());
  p.zero_gradients();
  const double loss = model.differentiate(inputs_of(rows), targets_of(rows));
  const double unit = model.head().loss_unit();
  for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] = unit * p.gradients[i];
  return unit * (loss + penalty(model));
}

std::size_t DataCourse::batch_of(const Entrant& entrant) const {
  const std::size_t all = task_.rows.rows;
  if (!entrant.rule) return all;
  std::size_t batch = entrant.batch.value_or(entrant.rule->info().traits.full_batch ? 0 : task_.batch);
  return batch == 0 ? all : std::min(batch, all);
}

void DataCourse::admit(const Entrant& entrant, std::int64_t budget) const {
  const auto rows = static_cast<std::int64_t>(task_.rows.rows), batch = static_cast<std::int64_t>(batch_of(entrant));
  if (entrant.deterministic) {
    const MethodTraits traits = (*entrant.deterministic)->traits();
    if (traits.constraints)
      throw Error(cat("'", entrant.given, "' is for constraints, of which a model has none: use lbfgs, cg or lbfgsb"));
    if (task_.spec.dropout > 0)
      throw Error(cat("'", entrant.given, "' needs the same loss at every evaluation, and dropout=", task_.spec.dropout,
                      " draws another network each time: leave one of them out"));
    if (budget < 2 * rows)
      throw Error("evaluations",
                  cat(text::option("evaluations", budget), " is less than two passes over the ", rows, " rows, which '",
                      entrant.given, "' needs for its first step: give at least ", 2 * rows));
    return;
  }
  if (budget < batch)
    throw Error("evaluations", cat(text::option("evaluations", budget), " does not reach for one step of '",
                                   entrant.given, "' on ", batch, " rows: give more, or a smaller batch_size"));
}

Attempt DataCourse::run(const Entrant& entrant, double rate, std::uint64_t seed, std::int64_t budget, bool) const {
  return entrant.rule ? run_first_order(entrant, rate, seed, budget) : run_deterministic(entrant, seed, budget);
}

Attempt DataCourse::run_first_order(const Entrant& entrant, double rate, std::uint64_t seed,
                                    std::int64_t budget) const {
  Pool pool(1);
  Model model(task_.spec, task_.head, task_.rows.inputs, seed);
  const FirstOrder method = entrant.with_rate(rate);
  const auto rows = static_cast<std::int64_t>(task_.rows.rows), batch = static_cast<std::int64_t>(batch_of(entrant));
  const std::int64_t per_epoch = (rows + batch - 1) / batch;
  const train::Examples<double> none;
  train::Batches<double> learner(model, Optimizer<double>(method, segments(model.network().parameters().list)),
                                 task_.rows, none, {.batch_size = static_cast<std::size_t>(batch), .seed = seed}, pool);
  train::Loop loop(learner, {.epochs = std::max<std::int64_t>(1, budget / rows)});

  Recorder recorder;
  double value = recorder.attempt.start = objective(model, task_.rows);
  recorder.note(0, value);
  const auto at = looks(budget);
  auto look = at.begin();
  std::int64_t& used = recorder.attempt.evaluations;
  for (std::int64_t step = 0;; ++step) {
    const std::int64_t taken = step % per_epoch == per_epoch - 1 ? rows - batch * (per_epoch - 1) : batch;
    if (used + taken > budget) break;
    if (!std::isfinite(loop.step().loss)) return recorder.finish(std::numeric_limits<double>::quiet_NaN());
    used += taken;
    if (look == at.end() || used < *look) continue;
    while (look != at.end() && *look <= used) ++look;
    recorder.note(used, value = objective(model, task_.rows));
    if (!std::isfinite(value)) break;
  }
  if (recorder.attempt.curve.back().evaluations != used && std::isfinite(value))
    recorder.note(used, value = objective(model, task_.rows));
  return recorder.finish(value);
}

Attempt DataCourse::run_deterministic(const Entrant& entrant, std::uint64_t seed, std::int64_t budget) const {
  Pool pool(1);
  Model model(task_.spec, task_.head, task_.rows.inputs, seed);
  model.network().use(pool);
  const auto rows = static_cast<std::int64_t>(task_.rows.rows);
  const auto values = model.network().parameters().values;
  std::vector<double> start(values.begin(), values.end());
  Recorder recorder;
  std::int64_t& used = recorder.attempt.evaluations;
  double lowest = std::numeric_limits<double>::infinity();
  const Function f = [&](std::span<const double> x, std::span<double> gradient) {
    const double value = objective(model, task_.rows, x, gradient);
    if (used == 0) {
      recorder.attempt.start = value;
      recorder.note(0, value);
    }
    used += rows;
    if (value < lowest) recorder.note(used, lowest = value);
    return value;
  };
  Options options;
  options.max_iterations = options.max_evaluations = budget / rows;
  options.tolerance = tolerance;
  options.check_curvature = false;  // the race counts evaluations of the methods themselves
  options.check_gradient = false;
  const Result result = minimize(f, std::move(start), *entrant.deterministic, options);
  const bool lost = result.status == Status::diverged || result.status == Status::not_finite;
  return recorder.finish(lost ? std::numeric_limits<double>::quiet_NaN() : lowest);
}

std::string DataCourse::starts() const {
  return task_.spec.hidden.empty() ? "all weights at 0; the seed draws the order of the rows"
                                   : "the seed draws the weights at the start and the order of the rows, the same for "
                                     "every method";
}

}  // namespace talweg::compare
