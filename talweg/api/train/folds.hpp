#pragma once
#include <memory>
#include <span>
#include <vector>

#include "talweg/api/train/run.hpp"
#include "talweg/base/stop.hpp"

/// Runs that are measured on rows that they did not learn from: each a task of its own, in any order and at the same
/// time.
namespace talweg::api {

/// What `train` does where folds are asked for: a run for each, measured on the rows that it left out, and one on all
/// rows, whose model is the result.
TrainReport train_folds(const TrainRequest& request, const TrainObserver& observer);

struct FoldTask {
  std::int64_t repeat = 1, fold = 1;
  RunRows rows;
};
/// Throws Error for rows that cannot be folded so.
std::vector<FoldTask> fold_tasks(const TrainRequest& request, const TrainingData& data,
                                 std::span<const std::uint32_t> rows);

/// The request of one task: nothing is saved, shown or kept of it but its figures, and it runs on one thread.
TrainRequest request_of_task(TrainRequest request);

struct FoldRun {
  FoldReport report;
  models::Predictions predictions;  ///< of the rows left out
  train::Metrics training;          ///< of the rows that it learned from
};
/// Throws Stopped.
FoldRun run_task(const TrainRequest& request, const Stop& stop, std::shared_ptr<const TrainingData> data,
                 const FoldTask& task);

/// How many tasks run at the same time.
int jobs_of(const TrainRequest& request, std::size_t tasks);

/// The mean and the deviation of each figure that all folds have.
std::vector<FoldsReport::Figure> summary_of(std::span<const FoldReport> folds);
/// The same of the runs of all tasks, whose predictions are written where they were asked for; `plan` is told.
FoldsReport report_of(const TrainRequest& request, const TrainingData& data, std::span<const FoldTask> tasks,
                      std::span<const FoldRun> runs, TrainPlan& plan);

/// Of a run that was stopped before its tasks were done.
TrainReport interrupted(TrainPlan plan);

}  // namespace talweg::api
