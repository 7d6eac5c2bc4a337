#pragma once
#include <chrono>
#include <limits>
#include <vector>

#include "talweg/train/factorization/fit.hpp"

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
  std::string message(const Outcome& outcome, const std::string& done, const std::string& remark) const;

  const FitData& data_;
  const FitOptions& options_;
  Pool& pool_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  bool keep_best_;
  std::vector<double> best_;
  double best_loss_ = std::numeric_limits<double>::infinity(), variance_ = 0;
  double previous_loss_ = std::numeric_limits<double>::quiet_NaN();
  std::int64_t epochs_ = 0, best_epoch_ = 0, still_epochs_ = 0;
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
