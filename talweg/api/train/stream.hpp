#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/report/table.hpp"
#include "talweg/train/events.hpp"

/// Online learning on text that is read row by row: the part of `talweg train` whose memory does not grow with the
/// file.
namespace talweg::api {

struct TrainRequest;
struct TrainPlan;
struct TrainReport;
struct TrainObserver;

/// What a streamed run found out, beside what every run reports.
struct StreamReport {
  train::Metrics progressive;  ///< of the first pass: each row before anything was learned from it
  std::vector<train::StreamEvent> milestones;
  std::int64_t nonzero_weights = 0, validation_rows = 0;
  std::size_t table_bytes = 0;
  int hash_bits = 0;
  bool has_log_loss = false;
  report::Table weights;                   ///< the largest, by name; when an inspection was asked for
  std::vector<std::string> oddities = {};  ///< what was left out of rows, or taken for something; notes of the plan too
};

/// Whether a request is one for online learning: standard input, hashed features, or libsvm rows with a linear model
/// and steps of one row (ftrl, or --batch-size 1).
TALWEG_API bool streams(const TrainRequest& request);
TALWEG_API TrainReport train_stream(const TrainRequest& request, const TrainObserver& observer);
TALWEG_API TrainPlan plan_stream(const TrainRequest& request);

}  // namespace talweg::api
