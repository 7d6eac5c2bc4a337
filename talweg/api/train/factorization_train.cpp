#include <algorithm>
#include <cmath>
#include <numeric>
#include <thread>

#include "talweg/api/batch_size.hpp"
#include "talweg/api/train/checkpoint.hpp"
#include "talweg/api/train/factorization.hpp"
#include "talweg/api/train/save_model.hpp"
#include "talweg/api/train/start.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/split.hpp"
#include "talweg/nn/ops/losses.hpp"
#include "talweg/optim/schedule.hpp"
#include "talweg/train/factorization/fit.hpp"
#include "talweg/train/file_forms.hpp"

namespace talweg::api {

namespace {

constexpr double work_for_threads = 2e5;  // ratings × rank below which a second thread costs more than it gives
constexpr std::string_view loss_name = nn::HalfSquaredError::card.name;

struct Prepared {
  models::FactorizationSpec spec;
  data::Ids users, items;  ///< of the training ratings
  data::Ratings file;
  train::RatingRows training, validation;
  models::RatingMatrix matrix;
  double mean = 0, deviation = 0, low = 0, high = 0;
  std::optional<train::SavedFactorization> from;  ///< what the run begins with
  train::FitMethod method;
  Schedule schedule;  ///< of the method, before it knows the length of the run
  TrainPlan plan;
};

/// What is set for other models only.
void refuse_idle_options(const TrainRequest& r) {
  const std::string idle =
      !r.target.empty() ? text::cat(text::option("target"), " has no effect on model mf: name the columns with ",
                                    text::option("columns", "USER,ITEM,RATING"))
      : r.standardize   ? text::cat(text::option("standardize"),
                                    " has no effect on model mf: it takes the mean and the biases off by itself")
      : !r.start.empty()
          ? text::cat(text::option("start"), " has no effect on model mf: ", text::option("seed"), " draws its factors")
      : !r.ignore.empty()
          ? text::cat(text::option("ignore"), " has no effect on model mf: it reads three columns, which ",
                      text::option("columns"), " names")
          : "";
  if (!idle.empty()) throw Error(idle);
  for (const auto& [option, given] : {std::pair{"positive", !r.positive.empty()},
                                      {"threshold", r.threshold.has_value()},
                                      {"weights", !r.weights.empty()},
                                      {"class_weight", !r.class_weight.empty()},
                                      {"test", !r.test.empty()},
                                      {"folds", r.measures_folds()},
                                      {"grid", !r.grid.empty()}})
    if (given) throw Error(option, text::cat(text::option(option), " has no effect on model mf; leave it out"));
  if (r.validation.empty() || uses_all_rows(r))
    for (const auto& [option, given] : {std::pair{"patience", r.patience > 0}, {"select", !r.select.empty()}})
      if (given)
        throw Error(option, text::cat(text::option(option), " has no effect without validation ratings; add ",
                                      text::option("validation", "0.1")));
  if (r.stream.shapes_rows())
    throw Error("hash_bits",
                text::cat(text::option("hash_bits"), ", ", text::option("index_base"), ", ", text::option("features"),
                          ", ", text::option("cross"), " and ", text::option("classes"),
                          " shape rows of features: they have no effect on model mf"));
  if (const auto loss = nn::find_loss(r.loss); !r.loss.empty() && !(loss && loss->traits().quadratic()))
    throw Error("loss", text::cat(text::option("loss", r.loss),
                                  " does not fit model mf, which minimises squared errors; leave it out"));
}

/// Drops the rows' ids that no training rating has, and numbers the others in the order of the file.
void take_training_rows(Prepared& p, const data::Ids& users, const data::Ids& items, const data::Split& split) {
  const data::Ratings& f = p.file;
  for (const auto r : split.train) {
    p.training.user.push_back(p.users.add(users.names()[f.user[r]]));
    p.training.item.push_back(p.items.add(items.names()[f.item[r]]));
    p.training.value.push_back(f.value[r]);
  }
  for (const auto r : split.validation) {
    p.validation.user.push_back(p.users.find(users.names()[f.user[r]]));
    p.validation.item.push_back(p.items.find(items.names()[f.item[r]]));
    p.validation.value.push_back(f.value[r]);
  }
}

void read_data(const TrainRequest& request, Prepared& p) {
  data::RatingOptions options;
  if (!request.columns.empty()) options.columns = data::parse_rating_columns(request.columns);
  if (!request.duplicates.empty()) options.duplicates = data::parse_duplicates(request.duplicates);
  data::Ids users, items;
  p.file = data::read_ratings(request.file, users, items, options);
  const bool none = request.validation.empty() || uses_all_rows(request);
  const auto share = none ? std::nullopt : validation_share(request.validation);
  if (share) {
    std::vector<std::uint32_t> rows(p.file.rows());
    std::iota(rows.begin(), rows.end(), 0u);
    take_training_rows(p, users, items, data::split_rows(rows, {}, *share, request.seed));
    return;
  }
  p.training = {p.file.user, p.file.item, p.file.value};
  p.users = std::move(users);
  p.items = std::move(items);
  if (request.validation.empty()) return;
  options.learn_ids = false;
  if (options.columns.empty()) options.columns = p.file.used;
  const data::Ratings v =
      data::read_ratings(request.validation.read_as(request.file.reading), p.users, p.items, options);
  p.validation = {v.user, v.item, v.value};
}

void measure_ratings(Prepared& p) {
  const auto& values = p.training.value;
  const auto n = static_cast<double>(values.size());
  for (const double v : values) p.mean += v / n;
  double squares = 0;
  for (const double v : values) squares += (v - p.mean) * (v - p.mean);
  p.deviation = std::sqrt(squares / n);
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  p.low = *low, p.high = *high;
  const double largest = std::max(std::abs(p.low), std::abs(p.high));
  if (const std::string complaint = data::size_complaint(largest); !complaint.empty())
    throw Error(text::cat(p.file.origin, ": a rating is ", largest, " in size, ", complaint));
  if (p.low == p.high) {
    p.mean = p.low, p.deviation = 0;  // not what rounding makes of them
    p.plan.warnings.push_back(text::cat("all ratings are ", text::brief(p.mean), ": there is nothing to learn"));
  }
  if (p.spec.nonnegative && !p.spec.biases && p.low < 0)
    p.plan.warnings.push_back("non-negative factors without biases cannot reach the negative ratings of this file");
}

std::int64_t batch_size_of(const std::string& given, std::int64_t ratings, std::int64_t fallback) {
  return given.empty() ? fallback : std::min(read_batch_size(given, ratings), ratings);
}

void refuse_rate_options(const TrainRequest& request, const train::FitMethod& method) {
  const char* given = !request.schedule.empty()                                    ? "schedule"
                      : !request.clip.empty()                                      ? "clip"
                      : !request.groups.empty()                                    ? "group"
                      : !request.batch_size.empty() && request.batch_size != "all" ? "batch_size"
                                                                                   : nullptr;
  if (given)
    throw Error(text::cat(
        text::option(given), " has no effect on ", method.spec.substr(0, method.spec.find(',')),
        ", which takes all ratings at once: use it with a first-order method such as adagrad, or leave it out"));
}

void choose_method(const TrainRequest& request, Prepared& p) {
  p.method = train::parse_fit_method(
      request.optimizer.empty() ? train::default_fit_method(p.spec) : std::string_view(request.optimizer), p.spec);
  TrainPlan& plan = p.plan;
  const auto ratings = static_cast<std::int64_t>(p.training.size());
  plan.epochs = request.epochs.value_or(train::default_fit_epochs(p.method));
  if (plan.epochs < 1)
    throw Error("epochs", text::cat(text::option("epochs", plan.epochs), ": expected a whole number of at least 1"));
  plan.batch_size = ratings;
  plan.steps_per_epoch = 1;
  plan.full_batch = !p.method.first_order;
  if (plan.full_batch) {
    refuse_rate_options(request, p.method);
    if (request.precision == "float")
      throw Error("precision",
                  text::cat(text::option("precision"),
                            " float has no effect on methods that take all ratings at once: they compute in double"));
    plan.tolerance = request.tolerance.value_or(train::FitOptions{}.tolerance);
    plan.precision = "double";
    return;
  }
  FirstOrder& rule = *p.method.first_order;
  if (!request.schedule.empty()) rule.schedule = Schedule::parse(request.schedule);
  if (!request.clip.empty()) rule.clip = Clip::parse(request.clip);
  for (const auto& group : request.groups) rule.groups.push_back(Group::parse(group));
  rule.validate();
  plan.batch_size = batch_size_of(request.batch_size, ratings, train::default_fit_batch(p.method, p.training.size()));
  plan.steps_per_epoch = (ratings + plan.batch_size - 1) / plan.batch_size;
  p.schedule = rule.schedule;
  rule.schedule.set_run_length(plan.epochs * plan.steps_per_epoch);
  const auto warnings = train::check_fit_batch(p.method, p.spec, plan.batch_size);
  plan.warnings.insert(plan.warnings.end(), warnings.begin(), warnings.end());
  plan.schedule = rule.schedule.spec();
  plan.clip = rule.clip.spec();
  for (const auto& g : rule.groups) plan.groups.push_back(g.spec());
  plan.precision = request.precision.empty() ? "float" : request.precision;
}

data::ColumnDescription id_column(const std::string& name, const char* role, const data::Ids& ids) {
  data::ColumnDescription d;
  d.name = name;
  d.kind = "text";
  d.role = role;
  d.distinct = ids.size();
  d.examples.assign(ids.names().begin(),
                    ids.names().begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(5, ids.size())));
  return d;
}

void describe_data(const TrainRequest& request, Prepared& p) {
  data::Description& d = p.plan.data;
  const data::Ratings& f = p.file;
  d.origin = f.origin;
  d.format = f.delimiter == '\t' ? "TSV" : "CSV";
  d.delimiter = f.delimiter == '\t' ? "tab" : f.delimiter == ';' ? "semicolon" : f.delimiter == '|' ? "bar" : "comma";
  d.header = f.header;
  d.rows = f.rows();
  d.task = "regression";
  d.inputs = 2;
  data::ColumnDescription rating;
  rating.name = f.used.rating;
  rating.kind = "numeric";
  rating.role = "target";
  rating.low = p.low, rating.high = p.high, rating.mean = p.mean;
  d.columns = {id_column(f.used.user, "user", p.users), id_column(f.used.item, "item", p.items), rating};
  const double cells = static_cast<double>(p.users.size()) * static_cast<double>(p.items.size());
  d.notes.push_back(
      text::cat(p.users.size(), " users, ", p.items.size(), " items, ", p.training.size(),
                " ratings for training: ", text::brief(100 * static_cast<double>(p.training.size()) / cells, 3),
                " % of all pairs; mean ", text::brief(p.mean, 4), ", deviation ", text::brief(p.deviation, 4)));
  if (f.repeated > 0)
    d.notes.push_back(
        text::cat(f.repeated, " ratings of pairs that came before were joined by the rule for duplicates"));
  if (f.columns.size() > 3) {
    std::vector<std::string_view> left;
    for (const auto& c : f.columns)
      if (c != f.used.user && c != f.used.item && c != f.used.rating) left.push_back(c);
    d.notes.push_back(text::cat(left.size() == 1 ? "column " : "columns ", text::list(left),
                                left.size() == 1 ? " is" : " are", " not read"));
  }
  if (p.from) d.notes.push_back(start_note(request, p.from->record));
  std::string cold = train::cold_note(p.validation.user, p.validation.item, "validation ratings");
  if (!cold.empty()) d.notes.push_back(std::move(cold));
}

void fill_plan(const TrainRequest& request, Prepared& p) {
  TrainPlan& plan = p.plan;
  plan.train_rows = p.training.size();
  plan.validation_rows = p.validation.size();
  plan.model = p.spec.text();
  plan.loss = loss_name;
  plan.optimizer = p.method.spec;
  plan.inputs = 2;
  plan.outputs = 1;
  plan.parameters =
      static_cast<std::int64_t>(p.users.size() + p.items.size()) * (p.spec.rank + (p.spec.biases ? 1 : 0));
  plan.seed = request.seed;
  const double work = static_cast<double>(p.training.size()) * static_cast<double>(p.spec.rank);
  const auto cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  plan.threads = request.threads > 0 ? request.threads : work >= work_for_threads ? std::min(cores, 8) : 1;
}

Prepared prepare(const TrainRequest& request) {
  check_request(request);
  refuse_idle_options(request);
  Prepared p;
  p.spec = models::FactorizationSpec::parse(model_text(request));
  p.from = ratings_to_start_from(request, p.spec);
  read_data(request, p);
  measure_ratings(p);
  p.spec.resolve(p.deviation);
  choose_method(request, p);
  describe_data(request, p);
  fill_plan(request, p);
  p.matrix = models::RatingMatrix(p.users.size(), p.items.size(), p.training.user, p.training.item, p.training.value);
  return p;
}

train::FitOptions fit_options(const TrainRequest& request, const Prepared& p) {
  train::FitOptions o;
  o.batch_size = p.plan.batch_size;
  o.seed = request.seed;
  o.single = p.plan.precision == "float";
  o.max_seconds = seconds_within(request);
  if (p.plan.full_batch) o.tolerance = p.plan.tolerance;
  return o;
}

train::Options loop_options(const TrainRequest& request, const Prepared& p) {
  train::Options o;
  o.epochs = p.plan.epochs;
  // How long to train was left to us, or a metric was named: the validation ratings decide.
  o.keep_best = !request.epochs || !request.select.empty();
  o.select = request.select;
  o.patience = request.patience;
  o.max_seconds = request.max_seconds;
  if (!p.plan.full_batch) o.loss_tolerance = request.tolerance.value_or(0);
  o.checkpoint = checkpoint_plan(request);
  return o;
}

std::shared_ptr<const train::SavedFactorization> keep(Prepared& p, models::Factorization model,
                                                      const train::Outcome& o) {
  auto kept = std::make_shared<train::SavedFactorization>();
  train::SavedFactorization& m = *kept;
  m.spec = p.spec;
  m.model = std::move(model);
  m.columns = p.file.used;
  m.precision = p.plan.precision == "float" ? train::Precision::float32 : train::Precision::float64;
  m.record = {p.plan.optimizer,
              p.plan.schedule,
              p.plan.clip,
              p.plan.groups,
              static_cast<std::int64_t>(p.plan.seed),
              p.plan.batch_size,
              o.epochs,
              o.steps,
              o.examples,
              std::string(train::name(o.ending)),
              {}};
  if (p.spec.seen) {
    for (std::size_t i = 0; i < p.matrix.users; ++i) {
      auto& list =
          m.seen.emplace_back(p.matrix.user_item.begin() + static_cast<std::ptrdiff_t>(p.matrix.user_begin[i]),
                              p.matrix.user_item.begin() + static_cast<std::ptrdiff_t>(p.matrix.user_begin[i + 1]));
      std::sort(list.begin(), list.end());
    }
  }
  m.users = std::move(p.users);
  m.items = std::move(p.items);
  return kept;
}

}  // namespace

