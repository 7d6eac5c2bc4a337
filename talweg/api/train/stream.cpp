#include "talweg/api/train/stream.hpp"

#include <algorithm>
#include <cmath>
#include <thread>

#include "talweg/api/method.hpp"
#include "talweg/api/positive_class.hpp"
#include "talweg/api/train/checkpoint.hpp"
#include "talweg/api/train/save_model.hpp"
#include "talweg/api/train/start.hpp"
#include "talweg/api/train/train.hpp"
#include "talweg/api/use/inspect.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/weights.hpp"
#include "talweg/nn/ops/losses.hpp"
#include "talweg/optim/first_order/sparse.hpp"
#include "talweg/parallel/pool.hpp"
#include "talweg/train/file_forms.hpp"
#include "talweg/train/online/run.hpp"
#include "talweg/train/online/setup.hpp"
#include "talweg/train/online/stream_model.hpp"

namespace talweg::api {

using namespace train::online;
using data::stream::BlockReader;
using data::stream::Source;

namespace {

constexpr std::int64_t weights_in_report = 50;
constexpr std::size_t most_names = 200'000;  // of hashed features: about 10 MB

bool is_linear(const models::ModelSpec& spec) {
  return spec.kind == "linear" || spec.kind == "logistic" || spec.kind == "softmax";
}

/// An option that only runs on tables in memory have; "" when none was given.
std::string dense_option(const TrainRequest& r, const models::ModelSpec& spec) {
  if (r.standardize.value_or(false)) return text::option("standardize");
  if (r.patience > 0) return text::option("patience");
  if (!r.select.empty()) return text::option("select");
  if (!r.start.empty()) return text::option("start");
  if (r.measures_folds()) return text::option(r.folds ? "folds" : "folds_from");
  if (!r.grid.empty()) return text::option("grid");
  if (r.jobs > 0) return text::option("jobs");
  if (std::optional<double>(r.tolerance).value_or(0) != 0) return text::option("tolerance");
  if (!r.groups.empty()) return text::option("group");
  if (!r.batch_size.empty() && r.batch_size != "1") return text::option("batch_size", r.batch_size);
  if (spec.l1 != 0 || spec.l2 != 0 || spec.c != 0) return text::option("model", spec.text());
  return "";
}

bool holds_libsvm(const data::Input& input) {
  if (input.table()) return input.table()->sparse != nullptr;
  if (!input.is_repeatable()) return false;
  constexpr std::size_t enough = 1 << 16;
  BlockReader reader = BlockReader::open(input, enough);
  return is_libsvm_text(reader.peek(enough));
}

template <class Integer>
std::optional<Integer> whole(std::string_view name, const std::string& text, Integer low, Integer high) {
  if (text.empty()) return std::nullopt;
  const auto n = text::parse_integer(text);
  if (!n || *n < std::int64_t{low} || *n > std::int64_t{high})
    throw Error(name, text::cat(text::option(name, text), ": expected a whole number from ", low, " to ", high));
  return static_cast<Integer>(*n);
}

std::vector<std::string> list_of(std::string_view text) {
  std::vector<std::string> out;
  if (!text.empty())
    for (const auto piece : text::split(text, ',')) out.emplace_back(piece);
  return out;
}

RowRequest row_request(const TrainRequest& r, const models::ModelSpec& spec) {
  RowRequest rows;
  rows.target = r.target;
  rows.wanted = models::wanted_target(spec, r.loss);
  rows.hash_bits = whole<int>("hash_bits", r.stream.hash_bits, 1, data::stream::Features::most_hash_bits).value_or(0);
  rows.index_base = whole<int>("index_base", r.stream.index_base, 0, 1);
  rows.features =
      whole<std::uint32_t>("features", r.stream.features, 1, data::stream::Features::largest_index).value_or(0);
  for (const auto& cross : r.stream.crosses) {
    const auto pair = list_of(cross);
    if (pair.size() != 2 || pair[0].empty() || pair[1].empty())
      throw Error("cross", text::cat(text::option("cross", cross), ": expected two columns, such as ",
                                     text::option("cross", "city,device")));
    rows.crosses.emplace_back(pair[0], pair[1]);
  }
  rows.classes = list_of(r.stream.classes);
  rows.ignore = r.ignore;
  rows.weights = r.weights;
  return rows;
}

/// A streamed run with everything decided.
struct Prepared {
  Plan plan;
  std::unique_ptr<BlockReader> reader;
  TrainPlan shown;
  std::string precision;
};

void check(const TrainRequest& r, const models::ModelSpec& spec) {
  const std::string name = r.file.name();
  if (!is_linear(spec))
    throw Error(text::cat(name, " is streamed row by row, which needs ", text::option("model", "linear"),
                          ", logistic or softmax; '", spec.text(), "' learns from tables in memory"));
  if (const std::string option = dense_option(r, spec); !option.empty())
    throw Error(text::cat(option, " has no effect on rows that are streamed one by one; leave it out",
                          option.starts_with(text::option("model")) ? " (ftrl has l1 and l2)" : ""));
  if (!r.precision.empty() && r.precision != "float" && r.precision != "double")
    throw Error("precision", text::cat(text::option("precision", r.precision), ": expected float or double"));
  if (r.threads < 0 || r.threads > 1024)
    throw Error("threads", text::cat(text::option("threads", r.threads), ": expected a number from 1 to 1024"));
  if (!(r.max_seconds > 0))
    throw Error("max_seconds", text::cat(text::option("max_seconds", r.max_seconds), ": expected more than 0"));
  if (r.epochs && *r.epochs < 1)
    throw Error("epochs", text::cat(text::option("epochs", *r.epochs), ": expected a whole number of at least 1"));
  if (!r.file.is_repeatable()) {
    if (r.epochs.value_or(1) > 1)
      throw Error(text::cat(name, " can be read once only: leave ", text::option("epochs"),
                            " out, or write the rows to a file first"));
    if (!r.checkpoint.empty())
      throw Error("checkpoint",
                  text::cat(text::option("checkpoint"), " needs a file, which can be read again; ", name, " cannot"));
  }
  check_places(r);
}

/// A share of the rows, or a file of others.
struct HeldBack {
  data::Input file;
  double share = 0;
};

HeldBack held_back(const TrainRequest& r, const data::Input& given, std::string_view option) {
  if (given.empty()) return {};
  const auto share = given.table() ? std::nullopt : text::parse_number(given.path());
  if (!share) {
    Source::open(given);  // so that a wrong name is not told after hours
    return {given.read_as(r.file.reading), 0};
  }
  if (!(*share > 0 && *share < 1))
    throw Error(option, text::cat(text::option(option, given.path()),
                                  ": expected a share above 0 and below 1, such as 0.2, or a file"));
  if (!r.file.is_repeatable())
    throw Error(option, text::cat(text::option(option),
                                  " with a share needs a file, which can be read again; name a file of rows instead"));
  return {{}, *share};
}

void plan_held_back(const TrainRequest& r, Plan& plan) {
  HeldBack validation = held_back(r, r.validation, "validation"), test = held_back(r, r.test, "test");
  plan.validation = std::move(validation.file);
  plan.validation_share = validation.share;
  plan.test = std::move(test.file);
  plan.test_share = test.share;
}

void show(const TrainRequest& r, const std::vector<std::string>& notes, Prepared& p) {
  TrainPlan& s = p.shown;
  const Plan& plan = p.plan;
  s.data.origin = r.file.name();
  s.data.format = plan.rows.features.format == data::Format::libsvm ? "libsvm" : "csv";
  s.data.notes = notes;
  s.model = plan.spec.text();
  s.loss = plan.head.loss;
  s.optimizer = plan.method.spec();
  s.schedule = plan.method.schedule.spec();
  s.clip = plan.method.clip.spec();
  s.batch_size = 1;
  s.epochs = plan.epochs;
  s.precision = p.precision;
  s.weights = r.weights;
  s.class_weight = r.class_weight;
  s.positive = positive_label(plan.rows.target, plan.head);
  s.threshold = plan.head.threshold;
  s.seed = r.seed;
  s.threads = plan.threads;
  s.inputs = plan.rows.features.initial_size() - 1;
  s.outputs = plan.head.outputs;
  s.parameters = static_cast<std::int64_t>((s.inputs + 1) * s.outputs);
  s.streamed = true;
  for (const auto& w : SparseOptimizer<float>::warnings(plan.method)) s.warnings.push_back(w);
}

/// The weights of the classes. Balanced ones need the number of rows of each: one pass more over the file.
std::vector<double> class_weights(const TrainRequest& r, const Plan& plan) {
  if (r.class_weight != data::balanced) return data::class_weights(r.class_weight, plan.rows.target, {});
  if (plan.rows.target.task == data::Task::regression) return data::class_weights(r.class_weight, plan.rows.target, {});
  if (!r.file.is_repeatable())
    throw Error("class_weight",
                text::cat(text::option("class_weight", r.class_weight), " counts the rows of each class first, and ",
                          r.file.name(), " can be read once only; write the weights, as in yes=5,no=1"));
  return data::balanced_weights(count_classes(r.file, plan.rows, plan.held_out(), plan.threads));
}

/// What rows are and what is predicted, from their beginning or from the model that the run starts with. Returns notes.
std::vector<std::string> understand_rows(const TrainRequest& r, const RowRequest& rows, BlockReader& reader,
                                         Plan& plan) {
  if (const auto from = stream_to_start_from(r, plan.spec)) {
    const models::SparseLinear& m = from->model;
    const auto largest = m.places.empty() ? 0u : static_cast<std::uint32_t>(m.places.back());
    plan.rows = rows_of_another({m.features, m.target, largest, r.weights}, r.file, r.target, reader, true);
    plan.rows.needs_known = false;
    plan.rows.features.limit = m.features.limit;
    plan.head = m.head;
    plan.start = m;
    return {start_note(r, from->record)};
  }
  Understood u = understand(r.file, reader, rows);
  plan.rows = std::move(u.rows);
  plan.head.task = plan.rows.target.task;
  plan.head.loss = nn::name(nn::loss(r.loss.empty() ? models::default_loss(plan.head.task) : r.loss));
  plan.head.outputs = plan.head.task == data::Task::classes ? plan.rows.target.classes.size() : 1;
  return u.notes;
}

Prepared prepare(TrainRequest r) {
  Prepared p;
  const auto checkpoint = checkpoint_to_resume(r.resume, train::checkpoint_of_stream, p.shown.warnings);
  if (checkpoint) take_over(r, *checkpoint);
  Plan& plan = p.plan;
  plan.file = r.file;
  plan.spec = models::ModelSpec::parse(model_text(r));
  const RowRequest rows = row_request(r, plan.spec);
  check(r, plan.spec);
  if (!r.optimizer.empty()) {
    check_method_name(r.optimizer);
    if (!is_first_order(r.optimizer))
      throw Error("optimizer", text::cat(text::option("optimizer", r.optimizer), " works on all rows at once, and ",
                                         r.file.name(), " is streamed row by row; use ftrl, adagrad or sgd"));
  }
  plan.method = FirstOrder::parse(r.optimizer.empty() ? "ftrl" : r.optimizer);
  if (!r.schedule.empty()) plan.method.schedule = Schedule::parse(r.schedule);
  if (!r.clip.empty()) plan.method.clip = Clip::parse(r.clip);
  plan.method.validate();
  if (const std::string why = SparseOptimizer<float>::refusal(plan.method); !why.empty()) throw Error(why);
  p.reader = std::make_unique<BlockReader>(BlockReader::open(r.file, block_bytes));
  const std::vector<std::string> notes = understand_rows(r, rows, *p.reader, plan);
  plan.rows.most_names = most_names;
  choose_positive({r.positive, r.threshold}, plan.rows.target, plan.head);
  plan.epochs = r.epochs.value_or(1);
  const auto cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  plan.threads = r.threads > 0 ? r.threads : std::min(cores, 2);
  const Pool started(std::min(plan.threads, 2));  // the second one reads ahead
  if (!started.shortage().empty()) {
    p.shown.warnings.push_back(started.shortage());
    plan.threads = started.threads();
  }
  plan.seed = r.seed;
  plan.max_seconds = r.max_seconds;
  p.precision = r.precision == "double" ? "double" : "float";
  plan_held_back(r, plan);
  if (!r.class_weight.empty()) plan.class_weights = class_weights(r, plan);
  plan.checkpoint = checkpoint_plan(r);
  if (checkpoint) refuse_longer_schedule(r, *checkpoint, plan.method.schedule);
  show(r, notes, p);
  return p;
}

void tell_oddities(const data::stream::Oddities& odd, std::vector<std::string>& notes) {
  const auto tell = [&](std::int64_t n, const char* one, const char* many) {
    if (n > 0) notes.push_back(text::cat(n, " ", n == 1 ? one : many));
  };
  tell(odd.blank_lines, "empty line was left out", "empty lines were left out");
  tell(odd.unsorted_rows, "row has indices that do not rise", "rows have indices that do not rise");
  tell(odd.qids, "qid was left out", "qids were left out");
  tell(odd.unlabelled_rows, "row without a target was left out", "rows without a target were left out");
  tell(odd.missing_cells, "missing cell was taken for no feature", "missing cells were taken for no feature");
}

std::shared_ptr<const StreamModel> keep(Outcome outcome, const TrainPlan& plan) {
  auto kept = std::make_shared<StreamModel>();
  StreamModel& m = *kept;
  m.model = std::move(outcome.model);
  m.record = {plan.optimizer,
              plan.schedule,
              plan.clip,
              {},
              static_cast<std::int64_t>(plan.seed),
              1,
              outcome.epochs,
              outcome.steps,
              outcome.examples,
              std::string(train::name(outcome.ending)),
              {}};
  return kept;
}

}  // namespace

bool streams(const TrainRequest& r) {
  if (r.file.path() == "-" || r.stream.shapes_rows() || kind_of_checkpoint(r.resume) == train::checkpoint_of_stream)
    return true;
  if (!r.start_from.empty()) return starts_from_stream(r);
  const std::string method_text = usual_method(r.optimizer);
  const bool ftrl = Spec::read(method_text).name == "ftrl";
  if (ftrl && (!r.checkpoint.empty() || !r.resume.empty())) return true;
  if (!ftrl && r.batch_size != "1") return false;
  const auto spec = models::ModelSpec::parse(model_text(r));
  if (!is_linear(spec) || !dense_option(r, spec).empty() || !r.ignore.empty() || r.standardize) return false;
  if (!is_first_order(r.optimizer.empty() ? "ftrl" : r.optimizer) || !holds_libsvm(r.file)) return false;
  FirstOrder method = FirstOrder::parse(r.optimizer.empty() ? "ftrl" : r.optimizer);
  if (!r.schedule.empty()) method.schedule = Schedule::parse(r.schedule);
  return SparseOptimizer<float>::refusal(method).empty();
}

TrainPlan plan_stream(const TrainRequest& request) { return prepare(request).shown; }

TrainReport train_stream(const TrainRequest& request, const TrainObserver& observer) {
  Prepared p = prepare(request);
  p.plan.on_progress = observer.on_stream;
  p.plan.on_epoch = observer.on_epoch;
  p.plan.stop = observer.stop;
  if (observer.on_plan) observer.on_plan(p.shown);
  Outcome outcome =
      p.precision == "float" ? run<float>(p.plan, std::move(*p.reader)) : run<double>(p.plan, std::move(*p.reader));
  TrainReport report;
  report.plan = std::move(p.shown);
  TrainPlan& plan = report.plan;
  std::vector<std::string> oddities;
  tell_oddities(outcome.odd, oddities);
  plan.data.notes.insert(plan.data.notes.end(), oddities.begin(), oddities.end());
  plan.inputs = std::max(plan.inputs, outcome.places - 1);
  plan.parameters = static_cast<std::int64_t>((plan.inputs + 1) * plan.outputs);
  plan.train_rows = static_cast<std::size_t>(outcome.epochs > 0 ? outcome.steps / outcome.epochs : outcome.steps);
  plan.validation_rows = static_cast<std::size_t>(outcome.validation_rows);
  plan.test_rows = static_cast<std::size_t>(outcome.test_rows);
  report.test = outcome.test;
  static_cast<train::Outcome&>(report) = outcome;
  report.classes = p.plan.rows.target.classes;
  StreamReport stream;
  stream.progressive = outcome.progressive;
  stream.milestones = outcome.milestones;
  stream.oddities = std::move(oddities);
  stream.nonzero_weights = static_cast<std::int64_t>(outcome.model.nonzero());
  stream.table_bytes = outcome.table_bytes;
  stream.hash_bits = p.plan.rows.features.hash_bits;
  report.resumed = outcome.resumed;
  stream.has_log_loss = p.plan.head.has_probabilities();
  std::int64_t left_out = 0;
  if (request.inspect) stream.weights = largest_weights(outcome.model, weights_in_report, left_out);
  report.stream = std::move(stream);
  if (outcome.usable()) {
    report.model = keep(std::move(outcome), plan);
    if (!request.save.empty()) save_model(request.save, [&](const std::string& place) { report.model->save(place); });
    report.saved = !request.save.empty();
  }
  return report;
}

}  // namespace talweg::api
