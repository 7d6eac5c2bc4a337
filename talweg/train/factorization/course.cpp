#include "talweg/train/factorization/course.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"

namespace talweg::train {

namespace {

constexpr double hopeless = 1e4;  // times the variance of the ratings: no run comes back from there
constexpr std::int64_t still_epochs_to_converge = 5;
constexpr std::int64_t rows_at_once = 16384;
constexpr std::string_view judged_by[] = {"rmse", "loss", "mae", "r2"};

struct Sums {
  double squares = 0, absolute = 0;
};

}  // namespace

Metrics measure(const models::Factorization& model, const RatingRows& rows, Pool& pool) {
  Metrics m;
  if (rows.size() == 0) return m;
  const auto count = static_cast<std::int64_t>(rows.size());
  std::vector<Sums> pieces(static_cast<std::size_t>((count + rows_at_once - 1) / rows_at_once));
  for_ranges(pool, count, rows_at_once, [&](std::int64_t begin, std::int64_t end) {
    Sums sums;
    for (auto r = static_cast<std::size_t>(begin); r < static_cast<std::size_t>(end); ++r) {
      const double error = model.predict(rows.user[r], rows.item[r]) - rows.value[r];
      sums.squares += error * error;
      sums.absolute += std::abs(error);
    }
    pieces[static_cast<std::size_t>(begin / rows_at_once)] = sums;
  });
  const auto n = static_cast<double>(count);
  double squares = 0, absolute = 0, mean = 0, spread = 0;
  for (const Sums& s : pieces) squares += s.squares, absolute += s.absolute;
  for (const double v : rows.value) mean += v / n;
  for (const double v : rows.value) spread += (v - mean) * (v - mean);
  m.values.emplace_back("loss", squares / n / 2);
  m.values.emplace_back("rmse", std::sqrt(squares / n));
  m.values.emplace_back("mae", absolute / n);
  const auto [low, high] = std::ranges::minmax(rows.value);
  if (low < high && spread > 0) m.values.emplace_back("r2", 1 - squares / spread);
  return m;
}

Course::Course(const FitData& data, const FitOptions& options, Pool& pool)
    : data_(data),
      options_(options),
      pool_(pool),
      keep_best_((options.keep_best || options.patience > 0) && data.validation.size() > 0),
      judges_(data.validation.size() > 0 && (keep_best_ || options.plateau)),
      judge_(Judge::among(judged_by, options.select)) {
  if (options_.patience > 0 && data.validation.size() == 0)
    throw Error("patience has no effect without validation ratings; hold some back or leave patience out");
  if (!options.select.empty() && data.validation.size() == 0)
    throw Error(text::cat("judging by ", options.select, " has no effect without validation ratings; hold some back"));
  if (judges_) judge_.require_defined(data.validation.value);
  const auto n = static_cast<double>(data.train.size());
  double mean = 0;
  for (const double v : data.train.value) mean += v / n;
  for (const double v : data.train.value) variance_ += (v - mean) * (v - mean) / n;
  variance_ = std::max(variance_, 1e-6 * mean * mean);
}

double Course::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
}

bool Course::interrupted() {
  if (options_.stop && options_.stop()) return end(Ending::stopped_by_caller), true;
  if (seconds() >= options_.max_seconds) return end(Ending::time_limit), true;
  return false;
}

bool Course::lost(double loss) {
  if (!std::isfinite(loss)) return end(Ending::not_finite), true;
  const double base = std::max(variance_, data_.model.biases ? 0 : data_.model.fallback * data_.model.fallback);
  if (loss > hopeless * base && base > 0) return end(Ending::diverged), true;
  return false;
}

bool Course::end_epoch(EpochEvent event) {
  event.epoch = ++epochs_;
  event.epochs = options_.epochs;
  const std::vector<double>& parameters = data_.model.parameters;
  if (judges_ || options_.on_epoch) event.validation = measure(data_.model, data_.validation, pool_);
  if (judges_)
    event.best = best_.look(epochs_, judge_.cost(event.validation), parameters);
  else if (std::isfinite(event.loss))
    best_.look(epochs_, event.loss, parameters);
  watched_ = judges_ ? judge_.cost(event.validation) : event.loss;
  event.seconds = seconds();
  if (options_.on_epoch) options_.on_epoch(event);
  const double change = std::abs(event.loss - previous_loss_);
  still_epochs_ = change <= options_.loss_tolerance * std::abs(event.loss) ? still_epochs_ + 1 : 0;
  previous_loss_ = event.loss;
  if (lost(event.loss)) return true;
  if (interrupted()) return true;
  if (epochs_ >= options_.epochs) return true;
  if (options_.patience > 0 && epochs_ - best_.epoch() >= options_.patience) return end(Ending::early_stopped), true;
  if (options_.loss_tolerance > 0 && still_epochs_ >= still_epochs_to_converge) return end(Ending::converged), true;
  return false;
}

