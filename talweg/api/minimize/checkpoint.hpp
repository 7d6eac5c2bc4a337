#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "talweg/api/minimize/minimize.hpp"
#include "talweg/base/sha256.hpp"
#include "talweg/optim/minimizer.hpp"
#include "talweg/train/checkpoint.hpp"

/// A minimisation that can be taken up again, in the folders that training uses: train/checkpoint.hpp.
namespace talweg::api {

/// Completes a request that resumes: what decides the result, and is not given, is that of the checkpoint. Throws Error
/// naming what was given and differs; limits may. Doing it twice is doing it once. Returns what a user should hear.
std::vector<std::string> take_over(MinimizeRequest& request);

/// What is known of the path beside the method's own state.
struct PathSoFar {
  Sha256 hash;  ///< of the rows, see MinimizeOutcome::trace_hash
  TraceRecorder recorder;
};

/// Keeps the state of one run in its folder.
class RunKeeper {
 public:
  /// Nothing where the request names no folder. Throws Error for options that do not go together.
  static std::unique_ptr<RunKeeper> of(const MinimizeRequest& request, const Problem& problem);

  /// Where a checkpoint is taken up, run and path become those of it. Before the first step.
  void begin(Minimizer& run, PathSoFar& path);
  void add(const TraceRow& row) { trace_->add(row); }
  /// After each step.
  void save_if_due(const Minimizer& run, const PathSoFar& path);
  /// At the end. Returns what a user should hear of a run that a limit ended inside an iteration.
  std::vector<std::string> finish(const Minimizer& run, const PathSoFar& path);

 private:
  RunKeeper(train::CheckpointPlan plan, const MinimizeRequest& request, std::string rows);
  void save(const Minimizer& run, const PathSoFar& path);
  bool nears_a_limit(const Iteration& now) const;

  train::CheckpointPlan plan_;
  train::CheckpointFolder folder_;
  const Options& options_;
  bool keeps_path_;
  std::string rows_;  ///< Problem::fingerprint
  std::unique_ptr<TraceFile> trace_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now(), saved_at_ = begin_;
  std::int64_t saved_iteration_ = 0;
  bool saved_ = false, near_ = false;
};

}  // namespace talweg::api
