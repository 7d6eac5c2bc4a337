#include "talweg/api/train/folds.hpp"

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>

#include "talweg/api/train/learning_curve.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/data/folds.hpp"
#include "talweg/data/split.hpp"
#include "talweg/parallel/pool.hpp"
#include "talweg/report/table.hpp"

namespace talweg::api {

namespace {

void refuse_rare_classes(const TrainingData& data, std::span<const std::uint32_t> rows) {
  if (data.classes().empty()) return;
  const auto groups = data::rows_by_class(rows, data.classes());
  for (std::size_t k = 0; k < data.target.classes.size(); ++k)
    if (k >= groups.size() || groups[k].size() < 2)
      throw Error("folds", text::cat("the class '", text::shown(data.target.classes[k]), "' has ",
                                     k < groups.size() ? groups[k].size() : 0,
                                     " of the rows of folds, and needs two: one to learn from, one to measure"));
}

/// "row,fold,prediction,p_no,p_yes", by rows.
std::string csv_of(std::span<const FoldTask> tasks, std::span<const FoldRun> runs, const TrainingData& data,
                   bool repeated) {
  std::string out = repeated ? "row,repeat,fold,prediction" : "row,fold,prediction";
  const auto& classes = data.target.classes;
  const bool probable = !runs.empty() && !runs[0].predictions.probabilities.empty();
  if (probable)
    for (const auto& c : classes) out += text::cat(",", report::csv_field(text::cat("p_", c)));
  out += '\n';
  struct Place {
    std::uint32_t row;
    std::size_t run, at;
  };
  std::vector<Place> places;
  for (std::size_t i = 0; i < runs.size(); ++i)
    for (std::size_t at = 0; at < runs[i].predictions.values.size(); ++at)
      places.push_back({tasks[i].rows.test[at], i, at});
  std::ranges::sort(places, {}, [](const Place& p) { return std::pair(p.row, p.run); });
  for (const Place& place : places) {
    const FoldRun& run = runs[place.run];
    out += text::cat(place.row + 1, ",");
    if (repeated) out += text::cat(run.report.repeat, ",");
    out += text::cat(run.report.fold, ",");
    const double value = run.predictions.values[place.at];
    out += classes.empty() ? text::cat(value) : report::csv_field(classes[static_cast<std::size_t>(value)]);
    if (probable)
      for (std::size_t k = 0; k < classes.size(); ++k)
        out += text::cat(",", run.predictions.probabilities[place.at * classes.size() + k]);
    out += '\n';
  }
  return out;
}

}  // namespace

std::vector<FoldsReport::Figure> summary_of(std::span<const FoldReport> folds) {
  std::vector<FoldsReport::Figure> out;
  if (folds.empty()) return out;
  const auto n = static_cast<double>(folds.size());
  for (const auto& [name, ignored] : folds.front().metrics.values) {
    double mean = 0, squares = 0;
    for (const FoldReport& f : folds) mean += f.metrics.get(name) / n;
    for (const FoldReport& f : folds) squares += std::pow(f.metrics.get(name) - mean, 2) / n;
    if (std::isfinite(mean)) out.push_back({name, mean, std::sqrt(squares)});
  }
  return out;
}

namespace {

/// What is not in the means, and why.
void warn_of_gaps(std::span<const FoldReport> folds, std::vector<std::string>& warnings) {
  for (const FoldReport& f : folds) {
    const std::string which =
        text::cat("fold ", f.fold, folds.back().repeat > 1 ? text::cat(" of repeat ", f.repeat) : "");
    if (f.metrics.empty()) {
      warnings.push_back(text::cat(which, " ended ", f.status, " without a model: there are no means over all folds"));
      continue;
    }
    for (const auto& [name, ignored] : folds.front().metrics.values)
      if (!std::isfinite(f.metrics.get(name)))
        warnings.push_back(text::cat(name, " is not defined on the rows of ", which, ", and has no mean"));
  }
}

}  // namespace

TrainRequest request_of_task(TrainRequest request) {
  request.save.clear();
  request.output.clear();
  request.test = {};
  request.inspect = false;
  request.threads = 1;
  return request;
}

std::vector<FoldTask> fold_tasks(const TrainRequest& request, const TrainingData& data,
                                 std::span<const std::uint32_t> rows) {
  refuse_rare_classes(data, rows);
  std::vector<FoldTask> tasks;
  for (std::int64_t repeat = 0; repeat < request.repeats.value_or(1); ++repeat) {
    const data::Folds folds = request.folds ? data::draw_folds(rows, data.table.rows, data.classes(),
                                                               static_cast<std::uint32_t>(*request.folds), request.seed,
                                                               static_cast<std::uint32_t>(repeat))
                                            : data::folds_of(data.table, rows, request.folds_from);
    for (std::uint32_t k = 0; k < folds.count; ++k)
      tasks.push_back({repeat + 1, k + 1, {folds.outside(rows, k), folds.inside(rows, k)}});
  }
  return tasks;
}

FoldRun run_task(const TrainRequest& request, const Stop& stop, std::shared_ptr<const TrainingData> data,
                 const FoldTask& task) {
  stop.check();
  TrainObserver asked;
  asked.stop = [stop] { return stop.wished(); };
  FoldRun done;
  Prepared prepared = prepare(request, std::move(data), task.rows);
  const TrainReport report = run(request, asked, prepared, &done.predictions);
  if (report.ending == train::Ending::stopped_by_caller) throw Stopped();
  done.report = {.repeat = task.repeat,
                 .fold = task.fold,
                 .rows = task.rows.test.size(),
                 .status = std::string(train::name(report.ending)),
                 .metrics = report.test};
  done.training = report.train;
  return done;
}

int jobs_of(const TrainRequest& request, std::size_t tasks) {
  const auto cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  return static_cast<int>(
      std::min<std::size_t>(static_cast<std::size_t>(request.jobs > 0 ? request.jobs : cores), tasks));
}

FoldsReport report_of(const TrainRequest& request, const TrainingData& data, std::span<const FoldTask> tasks,
                      std::span<const FoldRun> runs, TrainPlan& plan) {
  FoldsReport measured;
  for (const FoldRun& r : runs) measured.folds.push_back(r.report);
  measured.figures = summary_of(measured.folds);
  plan.repeats = request.repeats.value_or(1);
  plan.folds = static_cast<std::int64_t>(tasks.size()) / plan.repeats;
  warn_of_gaps(measured.folds, plan.warnings);
  if (request.output.empty()) return measured;
  file::write(request.output, csv_of(tasks, runs, data, plan.repeats > 1));
  measured.written = request.output;
  return measured;
}

TrainReport interrupted(TrainPlan plan) {
  TrainReport report;
  report.plan = std::move(plan);
  report.ending = train::Ending::stopped_by_caller;
  report.message = "interrupted before everything was measured: nothing is kept";
  return report;
}

TrainReport train_folds(const TrainRequest& request, const TrainObserver& observer) {
  check_request(request);
  const auto data = read_training_data(request);
  const RunRows rows = rows_of_run(request, *data);
  const auto tasks = fold_tasks(request, *data, rows.train);
  Prepared all = prepare(request, data, rows);  // what is wrong is told before the time of the folds is spent
  std::vector<FoldRun> runs(tasks.size());
  const TrainRequest of_task = request_of_task(request);
  const Stop stop(observer.stop);
  Pool pool(jobs_of(request, tasks.size()));
  try {
    pool.run(static_cast<std::int64_t>(tasks.size()), [&](std::int64_t i) {
      const auto at = static_cast<std::size_t>(i);
      runs[at] = run_task(of_task, stop, data, tasks[at]);
    });
  } catch (const Stopped&) {
    return interrupted(std::move(all.plan));
  }
  FoldsReport measured = report_of(request, *data, tasks, runs, all.plan);
  std::optional<LearningCurve> curve;
  if (request.learning_curve) try {
      curve = measure_learning_curve(request, stop, data, tasks);
    } catch (const Stopped&) {
      return interrupted(std::move(all.plan));
    }
  TrainReport report = run(request, observer, all);
  report.folds = std::move(measured);
  report.learning_curve = std::move(curve);
  return report;
}

}  // namespace talweg::api
