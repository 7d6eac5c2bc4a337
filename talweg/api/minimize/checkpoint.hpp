#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "talweg/api/minimize/minimize.hpp"
#include "talweg/base/sha256.hpp"
#include "talweg/optim/minimizer.hpp"
#include "talweg/train/checkpoint.hpp"
#include "talweg/train/terms/run_terms.hpp"

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

/// The path beside the states of a run: its hash in each of them, its rows in a file of the folder, where they are
/// kept.
class PathKept {
 public:
  PathKept(std::string folder, bool keeps_rows) : folder_(std::move(folder)), keeps_rows_(keeps_rows) {}

  void begin_anew();
  void add(const TraceRow& row) { file_->add(row); }
  void save(Archive& archive, const PathSoFar& path) const;
  /// `path` becomes that of the archive.
  void load(const Archive& archive, PathSoFar& path);

 private:
  std::string folder_;
  bool keeps_rows_;
  std::unique_ptr<TraceFile> file_;
};

/// Keeps the state of a run in batches: what its loop asks for at each checkpoint.
class BatchKeeper {
 public:
  /// Throws Error for options that do not go together.
  BatchKeeper(const MinimizeRequest& request, const Problem& problem);

  PathKept& path() { return kept_; }
  /// `fresh` is called before the first step of a run that goes on from nothing. Refers to this object and to `path`.
  train::TermsCheckpoint checkpoint(PathSoFar& path, std::function<void()> fresh);

 private:
  const MinimizeRequest& request_;
  std::string rows_;  ///< Problem::fingerprint
  train::CheckpointPlan plan_;
  PathKept kept_;
};

/// Keeps the state of one run on all rows, or of a formula without, in its folder.
class RunKeeper {
 public:
  /// Nothing where the request names no folder. Throws Error for options that do not go together.
  static std::unique_ptr<RunKeeper> of(const MinimizeRequest& request, const Problem& problem);

  /// Where a checkpoint is taken up, run and path become those of it. Before the first step.
  void begin(Minimizer& run, PathSoFar& path);
  PathKept& path() { return kept_; }
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
  std::string rows_;  ///< Problem::fingerprint
  PathKept kept_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now(), saved_at_ = begin_;
  std::int64_t saved_iteration_ = 0;
  bool saved_ = false, near_ = false;
};

}  // namespace talweg::api
