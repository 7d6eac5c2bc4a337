#include "talweg/api/train/prepare.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <thread>

#include "talweg/api/batch_size.hpp"
#include "talweg/api/positive_class.hpp"
#include "talweg/api/train/start.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/drop_missing.hpp"
#include "talweg/data/read.hpp"
#include "talweg/data/sparse_rows.hpp"
#include "talweg/data/split.hpp"
#include "talweg/data/weights.hpp"
#include "talweg/nn/ops/losses.hpp"
#include "talweg/tensor/matmul.hpp"
#include "talweg/train/coefficients.hpp"
#include "talweg/train/defaults.hpp"
#include "talweg/train/full_batch/proximal_newton.hpp"
#include "talweg/train/judge.hpp"

namespace talweg::api {

namespace {

constexpr double work_for_threads =
    2e6;  // parameters × batch below which waking a second thread costs more than it gives
constexpr double full_batch_work_for_threads = 2e5;  // the same where the whole batch is one piece of work

/// A tenth of the rows, at least 50, never above a fifth.
double share_held_back(std::size_t rows) {
  const double n = static_cast<double>(rows);
  return std::floor(std::min(n / 5, std::max(50.0, n / 10))) / n;
}

/// Networks for classes learn small tables by heart: without rows that say when to stop they would end there. 0 where
/// no class has so many rows that one of them can be spared.
double held_back_by_default(const Prepared& p) {
  constexpr std::int64_t enough = 10;
  if (p.spec.hidden.empty() || p.data->target.task == data::Task::regression) return 0;
  std::vector<std::int64_t> rows(p.data->target.classes.size());
  for (const auto r : p.train) ++rows[static_cast<std::size_t>(p.data->truth[r])];
  return std::ranges::max(rows) >= enough ? share_held_back(p.train.size()) : 0;
}

void split_rows(const TrainRequest& request, Prepared& p) {
  const auto given = request.validation.empty() ? held_back_by_default(p) : validation_share(request.validation);
  if (!given) {
    if (p.data->table.labels_apart && p.data->target.name == "label")
      throw Error(text::cat("rows whose labels lie in another file take a share for validation, such as ",
                            text::option("validation", "0.2")));
    return;
  }
  if (*given == 0) return;
  const std::size_t all = p.train.size();
  data::Split split = data::split_rows(p.train, p.data->classes(), *given, request.seed);
  p.train = std::move(split.train);
  p.validation.rows = std::move(split.validation);
  if (request.validation.empty() && !p.validation.rows.empty())
    p.plan.data.notes.push_back(text::cat(p.validation.rows.size(), " of ", all,
                                          " rows are held back to see when the network begins to learn the others by "
                                          "heart (",
                                          text::option("validation", "0"), " uses all)"));
}

/// The rows of another file, read as those of training.
void read_measured(const data::Input& given, std::string_view option, const TrainRequest& request, const Prepared& p,
                   MeasuredRows& rows) {
  if (given.empty() || validation_share(given, option)) return;
  data::CsvOptions expected = data::with_weights(p.preprocess.expectations(true), request.weights);
  expected.sparse_libsvm = p.data->table.sparse != nullptr;
  const data::Input file = given.read_as(request.file.reading.or_else(p.preprocess.reading));
  rows.file = std::make_unique<data::Table>(data::read_table(file, expected));
  if (file.reading.drop_missing_target) data::drop_missing(*rows.file, p.data->target.name);
  if (p.data->table.sparse && !rows.file->sparse)
    throw Error(text::cat(given.name(), ": is no libsvm file, as ", request.file.name(), " is"));
  if (!request.weights.empty()) rows.weights = data::row_weights(*rows.file, request.weights);
}

double weight_of(std::span<const std::uint32_t> rows, std::span<const double> weights) {
  double sum = 0;
  for (const auto r : rows) sum += weights[r];
  return sum;
}

/// The weights of what was split, and of the classes of the training rows.
void check_weights(const TrainRequest& request, Prepared& p) {
  if (!p.data->weights.empty())
    for (const auto& [rows, called] :
         {std::pair{&p.train, "training"}, {&p.validation.rows, "validation"}, {&p.test.rows, "test"}})
      if (!rows->empty() && weight_of(*rows, p.data->weights) == 0)
        throw Error("weights", text::cat(text::option("weights", request.weights), ": all ", called,
                                         " rows have the weight 0; none would count"));
  if (request.class_weight.empty()) return;
  std::vector<double> truth;
  for (const auto r : p.train) truth.push_back(p.data->truth[r]);
  p.class_weights = data::class_weights(request.class_weight, p.data->target, truth);
}

std::int64_t batch_size_of(const std::string& text, std::int64_t rows, std::int64_t fallback) {
  return std::min(text.empty() ? fallback : read_batch_size(text, rows), rows);
}

void choose_full_batch(TrainRequest request, Prepared& p) {
  if (request.optimizer.empty()) request.optimizer = p.spec.l1 > 0 ? train::proximal_newton_name : "lbfgs";
  p.full_batch = full_batch_choice(request, p.spec, p.loss);
  p.plan.full_batch = true;
  p.plan.epochs = p.full_batch->iterations;
  p.plan.tolerance = p.full_batch->tolerance;
  p.plan.batch_size = static_cast<std::int64_t>(p.train.size());
  p.plan.steps_per_epoch = 1;
  p.plan.warnings = p.full_batch->warnings;
}

/// Whether the model's text says how its weights are held back: l1, l2 or dropout, be it 0.
bool names_a_penalty(const std::string& model) {
  const auto pieces = text::split(model, ',');
  return std::ranges::any_of(pieces, [](std::string_view piece) {
    const auto key = text::trim(piece.substr(0, piece.find('=')));
    return piece.find('=') != std::string_view::npos && (key == "l1" || key == "l2" || key == "dropout");
  });
}

/// The method with everything around it, from the request or the defaults.
void choose_method(const TrainRequest& request, Prepared& p) {
  if (!request.optimizer.empty()) p.method = FirstOrder::parse(request.optimizer);
  const train::Defaults defaults =
      train::defaults_for(p.spec, request.optimizer.empty() ? nullptr : &p.method, p.train.size());
  if (request.optimizer.empty()) p.method = FirstOrder::parse(defaults.optimizer);
  const bool learns_by_heart = !p.spec.hidden.empty() && p.data->target.task != data::Task::regression;
  if (learns_by_heart && request.optimizer.empty() && !names_a_penalty(model_text(request)))
    p.spec.l2 = train::default_penalty(p.train.size());
  p.calibrates = learns_by_heart && request.optimizer.empty() && request.validation.empty() &&
                 !p.validation.rows.empty() && nn::loss(p.loss).traits().has_probabilities();
  p.method.schedule = Schedule::parse(request.schedule.empty() ? defaults.schedule : request.schedule);
  p.online = defaults.online;
  if (!request.clip.empty()) p.method.clip = Clip::parse(request.clip);
  for (const auto& group : request.groups) p.method.groups.push_back(Group::parse(group));
  p.method.validate();
  p.plan.epochs = request.epochs.value_or(defaults.epochs);
  const auto rows = static_cast<std::int64_t>(p.train.size());
  p.plan.batch_size = batch_size_of(request.batch_size, rows, defaults.batch_size);
  p.plan.steps_per_epoch = (rows + p.plan.batch_size - 1) / p.plan.batch_size;
  p.schedule = p.method.schedule;
  p.method.schedule.set_run_length(p.plan.epochs * p.plan.steps_per_epoch);
  p.plan.warnings = p.method.warnings(p.plan.steps_per_epoch == 1);
}

/// The target of a linear model is left as it is where the user names a first-order method: what then runs is the
/// textbook's, number by number.
models::Head head_of(const TrainRequest& request, const Prepared& p) {
  std::vector<double> values;
  for (const auto r : p.train) values.push_back(p.data->truth[r]);
  models::Head head = models::Head::fit(p.data->target.task, p.loss, p.data->target.classes.size(), values);
  const bool textbook = p.spec.kind == "linear" && !request.optimizer.empty() && !p.full_batch;
  if (textbook && !request.standardize.value_or(false)) head.mean = 0, head.deviation = 1;
  return head;
}

std::int64_t count_parameters(const models::ModelSpec& spec, std::size_t inputs, std::size_t outputs) {
  std::int64_t count = 0, width = static_cast<std::int64_t>(inputs);
  for (const auto size : spec.hidden) {
    count += (width + 1) * size;
    width = size;
  }
  return count + (width + 1) * static_cast<std::int64_t>(outputs);
}

void choose_inputs(const TrainRequest& request, Prepared& p) {
  if (p.data->from) {
    p.preprocess = p.data->from->preprocess;
    return;
  }
  const auto standardize = !request.standardize   ? data::Standardize::automatic
                           : *request.standardize ? data::Standardize::on
                                                  : data::Standardize::off;
  p.preprocess = data::Preprocess::fit(p.data->table, p.data->target, p.train,
                                       {standardize, no_inputs(request), request.file.reading});
}

void choose_start(const TrainRequest& request, Prepared& p) {
  const auto refuse_for_convex = [&](std::string_view option) {
    throw Error(option, text::cat(text::option(option), " has no effect on ", p.full_batch->spec,
                                  ", which finds the same optimum from "
                                  "everywhere; name a first-order method, such as ",
                                  text::option("optimizer", "sgd")));
  };
  if (const auto& from = p.data->from) {
    if (p.full_batch && p.spec.hidden.empty()) refuse_for_convex("start_from");
    p.start = from->parameters;
    p.plan.data.notes.push_back(start_note(request, from->record));
  }
  if (request.start.empty()) return;
  if (!p.spec.hidden.empty())
    throw Error("start", text::cat(text::option("start"), " sets the parameters of models without hidden layer, and ",
                                   p.spec.text(), " has some; ", text::option("seed"), " draws its start"));
  if (p.full_batch) refuse_for_convex("start");
  p.start = train::parameters_from(request.start, p.preprocess, p.head);
}

/// Whether the validation rows decide something, and by what.
void choose_judge(const TrainRequest& request, Prepared& p) {
  const bool validated = p.validation.size() > 0;
  if (!validated) {
    for (const auto& [option, given] :
         {std::pair{"patience", request.patience > 0}, {"select", !request.select.empty() && request.grid.empty()}})
      if (given)
        throw Error(option, text::cat(text::option(option), " has no effect without validation rows; add ",
                                      text::option("validation", "0.2")));
    return;
  }
  const bool plateau = !p.full_batch && p.method.schedule.kind == Schedule::Kind::plateau;
  if (keeps_best(request, p) || request.patience > 0 || plateau)
    p.plan.judged_by = train::Judge::of(p.head, judging_metric(request)).metric();
}

/// Multiplications of a step, about: parameters times rows, but of sparse rows those of the first layer alone that they
/// meet.
double work_of_step(const Prepared& p) {
  const TrainPlan& plan = p.plan;
  if (p.data->table.sparse) return static_cast<double>(p.data->table.sparse->nonzeros() * plan.outputs);
  double each_row = static_cast<double>(plan.parameters);
  if (p.preprocess.is_wide()) {
    const auto first =
        p.spec.hidden.empty() ? static_cast<double>(plan.outputs) : static_cast<double>(p.spec.hidden[0]);
    each_row -= first * static_cast<double>(plan.inputs - p.preprocess.features.size());
  }
  return each_row * static_cast<double>(plan.batch_size);
}

void fill_plan(const TrainRequest& request, Prepared& p) {
  TrainPlan& plan = p.plan;
  std::vector<std::string> notes = std::move(plan.data.notes);
  plan.data = data::describe(p.data->table, p.preprocess);
  plan.data.notes.insert(plan.data.notes.begin(), notes.begin(), notes.end());
  plan.train_rows = p.train.size();
  plan.validation_rows = p.validation.size();
  plan.test_rows = p.test.size();
  plan.model = p.spec.text();
  plan.loss = p.loss;
  if (p.full_batch) {
    plan.optimizer = p.full_batch->spec;
  } else {
    plan.optimizer = p.method.spec();
    plan.schedule = p.method.schedule.spec();
    plan.clip = p.method.clip.spec();
    for (const auto& g : p.method.groups) plan.groups.push_back(g.spec());
  }
  plan.precision = !request.precision.empty() ? request.precision : p.full_batch ? "double" : "float";
  plan.kernel =
      plan.precision == "double" ? "built-in" : matmul_kernel(request.portable ? Kernels::portable : Kernels::fastest);
  plan.inputs = p.preprocess.inputs();
  plan.outputs = p.data->target.task == data::Task::classes ? p.data->target.classes.size() : 1;
  plan.parameters = count_parameters(p.spec, plan.inputs, plan.outputs);
  plan.weights = request.weights;
  plan.class_weight = request.class_weight;
  plan.positive = positive_label(p.data->target, p.head);
  plan.threshold = p.head.threshold;
  plan.seed = request.seed;
  const double work = work_of_step(p);
  const auto cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  plan.threads = request.threads > 0                                                       ? request.threads
                 : work >= (p.full_batch ? full_batch_work_for_threads : work_for_threads) ? std::min(cores, 8)
                                                                                           : 1;
}

}  // namespace

Prepared prepare(const TrainRequest& request, std::shared_ptr<const TrainingData> data, RunRows rows) {
  Prepared p;
  p.data = std::move(data);
  p.train = std::move(rows.train);
  p.test.rows = std::move(rows.test);
  p.spec = models::ModelSpec::parse(model_text(request));
  p.loss = p.data->loss;
  split_rows(request, p);
  p.spec.resolve(p.train.size());
  choose_inputs(request, p);
  read_measured(request.validation, "validation", request, p, p.validation);
  read_measured(request.test, "test", request, p, p.test);
  const bool full_batch = names_full_batch_method(request);
  check_weights(request, p);
  if (full_batch || defaults_to_full_batch(request, p.spec, p.loss, p.train.size(), p.preprocess.inputs()))
    choose_full_batch(request, p);
  else
    choose_method(request, p);
  p.head = p.data->from ? p.data->from->head : head_of(request, p);
  choose_positive({request.positive, request.threshold}, p.data->target, p.head);
  choose_start(request, p);
  choose_judge(request, p);
  fill_plan(request, p);
  return p;
}

Prepared prepare(const TrainRequest& request) {
  check_request(request);
  const auto data = read_training_data(request);
  return prepare(request, data, rows_of_run(request, *data));
}

}  // namespace talweg::api
