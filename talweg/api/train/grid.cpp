#include "talweg/api/train/grid.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "talweg/api/method.hpp"
#include "talweg/api/train/learning_curve.hpp"
#include "talweg/api/train/start.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/listing.hpp"
#include "talweg/base/spec.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/parallel/pool.hpp"
#include "talweg/train/judge.hpp"
#include "talweg/train/metrics/names.hpp"

namespace talweg::api {

namespace {

constexpr std::size_t most_combinations = 10'000;
constexpr std::string_view model_keys[] = {"l1", "l2", "c", "dropout", "activation", "init", "bias"};
/// Of these a larger value holds the weights back more, of c a smaller one.
constexpr std::string_view penalties[] = {"l1", "l2", "dropout", "weight_decay", "c"};

bool is_one_of(std::string_view key, std::span<const std::string_view> known) {
  return std::ranges::find(known, key) != known.end();
}

struct Axis {
  std::string key;
  std::vector<std::string> values;
};

/// "l2=1e-4,1e-3"
Axis parse_axis(const std::string& text) {
  const std::size_t equals = text.find('=');
  Axis axis;
  if (equals != std::string::npos)
    for (const auto value : text::split(std::string_view(text).substr(equals + 1), ','))
      axis.values.emplace_back(text::trim(value));
  const bool empty = std::ranges::any_of(axis.values, [](const std::string& v) { return v.empty(); });
  axis.key = text::trim(std::string_view(text).substr(0, equals));
  if (axis.values.empty() || empty || axis.key.empty())
    throw Error("grid",
                text::cat(text::option("grid", text), ": expected a key and its values, as in l2=1e-4,1e-3,1e-2"));
  for (std::size_t i = 0; i < axis.values.size(); ++i)
    if (std::ranges::count(axis.values, axis.values[i]) > 1)
      throw Error("grid", text::cat(text::option("grid", text), ": names the value ", axis.values[i], " twice"));
  return axis;
}

std::vector<Axis> parse_axes(const TrainRequest& r) {
  std::vector<Axis> axes;
  std::size_t combinations = 1;
  for (const std::string& text : r.grid) {
    axes.push_back(parse_axis(text));
    combinations *= axes.back().values.size();
    for (std::size_t i = 0; i + 1 < axes.size(); ++i)
      if (axes[i].key == axes.back().key)
        throw Error("grid", text::cat(text::option("grid", text), ": the key ", axes[i].key,
                                      " stands in another grid; "
                                      "name all its values in one"));
    if (combinations > most_combinations)
      throw Error("grid",
                  text::cat(text::option("grid"), ": more than ", most_combinations, " combinations; name fewer"));
  }
  return axes;
}

/// The spec with one option more.
void add_option(std::string& spec, std::string_view option, const Axis& axis, const std::string& value) {
  if (Spec::read(spec).has(axis.key))
    throw Error("grid", text::cat(text::option("grid"), " tries values of ", axis.key, ", and ",
                                  text::option(option, spec), " has one; leave it out there"));
  spec += text::cat(",", axis.key, "=", value);
}

/// One combination.
struct Candidate {
  TrainRequest request = {};
  GridReport::Entry entry = {};
  std::vector<double> costs = {};  ///< (folds) lower is better
  std::vector<FoldRun> runs = {};  ///< (tasks) of folds
};

Candidate candidate_of(const TrainRequest& request, const std::vector<Axis>& axes, std::size_t number) {
  Candidate c{.request = request};
  c.request.model = model_text(request);
  for (std::size_t a = axes.size(); a-- > 0;) {  // the last key varies first
    const Axis& axis = axes[a];
    const std::string& value = axis.values[number % axis.values.size()];
    number /= axis.values.size();
    c.entry.settings.insert(c.entry.settings.begin(), {axis.key, value});
    if (is_one_of(axis.key, model_keys)) {
      add_option(c.request.model, "model", axis, value);
    } else {
      if (request.optimizer.empty())
        throw Error("grid", text::cat(text::option("grid"), ": ", axis.key, " is none of the model's keys, ",
                                      text::list(model_keys), "; of which optimizer is it? name one with ",
                                      text::option("optimizer", "adam")));
      add_option(c.request.optimizer, "optimizer", axis, value);
    }
  }
  return c;
}

std::vector<Candidate> candidates_of(const TrainRequest& request) {
  const std::vector<Axis> axes = parse_axes(request);
  std::size_t count = 1;
  for (const Axis& axis : axes) count *= axis.values.size();
  std::vector<Candidate> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(candidate_of(request, axes, i));
  return all;
}

/// How much the penalty of a setting holds weights back.
double strength_of(const std::pair<std::string, std::string>& setting) {
  const double value = text::parse_number(setting.second).value_or(0);
  return setting.first == "c" ? -value : value;
}

void check_one_se(const TrainRequest& r, const std::vector<Axis>& axes) {
  if (!r.one_se) return;
  if (!r.measures_folds())
    throw Error("one_se", text::cat(text::option("one_se"), " needs the spread over folds: it has no effect without ",
                                    text::option("folds", "10")));
  if (std::ranges::none_of(axes, [](const Axis& a) { return is_one_of(a.key, penalties); }))
    throw Error("one_se", text::cat(text::option("one_se"), " takes the strongest penalty, and none of ",
                                    text::list(penalties), " is in the grid"));
}

/// Lower cost first; with one_se the strongest penalty among those within one standard error of the best.
std::size_t best_of(const TrainRequest& request, const std::vector<Candidate>& all) {
  const auto mean = [](const Candidate& c) { return c.entry.cost; };
  const auto best = std::ranges::min_element(all, {}, mean);
  if (!std::isfinite(best->entry.cost)) return all.size();
  if (!request.one_se) return static_cast<std::size_t>(best - all.begin());
  const double most = best->entry.cost + best->entry.standard_deviation /
                                             std::sqrt(std::max(1.0, static_cast<double>(best->costs.size()) - 1));
  const auto stronger = [](const Candidate& a, const Candidate& b) {
    for (std::size_t i = 0; i < a.entry.settings.size(); ++i) {
      if (!is_one_of(a.entry.settings[i].first, penalties)) continue;
      const double x = strength_of(a.entry.settings[i]), y = strength_of(b.entry.settings[i]);
      if (x != y) return x > y;
    }
    return a.entry.cost < b.entry.cost;
  };
  auto chosen = best;
  for (auto c = all.begin(); c != all.end(); ++c)
    if (c->entry.cost <= most && stronger(*c, *chosen)) chosen = c;
  return static_cast<std::size_t>(chosen - all.begin());
}

/// Mean and deviation over what was measured; infinity where a run gave no figure.
void summarise(const train::Judge& judge, std::span<const train::Metrics> measured, Candidate& c) {
  const auto n = static_cast<double>(measured.size());
  c.entry.mean = c.entry.cost = 0;
  for (const train::Metrics& m : measured) {
    c.costs.push_back(judge.cost(m));
    c.entry.mean += m.get(judge.metric()) / n;
    c.entry.cost += c.costs.back() / n;
  }
  double squares = 0;
  for (const double cost : c.costs) squares += (cost - c.entry.cost) * (cost - c.entry.cost) / n;
  c.entry.standard_deviation = std::sqrt(squares);
  if (!std::isfinite(c.entry.cost)) c.entry.cost = std::numeric_limits<double>::infinity();
}

/// What one run on the validation rows comes to.
train::Metrics validate(const TrainRequest& request, const Stop& stop, std::shared_ptr<const TrainingData> data,
                        const RunRows& rows) {
  stop.check();
  TrainObserver asked;
  asked.stop = [stop] { return stop.wished(); };
  Prepared prepared = prepare(request, std::move(data), {rows.train, {}});
  const TrainReport report = run(request, asked, prepared);
  if (report.ending == train::Ending::stopped_by_caller) throw Stopped();
  return report.validation;
}

void measure(std::vector<Candidate>& all, const TrainRequest& request, const Stop& stop,
             const std::shared_ptr<const TrainingData>& data, const RunRows& rows, std::span<const FoldTask> tasks,
             const train::Judge& judge) {
  const std::size_t each = std::max<std::size_t>(1, tasks.size()), count = all.size() * each;
  std::vector<train::Metrics> measured(count);
  for (Candidate& c : all) c.runs.resize(tasks.size());
  Pool pool(jobs_of(request, count));
  pool.run(static_cast<std::int64_t>(count), [&](std::int64_t i) {
    const auto at = static_cast<std::size_t>(i);
    Candidate& c = all[at / each];
    const TrainRequest of_task = request_of_task(c.request);
    if (tasks.empty()) {
      measured[at] = validate(of_task, stop, data, rows);
      return;
    }
    FoldRun& done = c.runs[at % each] = run_task(of_task, stop, data, tasks[at % each]);
    measured[at] = done.report.metrics;
  });
  for (std::size_t k = 0; k < all.size(); ++k) summarise(judge, std::span(measured).subspan(k * each, each), all[k]);
}

}  // namespace

TrainReport train_grid(const TrainRequest& request, const TrainObserver& observer) {
  check_request(request);
  check_one_se(request, parse_axes(request));
  std::vector<Candidate> all = candidates_of(request);
  const auto data = read_training_data(request);
  const RunRows rows = rows_of_run(request, *data);
  std::vector<FoldTask> tasks;
  if (request.measures_folds()) tasks = fold_tasks(request, *data, rows.train);
  for (const Candidate& c : all) (void)prepare(c.request, data, rows);  // what is wrong is told before time is spent
  Prepared first = prepare(all.front().request, data, rows);
  if (tasks.empty() && first.validation.size() == 0)
    throw Error("grid", text::cat(text::option("grid"), " needs rows that combinations are measured on: add ",
                                  text::option("folds", "10"), " or ", text::option("validation", "0.2")));
  const train::Judge judge = train::Judge::of(first.head, judging_metric(request));
  const Stop stop(observer.stop);
  try {
    measure(all, request, stop, data, rows, tasks, judge);
  } catch (const Stopped&) {
    return interrupted(std::move(first.plan));
  }
  GridReport grid{.metric = judge.metric()};
  grid.best = best_of(request, all);
  for (const Candidate& c : all) grid.entries.push_back(c.entry);
  if (grid.best == all.size())
    throw Error("grid", text::cat(text::option("grid"), ": no combination has a ", judge.metric(),
                                  " on all rows that it is measured on; try other values, or judge by another metric"));
  const Candidate& best = all[grid.best];
  Prepared chosen = prepare(best.request, data, rows);
  std::optional<FoldsReport> folds;
  if (!tasks.empty()) folds = report_of(request, *data, tasks, best.runs, chosen.plan);
  std::optional<LearningCurve> curve;
  if (request.learning_curve) try {
      curve = measure_learning_curve(best.request, stop, data, tasks);
    } catch (const Stopped&) {
      return interrupted(std::move(chosen.plan));
    }
  TrainReport report = run(best.request, observer, chosen);
  report.learning_curve = std::move(curve);
  report.folds = std::move(folds);
  report.grid = std::move(grid);
  return report;
}

}  // namespace talweg::api
