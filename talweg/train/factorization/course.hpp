#pragma once
#include <chrono>
#include <limits>
#include <vector>

#include "talweg/train/factorization/fit.hpp"
#include "talweg/train/judge.hpp"

namespace talweg::train {

/// What every method shares while it runs: the clock, the validation ratings, the best epoch, and when to stop.
class Course {
 public:
  Course(const FitData& data, const FitOptions& options, Pool& pool);

  /// Whether the user or the clock ends the run now.
  bool interrupted();
  /// To be told after each epoch, with the model's parameters up to date; event.loss is the mean half squared error.
  /// True when the run ends here.
  bool end_epoch(EpochEvent event);
  /// What the plateau schedule goes by: the loss of the last epoch, or what the validation ratings are judged by.
  double watched() const { return watched_; }
  /// Whether the loss of an epoch or step says that all is lost.
  bool lost(double loss);
  void end(Ending ending) { ending_ = ending; }

  Ending ending() const { return ending_; }
  std::int64_t epochs() const { return epochs_; }
  double seconds() const;
  /// The best epoch's parameters are put back; measures. `done` says what was made: "20 epochs".
  Outcome finish(Outcome outcome, const std::string& done, const std::string& remark);
  const FitOptions& options() const { return options_; }

 private:
  void take_best(Outcome& outcome);
  bool is_lost(const Metrics& train) const;
  void rescue(Outcome& outcome);
  std::string message(const Outcome& outcome, double lost_at, const std::string& done, const std::string& remark) const;

  const FitData& data_;
  const FitOptions& options_;
  Pool& pool_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  bool keep_best_, judges_;  ///< judges: the validation ratings decide something
  Judge judge_;
  BestEpoch<double> best_;  ///< by the validation ratings where they decide, otherwise by the loss of the epoch
  double watched_ = 0, variance_ = 0;
  double previous_loss_ = std::numeric_limits<double>::quiet_NaN();
  std::int64_t epochs_ = 0, still_epochs_ = 0;
  Ending ending_ = Ending::completed;
};

/// The three ways; each leaves its result in data.model.
Outcome fit_by_minimize(const FitData& data, const Method& method, const FitOptions& options, Pool& pool);
Outcome fit_by_als(const FitData& data, const FitOptions& options, Pool& pool);
/// One rating at a time.
Outcome fit_online(const FitData& data, const FirstOrder& method, const FitOptions& options, Pool& pool);
Outcome fit_in_batches(const FitData& data, const FirstOrder& method, const FitOptions& options, Pool& pool);

/// Whether the rule has a form for single ratings, as it is set.
bool has_online_form(const FirstOrder& method);

}  // namespace talweg::train
