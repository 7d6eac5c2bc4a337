#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/base/hook.hpp"
#include "talweg/train/checkpoint.hpp"
#include "talweg/train/learner.hpp"
#include "talweg/train/outcome.hpp"

namespace talweg::train {

/// When a run ends, and which of its epochs is kept.
struct Options {
  std::int64_t epochs = 100;
  /// Keep the parameters of the epoch that was best on the validation rows, not the last.
  bool keep_best = false;
  std::string select = {};    ///< the metric that says what is best, see Judge; empty: the learner's own
  std::int64_t patience = 0;  ///< epochs without a better one before the run stops and the best is kept; 0: never
  double max_seconds = std::numeric_limits<double>::infinity();
  double loss_tolerance = 0;  ///< converged when the epoch's loss changes by less, relatively, five times in a row
  CheckpointPlan checkpoint = {};
};

/// What listens to a run, where it is set. Of several, each is called, in their order; one that returns true ends the
/// run. What they throw passes through `train` unchanged.
struct Callback {
  Hook<BeginEvent> begin = {};
  Hook<StepEvent> step = {};
  Hook<EpochEvent> epoch = {};
  Hook<Outcome> end = {};  ///< once, with what the run came to; nothing is left to stop
};

/// Who listens changes nothing.
struct Observer {
  std::function<void(const StepEvent&)> on_step = {};
  std::function<void(const EpochEvent&)> on_epoch = {};
  /// Asked after each step, and in long pieces of work on its way, from any thread but by one at a time: true ends the
  /// run.
  std::function<bool()> stop = {};
  std::vector<Callback> callbacks = {};  ///< called after the two above
};

/// The one loop of training: epochs, best, patience, plateau, clock, endings. It never knows what kind of learner it
/// drives. With a checkpoint plan, the state of loop and learner is written to its folder again and again, and a run
/// that is resumed comes to the same end, bit for bit. The learner must outlive it.
class TALWEG_API Loop {
 public:
  /// Throws Error for options that have no effect.
  Loop(Learner& learner, Options options, Observer observer = {});

  /// Steps until something ends the run.
  Outcome run();
  /// One step. The last of an epoch ends it: validation, best, schedule, on_epoch. Where Observer::stop ended it on its
  /// way, its ending says so.
  Step step();

  std::int64_t epochs() const { return epochs_; }  ///< made so far
  bool resumed() const { return resumed_; }        ///< whether the run went on from a checkpoint

 private:
  void begin();
  Step advance();
  void end_epoch();
  void keep(double loss);
  void save_if_due(const Step& step);
  void save();
  void load(const Archive& archive);
  std::optional<Ending> ending_after(const Step& step) const;
  std::optional<Ending> ending_after_epoch() const;
  Outcome finish(Ending ending);
  void take_best(Outcome& outcome);
  void measure(Outcome& outcome);
  Metrics figures(Part part);
  void look_back(Outcome& outcome);
  void rescue(Outcome& outcome);
  double seconds() const;
  std::string message(const Outcome& outcome, double lost_at) const;
  std::string kept(const Outcome& outcome) const;
  std::string stalled(const Outcome& outcome) const;

  Learner* learner_;
  Options options_;
  Observer observer_;
  Stop stop_;
  Judge judge_;
  bool judges_ = false;  ///< whether the validation rows decide anything
  bool begun_ = false, resumed_ = false;
  bool cut_ = false;         ///< a step, or what follows it, was stopped on its way: no state to go on from
  bool unmeasured_ = false;  ///< stopped while figures were measured
  bool ended_ = false;       ///< by a callback
  std::unique_ptr<CheckpointFolder> folder_;
  double seconds_before_ = 0, saved_at_ = 0;
  std::int64_t saved_step_ = 0;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  double start_loss_ = 0, peak_loss_ = 0, previous_loss_ = std::numeric_limits<double>::quiet_NaN();
  std::int64_t epochs_ = 0, still_epochs_ = 0, last_step_ = 0, last_epoch_ = 0;
  BestEpoch best_;                 ///< on the validation rows where they decide, otherwise by the loss
  std::vector<double> candidate_;  ///< of the last epoch, where the loss of the next one judges it
};

/// Trains to the end.
TALWEG_API Outcome train(Learner& learner, const Options& options, const Observer& observer = {});

}  // namespace talweg::train
