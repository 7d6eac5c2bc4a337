#include "talweg/api/train/prepare.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <thread>

#include "talweg/api/batch_size.hpp"
#include "talweg/api/train/start.hpp"
#include "talweg/api/train/training_table.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/place.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/read.hpp"
#include "talweg/data/sparse_rows.hpp"
#include "talweg/models/factorization_spec.hpp"
#include "talweg/nn/ops/losses.hpp"
#include "talweg/tensor/matmul.hpp"
#include "talweg/train/coefficients.hpp"
#include "talweg/train/defaults.hpp"
#include "talweg/train/judge.hpp"

namespace talweg::api {

std::optional<double> validation_share(const data::Input& given) {
  if (given.table()) return std::nullopt;
  const std::string& text = given.path();
  const auto number = text::parse_number(text);
  if (!number) return std::nullopt;
  if (!(*number >= 0 && *number < 1))
    throw Error("validation", text::cat(text::option("validation", text),
                                        ": expected a share of at least 0 and below 1, such as 0.2, or a file"));
  return number;
}

void check_request(const TrainRequest& request) {
  if (!request.precision.empty() && request.precision != "float" && request.precision != "double")
    throw Error("precision", text::cat(text::option("precision", request.precision), ": expected float or double"));
  if (request.threads < 0 || request.threads > 1024)
    throw Error("threads", text::cat(text::option("threads", request.threads), ": expected a number from 1 to 1024"));
  if (request.patience < 0)
    throw Error("patience", text::cat(text::option("patience", request.patience), ": expected at least 1 epoch"));
  if (uses_all_rows(request)) {
    if (request.patience > 0)
      throw Error("patience", text::cat(text::option("patience"), " has no effect without validation rows; leave out ",
                                        text::option("validation", "0")));
    if (!request.select.empty())
      throw Error("select", text::cat(text::option("select"), " has no effect without validation rows; leave out ",
                                      text::option("validation", "0")));
  }
  if (!(request.max_seconds > 0))
    throw Error("max_seconds", text::cat(text::option("max_seconds", request.max_seconds), ": expected more than 0"));
  if (request.tolerance && !(*request.tolerance >= 0 && *request.tolerance < 1))
    throw Error("tolerance",
                text::cat(text::option("tolerance", *request.tolerance), ": expected at least 0 and less than 1"));
  if (request.epochs && *request.epochs < 1)
    throw Error("epochs",
                text::cat(text::option("epochs", *request.epochs), ": expected a whole number of at least 1"));
  if (!models::FactorizationSpec::recognises(model_text(request)))
    for (const auto& [option, given] : {std::pair{"columns", &request.columns}, {"duplicates", &request.duplicates}})
      if (!given->empty())
        throw Error(option, text::cat(text::option(option), " is for ratings: it has no effect without ",
                                      text::option("model", "mf:16")));
  check_places(request);
}

void check_places(const TrainRequest& request) {
  if (request.save.empty()) return;
  file::check_writable(request.save);
  using Role = file::NamedPath::Role;
  file::refuse_overwriting(std::vector<file::NamedPath>{
      {"the data", request.file.path(), Role::input},
      {"the labels", holds_images(request.file) ? request.target : "", Role::input},
      {text::cat("the file of ", text::option("validation")), request.validation.path(), Role::input},
      {"the model to start from", request.start_from, Role::input},
      {text::option("save"), request.save, Role::output}});
}

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
  if (p.spec.hidden.empty() || p.target.task == data::Task::regression) return 0;
  std::vector<std::int64_t> rows(p.target.classes.size());
  for (const double c : p.truth) ++rows[static_cast<std::size_t>(c)];
  return std::ranges::max(rows) >= enough ? share_held_back(p.table.rows) : 0;
}

