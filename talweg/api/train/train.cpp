#include "talweg/api/train/train.hpp"

#include <algorithm>
#include <memory>
#include <numeric>

#include "talweg/api/train/checkpoint.hpp"
#include "talweg/api/train/factorization.hpp"
#include "talweg/api/train/prepare.hpp"
#include "talweg/api/train/save_model.hpp"
#include "talweg/api/train/start.hpp"
#include "talweg/api/train/train_inspection.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/batches/batches.hpp"
#include "talweg/train/calibration.hpp"
#include "talweg/train/file_forms.hpp"
#include "talweg/train/full_batch/full_batch.hpp"
#include "talweg/train/loop.hpp"
#include "talweg/train/network_optimizer.hpp"
#include "talweg/train/standard_errors.hpp"
#include "talweg/train/trained_model.hpp"

namespace talweg::api {

namespace {

template <class T>
train::Examples<T> encode(const data::Preprocess& preprocess, const models::Head& head, const data::Table& table,
                          std::span<const std::uint32_t> rows, std::span<const double> truth,
                          std::vector<std::string>& notes) {
  train::Examples<T> e;
  e.rows = rows.size();
  e.inputs = preprocess.inputs();
  if (table.sparse) {
    e.sparse = data::encode_sparse(preprocess, table, rows);
  } else {
    const bool wide = preprocess.is_wide();
    if (!wide) e.x.resize(e.rows * e.inputs);
    const auto told =
        wide ? preprocess.encode(table, rows, e.sparse) : preprocess.encode(table, rows, std::span<T>(e.x));
    notes.insert(notes.end(), told.begin(), told.end());
  }
  for (const auto r : rows) e.truth.push_back(truth[r]);
  e.targets = models::encode_targets<T>(head, e.truth);
  return e;
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
  options.select = request.select;
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
    if (p.full_batch)
      return train::full_batch(model, p.full_batch->method, training, validation,
                               {.tolerance = p.full_batch->tolerance, .max_seconds = seconds_within(request)}, pool);
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
  if (p.validation_file) {
    std::vector<std::uint32_t> rows(p.validation_file->rows);
    std::iota(rows.begin(), rows.end(), 0u);
    inspect_rows(kept, *p.validation_file, rows, pool, stop, *found);
  } else {
    inspect_rows(kept, p.table, p.split.validation.empty() ? p.split.train : p.split.validation, pool, stop, *found);
  }
  found->on_validation = p.validation_file || !p.split.validation.empty();
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
    place.rows.push_back(p.table.where(p.split.train[r]));
  if (found.row) place.row = p.table.where(p.split.train[*found.row]);
  if (found.odd) place.input = p.preprocess.input_names()[found.odd->input];
  return place;
}

template <class T> TrainReport run(const TrainRequest& request, const TrainObserver& observer, Prepared& p) {
  const models::Head& head = p.head;
  const auto training = encode<T>(p.preprocess, head, p.table, p.split.train, p.truth, p.plan.data.notes);
  train::Examples<T> validation;
  if (p.validation_file) {
    std::vector<std::uint32_t> rows(p.validation_file->rows);
    std::iota(rows.begin(), rows.end(), 0u);
    const auto truth = data::target_values(*p.validation_file, p.target);
    validation = encode<T>(p.preprocess, head, *p.validation_file, rows, truth, p.plan.warnings);
  } else {
    validation = encode<T>(p.preprocess, head, p.table, p.split.validation, p.truth, p.plan.warnings);
  }
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
  static_cast<train::Outcome&>(report) = std::move(outcome);
  report.resumed = loop.resumed();
  report.classes = p.target.classes;
  return report;
}

}  // namespace

TrainReport train(const TrainRequest& given, const TrainObserver& observer) {
  TrainRequest request = with_model(given);
  if (trains_ratings(request)) return train_factorization(request, observer);
  if (streams(request)) return train_stream(request, observer);
  std::vector<std::string> warnings;
  const bool full_batch = kind_of_checkpoint(request.resume) == train::checkpoint_of_full_batch;
  const auto checkpoint = checkpoint_to_resume(
      request.resume, full_batch ? train::checkpoint_of_full_batch : train::checkpoint_of_batches, warnings);
  if (checkpoint) take_over(request, *checkpoint);
  Prepared prepared = prepare(request);
  prepared.plan.warnings.insert(prepared.plan.warnings.begin(), warnings.begin(), warnings.end());
  if (checkpoint) refuse_longer_schedule(request, *checkpoint, prepared.schedule);
  return prepared.plan.precision == "float" ? run<float>(request, observer, prepared)
                                            : run<double>(request, observer, prepared);
}

TrainPlan plan(const TrainRequest& given) {
  const TrainRequest request = with_model(given);
  if (trains_ratings(request)) return plan_factorization(request);
  return streams(request) ? plan_stream(request) : prepare(request).plan;
}

}  // namespace talweg::api
