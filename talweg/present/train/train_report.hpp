#pragma once
#include <cstddef>
#include <string>

#include "talweg/api/train/train.hpp"
#include "talweg/api/use/evaluate.hpp"

/// Training and evaluation as finished text or JSON. A number that is not finite is null in JSON.
namespace talweg::present {

inline constexpr std::size_t most_classes_shown = 20;  ///< a larger confusion matrix does not fit on a screen

/// Where things lie after a run; empty: nowhere.
struct Places {
  std::string model, log;
};

/// What `--dry-run` prints: what was understood of the file, and what would run.
std::string plan_text(const api::TrainPlan& plan);
std::string plan_json(const api::TrainPlan& plan);
/// Two or three lines at the start of a run.
std::string heading(const api::TrainPlan& plan);

/// "Epoch [100/1000], loss 0.0123, validation loss 0.0145, accuracy 0.97\n"
std::string epoch_line(const train::EpochEvent& event);

/// Whether a run without a progress bar tells of this epoch: every one of a short run; of a long one every tenth part,
/// and the last.
bool is_told(const train::EpochEvent& event);

/// "        2000 rows, loss 0.45, since the last line 0.41, roc_auc 0.85\n"
std::string stream_line(const train::StreamEvent& event);

std::string report_text(const api::TrainReport& report, const Places& places);
std::string report_json(const api::TrainReport& report, const Places& places);

std::string evaluation_text(const api::EvaluateReport& report, const api::EvaluatedModel& model);
std::string evaluation_json(const api::EvaluateReport& report, const api::EvaluatedModel& model);

/// One line of a JSONL log each, with its line break.
std::string log_start(const api::TrainPlan& plan);
std::string log_stream(const train::StreamEvent& event);
std::string log_epoch(const train::EpochEvent& event);
std::string log_end(const api::TrainReport& report);

}  // namespace talweg::present