void split_rows(const TrainRequest& request, Prepared& p) {
  p.split.train.resize(p.table.rows);
  std::iota(p.split.train.begin(), p.split.train.end(), 0u);
  const auto given = request.validation.empty() ? held_back_by_default(p) : validation_share(request.validation);
  if (!given) {
    if (p.table.format == data::Format::idx)
      throw Error(text::cat("images take a share for validation, such as ", text::option("validation", "0.2")));
    return;
  }
  if (*given == 0) return;
  const bool classes = p.target.task != data::Task::regression;
  p.split = data::split_rows(p.table.rows, classes ? std::span<const double>(p.truth) : std::span<const double>{},
                             *given, request.seed);
  if (request.validation.empty() && !p.split.validation.empty())
    p.plan.data.notes.push_back(text::cat(p.split.validation.size(), " of ", p.table.rows,
                                          " rows are held back to see when the network begins to learn the others by "
                                          "heart (",
                                          text::option("validation", "0"), " uses all)"));
}

std::int64_t batch_size_of(const std::string& text, std::int64_t rows, std::int64_t fallback) {
  return std::min(text.empty() ? fallback : read_batch_size(text, rows), rows);
}

void choose_full_batch(TrainRequest request, Prepared& p) {
  if (request.optimizer.empty()) request.optimizer = "lbfgs";
  p.full_batch = full_batch_choice(request, p.spec, p.loss);
  p.plan.full_batch = true;
  p.plan.epochs = p.full_batch->iterations;
  p.plan.tolerance = p.full_batch->tolerance;
  p.plan.batch_size = static_cast<std::int64_t>(p.split.train.size());
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
      train::defaults_for(p.spec, request.optimizer.empty() ? nullptr : &p.method, p.split.train.size());
  if (request.optimizer.empty()) p.method = FirstOrder::parse(defaults.optimizer);
  const bool learns_by_heart = !p.spec.hidden.empty() && p.target.task != data::Task::regression;
  if (learns_by_heart && request.optimizer.empty() && !names_a_penalty(model_text(request)))
    p.spec.l2 = train::default_penalty(p.split.train.size());
  p.calibrates = learns_by_heart && request.optimizer.empty() && request.validation.empty() &&
                 !p.split.validation.empty() && nn::loss(p.loss).traits().has_probabilities();
  p.method.schedule = Schedule::parse(request.schedule.empty() ? defaults.schedule : request.schedule);
  p.online = defaults.online;
  if (!request.clip.empty()) p.method.clip = Clip::parse(request.clip);
  for (const auto& group : request.groups) p.method.groups.push_back(Group::parse(group));
  p.method.validate();
  p.plan.epochs = request.epochs.value_or(defaults.epochs);
  const auto rows = static_cast<std::int64_t>(p.split.train.size());
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
  for (const auto r : p.split.train) values.push_back(p.truth[r]);
  models::Head head = models::Head::fit(p.target.task, p.loss, p.target.classes.size(), values);
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

using StartModel = std::optional<train::TrainedModel>;

/// The table, what is predicted, and the loss.
void read_rows(const TrainRequest& request, const StartModel& from, bool sparse, Prepared& p) {
  data::CsvOptions options;
  std::string target = request.target;
  if (from) {
    options = from->preprocess.expectations(true);
    if (from->preprocess.format != data::Format::idx) target = from->preprocess.target.name;
  }
  options.sparse_libsvm = sparse;
  p.table = read_training_table(request.file, target, options);
  if (from && p.table.format != from->preprocess.format)
    throw Error("start_from", text::cat(request.file.name(), ": is no file of the kind that ", request.start_from,
                                        " was trained on, and so has other inputs"));
  p.target = from ? from->preprocess.target
                  : data::understand_target(p.table, target, models::wanted_target(p.spec, request.loss));
  const std::string loss = from                    ? from->head.loss
                           : !request.loss.empty() ? request.loss
                                                   : std::string(models::default_loss(p.target.task));
  p.loss = nn::name(nn::loss(loss));
}

void choose_inputs(const TrainRequest& request, const StartModel& from, Prepared& p) {
  if (from) {
    p.preprocess = from->preprocess;
    return;
  }
  const auto standardize = !request.standardize   ? data::Standardize::automatic
                           : *request.standardize ? data::Standardize::on
                                                  : data::Standardize::off;
  p.preprocess = data::Preprocess::fit(p.table, p.target, p.split.train, {standardize, request.ignore});
}

void choose_start(const TrainRequest& request, const StartModel& from, Prepared& p) {
  const auto refuse_for_convex = [&](std::string_view option) {
    throw Error(option, text::cat(text::option(option), " has no effect on ", p.full_batch->method->traits().spec,
                                  ", which finds the same optimum from "
                                  "everywhere; name a first-order method, such as ",
                                  text::option("optimizer", "sgd")));
  };
  if (from) {
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
  const bool validated = p.validation_file || !p.split.validation.empty();
  if (!validated) {
    for (const auto& [option, given] :
         {std::pair{"patience", request.patience > 0}, {"select", !request.select.empty()}})
      if (given)
        throw Error(option, text::cat(text::option(option), " has no effect without validation rows; add ",
                                      text::option("validation", "0.2")));
    return;
  }
  const bool plateau = !p.full_batch && p.method.schedule.kind == Schedule::Kind::plateau;
  if (keeps_best(request, p) || request.patience > 0 || plateau)
    p.plan.judged_by = train::Judge::of(p.head, request.select).metric();
}

/// Multiplications of a step, about: parameters times rows, but of sparse rows those of the first layer alone that they
/// meet.
double work_of_step(const Prepared& p) {
  const TrainPlan& plan = p.plan;
  if (p.table.sparse) return static_cast<double>(p.table.sparse->nonzeros() * plan.outputs);
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
  plan.data = data::describe(p.table, p.preprocess);
  plan.data.notes.insert(plan.data.notes.begin(), notes.begin(), notes.end());
  plan.train_rows = p.split.train.size();
  plan.validation_rows = p.validation_file ? p.validation_file->rows : p.split.validation.size();
  plan.model = p.spec.text();
  plan.loss = p.loss;
  if (p.full_batch) {
    plan.optimizer = p.full_batch->method->traits().spec;
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
  plan.outputs = p.target.task == data::Task::classes ? p.target.classes.size() : 1;
  plan.parameters = count_parameters(p.spec, plan.inputs, plan.outputs);
  plan.seed = request.seed;
  const double work = work_of_step(p);
  const auto cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  plan.threads = request.threads > 0                                                       ? request.threads
                 : work >= (p.full_batch ? full_batch_work_for_threads : work_for_threads) ? std::min(cores, 8)
                                                                                           : 1;
}

}  // namespace

Prepared prepare(const TrainRequest& request) {
  check_request(request);
  Prepared p;
  p.spec = models::ModelSpec::parse(model_text(request));
  const bool full_batch = names_full_batch_method(request);
  const auto from = table_to_start_from(request, p.spec);
  read_rows(request, from, full_batch && p.spec.hidden.empty(), p);
  p.truth = data::target_values(p.table, p.target);
  split_rows(request, p);
  p.spec.resolve(p.split.train.size());
  choose_inputs(request, from, p);
  const bool validation_in_file = !request.validation.empty() && !validation_share(request.validation);
  if (validation_in_file) {
    data::CsvOptions expected = p.preprocess.expectations(true);
    expected.sparse_libsvm = p.table.sparse != nullptr;
    p.validation_file = std::make_unique<data::Table>(data::read_table(request.validation, expected));
    if (p.table.sparse && !p.validation_file->sparse)
      throw Error(text::cat(request.validation.name(), ": is no libsvm file, as ", request.file.name(), " is"));
  }
  if (full_batch || defaults_to_full_batch(request, p.spec, p.loss, p.split.train.size(), p.preprocess.inputs()))
    choose_full_batch(request, p);
  else
    choose_method(request, p);
  p.head = from ? from->head : head_of(request, p);
  choose_start(request, from, p);
  choose_judge(request, p);
  fill_plan(request, p);
  return p;
}

}  // namespace talweg::api
