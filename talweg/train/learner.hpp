#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "talweg/base/archive.hpp"
#include "talweg/base/export.hpp"
#include "talweg/base/stop.hpp"
#include "talweg/train/events.hpp"
#include "talweg/train/judge.hpp"
#include "talweg/train/metrics/metrics.hpp"
#include "talweg/train/outcome.hpp"

namespace talweg::train {

enum class Part { training, validation };

/// What one step did.
struct Step {
  std::int64_t number = 0;  ///< steps so far
  double loss = 0;          ///< of what was looked at, before the update, in the target's unit
  double learning_rate = 0;
  bool clipped = false;
  bool ends_epoch = false;
  std::optional<Ending> ending = {};  ///< the learner's own word that there is nothing after this step
};

/// How much was done so far.
struct Work {
  std::int64_t steps = 0, examples = 0, clipped = 0;
  /// Of the deterministic methods; see Outcome.
  std::int64_t evaluations = 0;
  double objective = std::numeric_limits<double>::quiet_NaN(), gradient_norm = objective;
};

/// How a learner names what it does, in messages.
struct Words {
  std::string_view epoch = "epoch", epochs = "epochs", rows = "rows", made = "made";
};

/// Something that learns, one step at a time: mini-batches, a deterministic method on all rows, a stream, ratings. The
/// loop (loop.hpp) drives it, and knows no more of it than this. Metrics and parameters are those that would be used:
/// averaged, where the method keeps an average.
class TALWEG_API Learner {
 public:
  virtual ~Learner() = default;

  /// What `begin`, `step` and `measure` may ask while they work, and end for with Stopped: figures are not there then,
  /// and after a step that did not end the parameters are some between two steps. The loop sets it while it runs.
  /// Returns the one before.
  Stop exchange_stop(Stop stop) { return std::exchange(stop_, std::move(stop)); }

  /// Before the first step of a run of so many epochs. Returns the loss that it begins with; +infinity where nobody
  /// measures it.
  virtual double begin(std::int64_t epochs) = 0;
  /// One batch, one iteration, one round of blocks, one sweep.
  virtual Step step() = 0;
  /// The epoch that the last step ended: loss, rate and counts; the loop adds the rest.
  virtual EpochEvent epoch() const = 0;
  /// The result in its place, once there are no more steps.
  virtual void conclude() {}

  virtual bool has_validation() const = 0;
  virtual Metrics measure(Part part) = 0;
  /// By what the validation rows may be judged; throws Error for a metric that is none of this learner's, or, where it
  /// `decides`, that is not defined on the rows.
  virtual Judge judge(std::string_view metric, bool decides) const = 0;
  virtual std::vector<double> parameters() const = 0;
  virtual void restore(std::span<const double> parameters) = 0;

  /// Whether a schedule goes by what the epochs come to, which `watch` tells it then.
  virtual bool watches() const { return false; }
  virtual void watch(double /*cost*/) {}
  /// Whether the loss of an epoch is that of its last parameters; otherwise it is nearer to that of those it began
  /// with.
  virtual bool measures_its_end() const { return false; }
  /// No run comes back from such a loss.
  virtual bool hopeless(double /*loss*/) const { return false; }
  /// Whether a run that reached its end has failed all the same. `peak`: the highest loss of an epoch.
  virtual bool lost(const Metrics& /*training*/, double /*peak*/) const { return false; }

  /// Of its checkpoints, see file_forms.hpp; empty: it writes none.
  virtual std::string_view kind() const { return {}; }
  /// Everything that decides the future. `load`, after `begin`, throws Error for what is not of such a run.
  virtual void save(Archive& /*archive*/) const {}
  virtual void load(const Archive& /*archive*/) {}
  /// Nothing that is not finite is saved.
  virtual bool healthy() const { return true; }

  virtual Work work() const = 0;
  virtual Words words() const { return {}; }
  /// What was done: "3 epochs (30 steps)".
  virtual std::string done(std::int64_t epochs) const = 0;
  /// What else there is to tell of such an ending, from "; " on: the gradient norm. `lost_at`: the loss at the end of a
  /// run that has failed, NaN where it ended on its way.
  virtual std::string remark(const Outcome& /*outcome*/, double /*lost_at*/) const { return ""; }
  /// What to do after a run that has failed, from "; " on.
  virtual std::string advice() const { return ""; }
  /// Why a run failed, or hardly moved; nullptr where there is nothing to tell. Before its parameters are given up for
  /// those of a better epoch. Throws Stopped.
  virtual std::shared_ptr<const PostMortem> examine(const Outcome& /*outcome*/) const { return nullptr; }

 protected:
  const Stop& stop() const { return stop_; }

 private:
  Stop stop_;
};

}  // namespace talweg::train
