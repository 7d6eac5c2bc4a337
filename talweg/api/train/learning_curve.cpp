#include "talweg/api/train/learning_curve.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "talweg/base/random.hpp"
#include "talweg/data/split.hpp"
#include "talweg/parallel/pool.hpp"

namespace talweg::api {

namespace {

constexpr double shares[] = {0.1, 0.2, 0.35, 0.5, 0.75, 1};
constexpr std::uint64_t curve_stream = 0x4375727665u << 24;

/// The rows so that the first of them are a share of each class: by the place that a row has in its class.
std::vector<std::uint32_t> in_shares(std::span<const std::uint32_t> rows, const TrainingData& data,
                                     std::uint64_t seed) {
  Random random(seed ^ curve_stream);
  std::vector<std::pair<double, std::uint32_t>> places;
  for (auto& group : data::rows_by_class(rows, data.classes())) {
    random.shuffle(std::span(group));
    for (std::size_t i = 0; i < group.size(); ++i)
      places.emplace_back(static_cast<double>(i) / static_cast<double>(group.size()), group[i]);
  }
  std::ranges::stable_sort(places, {}, [](const auto& p) { return p.first; });
  std::vector<std::uint32_t> order;
  for (const auto& [ignored, row] : places) order.push_back(row);
  return order;
}

FoldTask smaller(const FoldTask& task, double share, const TrainingData& data, std::uint64_t seed) {
  FoldTask some = task;
  some.rows.train = in_shares(task.rows.train, data, seed);
  const double rows = std::ceil(share * static_cast<double>(some.rows.train.size()));
  const std::size_t least =
      std::min<std::size_t>(some.rows.train.size(), 2 * std::max<std::size_t>(1, data.target.classes.size()));
  some.rows.train.resize(std::max(least, static_cast<std::size_t>(rows)));
  std::ranges::sort(some.rows.train);
  return some;
}

}  // namespace

LearningCurve measure_learning_curve(const TrainRequest& request, const Stop& stop,
                                     const std::shared_ptr<const TrainingData>& data, std::span<const FoldTask> tasks) {
  const std::size_t sizes = std::size(shares), count = sizes * tasks.size();
  const TrainRequest of_task = request_of_task(request);
  std::vector<FoldRun> runs(count);
  std::vector<std::size_t> rows(count);
  Pool pool(jobs_of(request, count));
  pool.run(static_cast<std::int64_t>(count), [&](std::int64_t i) {
    const auto at = static_cast<std::size_t>(i);
    const FoldTask task = smaller(tasks[at % tasks.size()], shares[at / tasks.size()], *data, request.seed);
    rows[at] = task.rows.train.size();
    runs[at] = run_task(of_task, stop, data, task);
  });
  LearningCurve curve;
  for (std::size_t s = 0; s < sizes; ++s) {
    LearningCurve::Point point;
    std::vector<FoldReport> trained, left_out;
    for (std::size_t k = 0; k < tasks.size(); ++k) {
      const FoldRun& run = runs[s * tasks.size() + k];
      point.rows += static_cast<double>(rows[s * tasks.size() + k]) / static_cast<double>(tasks.size());
      trained.push_back({.metrics = run.training});
      left_out.push_back(run.report);
    }
    point.train = summary_of(trained);
    point.left_out = summary_of(left_out);
    curve.points.push_back(std::move(point));
  }
  return curve;
}

}  // namespace talweg::api
