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
  if (spread > 0) m.values.emplace_back("r2", 1 - squares / spread);
  return m;
}

Course::Course(const FitData& data, const FitOptions& options, Pool& pool)
    : data_(data),
      options_(options),
      pool_(pool),
      keep_best_((options.keep_best || options.patience > 0) && data.validation.size() > 0) {
  if (options_.patience > 0 && data.validation.size() == 0)
    throw Error("patience has no effect without validation ratings; give --validation 0.1 or leave --patience out");
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
  if (keep_best_ || (options_.on_epoch && data_.validation.size() > 0)) {
    event.validation = measure(data_.model, data_.validation, pool_);
    event.best = event.validation.get("loss") < best_loss_;
    if (event.best) {
      best_loss_ = event.validation.get("loss");
      best_epoch_ = epochs_;
      if (keep_best_) best_ = data_.model.parameters;
    }
  }
  event.seconds = seconds();
  if (options_.on_epoch) options_.on_epoch(event);
  const double change = std::abs(event.loss - previous_loss_);
  still_epochs_ = change <= options_.loss_tolerance * std::abs(event.loss) ? still_epochs_ + 1 : 0;
  previous_loss_ = event.loss;
  if (lost(event.loss)) return true;
  if (interrupted()) return true;
  if (epochs_ >= options_.epochs) return true;
  if (options_.patience > 0 && epochs_ - best_epoch_ >= options_.patience) return end(Ending::early_stopped), true;
  if (options_.loss_tolerance > 0 && still_epochs_ >= still_epochs_to_converge) return end(Ending::converged), true;
  return false;
}

Outcome Course::finish(Outcome o, const std::string& done, const std::string& remark) {
  auto& parameters = data_.model.parameters;
  o.ending = ending_;
  o.epochs = epochs_;
  if (usable(o.ending) && !best_.empty() && best_epoch_ != epochs_) {
    parameters = best_;
    o.best_epoch = best_epoch_;
    o.objective = o.gradient_norm = std::numeric_limits<double>::quiet_NaN();  // they were those of the last epoch
  }
  o.seconds = seconds();
  if (usable(o.ending) && !std::all_of(parameters.begin(), parameters.end(), [](double v) { return std::isfinite(v); }))
    o.ending = Ending::not_finite;
  if (usable(o.ending)) {
    o.train = measure(data_.model, data_.train, pool_);
    o.validation = measure(data_.model, data_.validation, pool_);
    if (data_.model.biases && o.train.get("loss") > 0.5 * variance_ * 1.5) o.ending = Ending::diverged;
  }
  o.message = message(o, done, remark);
  return o;
}

std::string Course::message(const Outcome& o, const std::string& done, const std::string& remark) const {
  const std::string restored = o.best_epoch > 0 ? text::cat("; the parameters of epoch ", o.best_epoch,
                                                            " are kept, the best on the validation ratings")
                                                : "";
  switch (o.ending) {
    case Ending::completed:
      return text::cat("all ", done, " were made", remark, restored);
    case Ending::early_stopped:
      return text::cat("stopped after ", done, ": nothing better on the validation ratings for ", options_.patience,
                       " epochs", restored);
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
                       o.train.empty() ? "" : text::cat(" the loss is ", text::brief(o.train.get("loss"), 4)),
                       " where the mean of the ratings alone has ", text::brief(variance_ / 2, 4),
                       "; nothing of it is kept; use a smaller learning rate, or a larger l2", remark);
    case Ending::not_finite:
      return text::cat("NaN or infinity appeared after ", done,
                       "; nothing of it is kept; use a smaller learning rate, or a larger l2", remark);
  }
  return "";
}

}  // namespace talweg::train
