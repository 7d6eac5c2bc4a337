#include "talweg/api/train/train.hpp"

#include <algorithm>
#include <memory>
#include <numeric>

#include "talweg/api/train/checkpoint.hpp"
#include "talweg/api/train/factorization.hpp"
#include "talweg/api/train/folds.hpp"
#include "talweg/api/train/grid.hpp"
#include "talweg/api/train/run.hpp"
#include "talweg/api/train/save_model.hpp"
#include "talweg/api/train/start.hpp"
#include "talweg/api/train/train_inspection.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/batches/batches.hpp"
#include "talweg/train/calibration.hpp"
#include "talweg/train/file_forms.hpp"
#include "talweg/train/full_batch/full_batch.hpp"
#include "talweg/train/full_batch/proximal_newton.hpp"
#include "talweg/train/loop.hpp"
#include "talweg/train/network_optimizer.hpp"
#include "talweg/train/standard_errors.hpp"
#include "talweg/train/trained_model.hpp"

namespace talweg::api {

namespace {

template <class T>
void add_weights(const Prepared& p, std::span<const std::uint32_t> rows, std::span<const double> weights,
                 train::Examples<T>& e) {
  if (!weights.empty())
    for (const auto r : rows) e.weights.push_back(weights[r]);
  if (!p.class_weights.empty())
    for (std::size_t i = 0; i < rows.size(); ++i)
      e.loss_weights.push_back((e.weights.empty() ? 1 : e.weights[i]) *
                               p.class_weights[static_cast<std::size_t>(e.truth[i])]);
  const auto of_loss = e.row_weights().of_loss();
  e.targets.weights.assign(of_loss.begin(), of_loss.end());
}

/// Rows of a table whose truth and weights are known row by row.
template <class T>
train::Examples<T> encode(const Prepared& p, const data::Table& table, std::span<const std::uint32_t> rows,
                          std::span<const double> truth, std::span<const double> weights,
                          std::vector<std::string>& notes) {
  train::Examples<T> e;
  e.rows = rows.size();
  e.inputs = p.preprocess.inputs();
  if (table.sparse) {
    e.sparse = data::encode_sparse(p.preprocess, table, rows);
  } else {
    const bool wide = p.preprocess.is_wide();
    if (!wide) e.x.resize(e.rows * e.inputs);
    const auto told =
        wide ? p.preprocess.encode(table, rows, e.sparse) : p.preprocess.encode(table, rows, std::span<T>(e.x));
    notes.insert(notes.end(), told.begin(), told.end());
  }
  for (const auto r : rows) e.truth.push_back(truth[r]);
  e.targets = models::encode_targets<T>(p.head, e.truth);
  add_weights(p, rows, weights, e);
  return e;
}

template <class T>
train::Examples<T> encode(const Prepared& p, std::span<const std::uint32_t> rows, std::vector<std::string>& notes) {
  return encode<T>(p, p.data->table, rows, p.data->truth, p.data->weights, notes);
}

template <class T>
train::Examples<T> encode(const Prepared& p, const MeasuredRows& measured, std::vector<std::string>& notes) {
  if (!measured.file) return encode<T>(p, measured.rows, notes);
  std::vector<std::uint32_t> rows(measured.file->rows);
  std::iota(rows.begin(), rows.end(), 0u);
  const auto truth = data::target_values(*measured.file, p.data->target);
  return encode<T>(p, *measured.file, rows, truth, measured.weights, notes);
}

train::TrainedModel keep(const Prepared& p, const models::Head& head, const train::Outcome& outcome) {
  train::TrainedModel m;
  m.preprocess = p.preprocess;
  m.spec = p.spec;
  m.head = head;
  m.record = {
      p.plan.optimizer,  p.plan.schedule, p.plan.clip,   p.plan.groups,    static_cast<std::int64_t>(p.plan.seed),
      p.plan.batch_size, outcome.epochs,  outcome.steps, outcome.examples, std::string(train::name(outcome.ending)),
      p.plan.kernel};
  return m;
}

train::Options loop_options(const TrainRequest& request, const Prepared& p) {
  train::Options options;
  options.epochs = p.plan.epochs;
  options.keep_best = keeps_best(request, p);
  options.select = p.plan.judged_by;
  options.patience = request.patience;
  options.max_seconds = request.max_seconds;
  if (!p.full_batch) options.loss_tolerance = request.tolerance.value_or(0);
  options.checkpoint = checkpoint_plan(request);
  return options;
}

template <class T>
std::unique_ptr<train::Learner> learner_of(const TrainRequest& request, const Prepared& p, models::Model<T>& model,
                                           const train::Examples<T>& training, const train::Examples<T>& validation,
                                           Pool& pool) {
  const auto parameters = model.network().parameters();
  if (!p.start.empty())
    std::ranges::transform(p.start, parameters.values.begin(), [](double v) { return static_cast<T>(v); });
  if constexpr (std::is_same_v<T, double>)
    if (p.full_batch) {
      const train::FullBatchOptions options{.tolerance = p.full_batch->tolerance,
                                            .max_seconds = seconds_within(request)};
      if (!p.full_batch->method) return train::proximal_newton(model, training, validation, options, pool);
      return train::full_batch(model, *p.full_batch->method, training, validation, options, pool);
    }
  const train::BatchOptions options{.batch_size = static_cast<std::size_t>(p.plan.batch_size),
                                    .seed = request.seed,
                                    .order = p.online ? data::Order::as_in_file : data::Order::shuffled};
  return std::make_unique<train::Batches<T>>(model, Optimizer<T>(p.method, segments(parameters.list)), training,
                                             validation, options, pool);
}

/// What a report page shows of the model: the rows are validation rows where there are any. Throws Stopped.
template <class T>
std::shared_ptr<const TrainInspection> look_at(const Prepared& p, const train::TrainedModel& kept,
                                               models::Model<T>& model, const train::Examples<T>& training, Pool& pool,
                                               const Stop& stop) {
  auto found = std::make_shared<TrainInspection>();
  if (p.validation.file) {
    std::vector<std::uint32_t> rows(p.validation.size());
    std::iota(rows.begin(), rows.end(), 0u);
    inspect_rows(kept, {*p.validation.file, rows, p.validation.weights}, pool, stop, *found);
  } else {
    inspect_rows(kept, {p.data->table, p.validation.rows.empty() ? p.train : p.validation.rows, p.data->weights}, pool,
                 stop, *found);
  }
  found->on_validation = p.validation.size() > 0;
  inspect_parameters(kept, model, training, *found);
  return found;
}

/// How sure the model may be. A run that is stopped here keeps what it learned.
template <class T>
void calibrate(models::Model<T>& model, const train::Examples<T>& training, const train::Examples<T>& validation,
               Pool& pool, const Stop& stop, train::Outcome& outcome) {
  constexpr std::string_view unscaled = "; the outputs were not scaled as the rows held back would ask for";
  if (outcome.train.empty() || outcome.validation.empty()) {
    outcome.message += unscaled;
    return;
  }
  const auto stopped = [&](std::string_view remark) {
    outcome.ending = train::Ending::stopped_by_caller;
    outcome.message += remark;
  };
  try {
    const double s = train::calibrate(model, validation, pool, stop);
    outcome.message += text::cat("; the outputs were scaled by ", text::brief(s, 3), ", as the rows held back ask for");
  } catch (const Stopped&) {
    return stopped(unscaled);
  }
  outcome.train = outcome.validation = {};
  try {
    outcome.train = train::measure(model, training, pool, stop);
    outcome.validation = train::measure(model, validation, pool, stop);
  } catch (const Stopped&) {
    stopped("; interrupted before all their figures were measured");
  }
}

/// How certain the coefficients are. They are at an optimum where a deterministic method converged and its last point
/// was kept.
template <class T>
train::Inference infer(const Prepared& p, models::Model<T>& model, const train::Examples<T>& training,
                       const train::Outcome& outcome, Pool& pool, const Stop& stop) {
  train::Inference none;
  if (!train::is_convex(p.spec)) return none;
  if constexpr (std::is_same_v<T, double>) {
    const bool kept_last = outcome.best_epoch == 0 || outcome.best_epoch == outcome.epochs;
    if (p.full_batch && outcome.ending == train::Ending::converged && kept_last) try {
        return train::standard_errors(p.preprocess, model, training, pool, stop);
      } catch (const Stopped&) {
        none.none = "it was interrupted before they were computed";
        return none;
      }
  }
  none.none = text::cat("they belong to the optimum, and this run (", p.plan.optimizer, ": ",
                        train::name(outcome.ending), ") does not say that it is there; lbfgs does");
  return none;
}

FailurePlace place_of(const train::PostMortem& found, const Prepared& p) {
  constexpr std::size_t most_rows = 10;
  FailurePlace place;
  place.more = found.rows.size() - std::min(found.rows.size(), most_rows);
  for (const auto r : std::span(found.rows).first(found.rows.size() - place.more))
    place.rows.push_back(p.data->table.where(p.train[r]));
  if (found.row) place.row = p.data->table.where(p.train[*found.row]);
  if (found.odd) place.input = p.preprocess.input_names()[found.odd->input];
  return place;
}

/// The rows of the end, by the model as it is left.
template <class T>
void measure_test(const Prepared& p, models::Model<T>& model, Pool& pool, const Stop& stop, TrainReport& report,
                  models::Predictions* of_test) {
  std::vector<std::string>& notes = report.plan.warnings;
  const train::Examples<T> test = encode<T>(p, p.test, notes);
  const std::vector<double> outputs = train::outputs_of(model, test, pool);
  stop.check();
  report.test = train::measure(pool, p.head, outputs, test.truth, test.row_weights());
  if (of_test) *of_test = models::read_outputs(p.head, outputs);
}

template <class T>
TrainReport run(const TrainRequest& request, const TrainObserver& observer, Prepared& p, models::Predictions* of_test) {
  const models::Head& head = p.head;
  const auto training = encode<T>(p, p.train, p.plan.data.notes);
  const auto validation = encode<T>(p, p.validation, p.plan.warnings);
  const Kernels kernels = request.portable ? Kernels::portable : Kernels::fastest;
  Pool pool(p.plan.threads, kernels);
  p.plan.threads = pool.threads();
  if (!pool.shortage().empty()) p.plan.warnings.push_back(pool.shortage());
  if (observer.on_plan) observer.on_plan(p.plan);
  models::Model<T> model(p.spec, head, p.preprocess.inputs(), request.seed);
  const auto parameters = model.network().parameters();
  const auto learner = learner_of<T>(request, p, model, training, validation, pool);
  train::Loop loop(*learner, loop_options(request, p), observer);
  train::Outcome outcome = loop.run();

  const Stop stop(observer.stop);
  if (p.calibrates && outcome.usable()) calibrate(model, training, validation, pool, stop, outcome);

  TrainReport report;
  if (outcome.usable()) {
    const auto found = std::make_shared<train::TrainedModel>(keep(p, head, outcome));
    train::TrainedModel& kept = *found;
    report.model = found;
    kept.precision = std::is_same_v<T, float> ? train::Precision::float32 : train::Precision::float64;
    kept.layout.assign(parameters.begin(), parameters.end());
    kept.parameters.assign(parameters.values.begin(), parameters.values.end());
    kept.inference = infer<T>(p, model, training, outcome, pool, stop);
    if (!request.save.empty()) save_model(request.save, [&](const std::string& path) { kept.save(path); });
    report.saved = !request.save.empty();
    if (request.inspect) try {
        report.inspection = look_at<T>(p, kept, model, training, pool, stop);
      } catch (const Stopped&) {
        outcome.message += "; interrupted before the rows of the report were looked at";
      }
  }
  if (outcome.post_mortem) report.failure = place_of(*outcome.post_mortem, p);
  report.plan = std::move(p.plan);
  if (outcome.usable() && p.test.size() > 0) try {
      measure_test<T>(p, model, pool, stop, report, of_test);
    } catch (const Stopped&) {
      outcome.message += "; interrupted before the test rows were measured";
    }
  static_cast<train::Outcome&>(report) = std::move(outcome);
  report.resumed = loop.resumed();
  report.classes = p.data->target.classes;
  return report;
}

}  // namespace

TrainReport run(const TrainRequest& request, const TrainObserver& observer, Prepared& p, models::Predictions* of_test) {
  return p.plan.precision == "float" ? run<float>(request, observer, p, of_test)
                                     : run<double>(request, observer, p, of_test);
}

TrainReport train(const TrainRequest& given, const TrainObserver& observer) {
  TrainRequest request = with_model(given);
  if (trains_ratings(request)) return train_factorization(request, observer);
  if (streams(request)) return train_stream(request, observer);
  if (!request.grid.empty()) return train_grid(request, observer);
  if (request.measures_folds()) return train_folds(request, observer);
  std::vector<std::string> warnings;
  const std::string found = kind_of_checkpoint(request.resume);
  const bool full_batch = found == train::checkpoint_of_full_batch || found == train::checkpoint_of_l1;
  const auto checkpoint = checkpoint_to_resume(
      request.resume, full_batch ? std::string_view(found) : train::checkpoint_of_batches, warnings);
  if (checkpoint) take_over(request, *checkpoint);
  Prepared prepared = prepare(request);
  prepared.plan.warnings.insert(prepared.plan.warnings.begin(), warnings.begin(), warnings.end());
  if (checkpoint) refuse_longer_schedule(request, *checkpoint, prepared.schedule);
  return run(request, observer, prepared);
}

TrainPlan plan(const TrainRequest& given) {
  const TrainRequest request = with_model(given);
  if (trains_ratings(request)) return plan_factorization(request);
  return streams(request) ? plan_stream(request) : prepare(request).plan;
}

}  // namespace talweg::api