bool trains_ratings(const TrainRequest& request) {
  return models::FactorizationSpec::recognises(model_text(request)) ||
         kind_of_checkpoint(request.resume) == train::checkpoint_of_ratings;
}

TrainReport train_factorization(const TrainRequest& given, const TrainObserver& observer) {
  TrainRequest request = given;
  std::vector<std::string> warnings;
  const auto checkpoint = checkpoint_to_resume(request.resume, train::checkpoint_of_ratings, warnings);
  if (checkpoint) take_over(request, *checkpoint);
  Prepared p = prepare(request);
  p.plan.warnings.insert(p.plan.warnings.begin(), warnings.begin(), warnings.end());
  if (checkpoint && p.method.first_order) refuse_longer_schedule(request, *checkpoint, p.method.first_order->schedule);
  Pool pool(p.plan.threads);
  p.plan.threads = pool.threads();
  if (!pool.shortage().empty()) p.plan.warnings.push_back(pool.shortage());
  if (observer.on_plan) observer.on_plan(p.plan);
  models::Factorization model(p.spec, p.users.size(), p.items.size());
  model.mean = p.spec.biases ? p.mean : 0;
  model.fallback = p.mean;
  model.low = p.low, model.high = p.high;
  models::start_factors(model, p.spec, p.matrix, p.deviation, request.seed);
  if (p.from) train::take_factors(*p.from, p.users, p.items, model);
  const train::FitData data{
      model, p.matrix, p.training, p.validation, p.spec.penalties(p.deviation), p.spec.nonnegative};
  const auto learner = train::ratings_learner(data, p.method, fit_options(request, p), pool);
  train::Loop loop(*learner, loop_options(request, p), observer);
  train::Outcome outcome = loop.run();

  TrainReport report;
  if (outcome.usable()) {
    report.model = keep(p, std::move(model), outcome);
    if (!request.save.empty()) save_model(request.save, [&](const std::string& place) { report.model->save(place); });
    report.saved = !request.save.empty();
  }
  report.plan = std::move(p.plan);
  static_cast<train::Outcome&>(report) = std::move(outcome);
  report.resumed = loop.resumed();
  return report;
}

TrainPlan plan_factorization(const TrainRequest& request) { return prepare(request).plan; }

}  // namespace talweg::api