Outcome Course::finish(Outcome o, const std::string& done, const std::string& remark) {
  o.ending = ending_;
  o.epochs = epochs_;
  if (keep_best_) o.judged_by = judge_.metric();
  if (usable(o.ending) && keep_best_ && best_.epoch() > 0 && best_.epoch() != epochs_) take_best(o);
  o.seconds = seconds();
  if (usable(o.ending)) {
    o.train = measure(data_.model, data_.train, pool_);
    o.validation = measure(data_.model, data_.validation, pool_);
    if (!std::isfinite(o.train.get("loss")))
      o.ending = Ending::not_finite;
    else if (is_lost(o.train))
      o.ending = Ending::diverged;
  }
  const double lost_at = o.train.empty() ? std::numeric_limits<double>::quiet_NaN() : o.train.get("loss");
  if (!usable(o.ending) && best_.epoch() > 0) rescue(o);
  o.message = message(o, lost_at, done, remark);
  return o;
}

void Course::take_best(Outcome& o) {
  data_.model.parameters = best_.parameters();
  o.best_epoch = best_.epoch();
  o.objective = o.gradient_norm = std::numeric_limits<double>::quiet_NaN();  // they were those of the last epoch
}

/// A model with biases that is worse than the mean of the ratings alone.
bool Course::is_lost(const Metrics& train) const {
  return data_.model.biases && train.get("loss") > 0.5 * variance_ * 1.5;
}

/// A failed run is no reason to lose what it had found before.
void Course::rescue(Outcome& o) {
  take_best(o);
  const Metrics train = measure(data_.model, data_.train, pool_);
  if (std::isfinite(train.get("loss")) && !is_lost(train)) {
    o.train = train;
    o.validation = measure(data_.model, data_.validation, pool_);
  } else {
    o.best_epoch = 0;
  }
}

std::string Course::message(const Outcome& o, double lost_at, const std::string& done,
                            const std::string& remark) const {
  const std::string restored =
      o.best_epoch == 0
          ? ""
          : text::cat("; the parameters of epoch ", o.best_epoch, " are kept, ",
                      judges_ ? "the best on the validation ratings by " + judge_.figure(o.validation)
                              : text::cat("where the loss was lowest: ", text::brief(o.train.get("loss"), 4)));
  const std::string saved = o.best_epoch == 0 ? "; nothing of it is kept" : restored;
  switch (o.ending) {
    case Ending::completed:
      return text::cat("all ", done, " were made", remark, restored);
    case Ending::early_stopped:
      return text::cat("stopped after ", done, ": nothing better by ", judge_.metric(),
                       " on the validation ratings for ", options_.patience,
                       options_.patience == 1 ? " epoch" : " epochs", restored);
    case Ending::converged:
      return text::cat("converged after ", done, remark, restored);
    case Ending::time_limit:
      return text::cat("the time limit of ", options_.max_seconds, " s ended the run after ", done, restored,
                       "; the result may improve with more time");
    case Ending::stopped_by_caller:
      return text::cat("interrupted after ", done, restored);
    case Ending::line_search_failed:
      return text::cat("ended after ", done, remark, restored);
    case Ending::diverged:
      return text::cat("the run diverged: after ", done,
                       std::isnan(lost_at) ? "" : text::cat(" the loss is ", text::brief(lost_at, 4)),
                       " where the mean of the ratings alone has ", text::brief(variance_ / 2, 4), saved,
                       "; use a smaller learning rate, or a larger l2", remark);
    case Ending::not_finite:
      return text::cat("NaN or infinity appeared after ", done, saved, "; use a smaller learning rate, or a larger l2",
                       remark);
  }
  return "";
}

}  // namespace talweg::train
