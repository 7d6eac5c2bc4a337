#include "talweg/train/online/running_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/base/text.hpp"
#include "talweg/elementary/functions.hpp"

namespace talweg::train::online {

namespace {
constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double bins_per_unit = 1024;
const double worst_log_loss = -elementary::log(1e-15);  // as train::measure: one row must not decide the mean alone
}  // namespace

void ScoreCurve::add(double score, bool positive) {
  if (counts_.empty()) counts_.assign(2 * bins, 0);
  const double place = std::clamp(score * bins_per_unit + bins / 2, 0.0, double(bins - 1));
  ++counts_[2 * static_cast<std::size_t>(place) + positive];
  if (++rows_ <= static_cast<std::int64_t>(most_kept)) {
    scores_.push_back(static_cast<float>(score));
    positive_.push_back(positive);
  } else if (!scores_.empty()) {
    scores_ = {};
    positive_ = {};
  }
}

double ScoreCurve::area() const {
  if (scores_.empty()) return area_of_bins();
  const std::vector<double> scores(scores_.begin(), scores_.end()), positive(positive_.begin(), positive_.end());
  return roc_auc(scores, positive);
}

double ScoreCurve::area_of_bins() const {
  double below = 0, area = 0, positives = 0;  // negatives with a smaller score
  for (std::size_t i = 0; i < counts_.size(); i += 2) {
    const auto negative = static_cast<double>(counts_[i]), positive = static_cast<double>(counts_[i + 1]);
    area += positive * (below + 0.5 * negative);
    below += negative;
    positives += positive;
  }
  return below == 0 || positives == 0 ? undefined : area / (below * positives);
}

void ScoreCurve::save(Archive& archive, const std::string& prefix) const {
  archive.put(prefix + "rows", rows_);
  archive.put(prefix + "counts", counts_);
  archive.put(prefix + "scores", scores_);
  archive.put(prefix + "positive", positive_);
}

void ScoreCurve::load(const Archive& archive, const std::string& prefix) {
  rows_ = archive.integer(prefix + "rows");
  counts_ = archive.integers(prefix + "counts");
  scores_ = archive.floats(prefix + "scores");
  positive_ = archive.floats(prefix + "positive");
  if (!counts_.empty() && counts_.size() != 2 * bins) archive.fail(prefix + "counts", "has another number of bins");
  if (scores_.size() != positive_.size() || (counts_.empty() && !scores_.empty()))
    archive.fail(prefix + "scores", "does not fit the counts and the classes beside it");
}

RunningMetrics::RunningMetrics(const models::Head& head, std::size_t classes)
    : head_(head), unit_(head.unit()), probabilities_(head.has_probabilities()), classes_(classes) {
  if (classes <= most_classes_confused) confusion_.assign(classes * classes, 0);
}

void RunningMetrics::add(std::span<const double> outputs, double truth, double loss) {
  ++rows_;
  loss_ += loss;
  if (head_.task == data::Task::regression) {
    const double error = unit_(outputs[0]) - truth, before = truth - mean_;
    squares_ += error * error;
    absolute_ += std::abs(error);
    mean_ += before / static_cast<double>(rows_);
    spread_ += before * (truth - mean_);
    return;
  }
  const auto t = static_cast<std::size_t>(truth);
  std::size_t predicted;
  if (head_.task == data::Task::binary) {
    predicted = outputs[0] > 0;
    curve_.add(outputs[0], t == 1);
  } else {
    predicted = static_cast<std::size_t>(std::max_element(outputs.begin(), outputs.end()) - outputs.begin());
    if (classes_ == 2) curve_.add(outputs[1] - outputs[0], t == 1);
  }
  if (probabilities_) log_loss_ += std::min(loss, worst_log_loss);
  right_ += predicted == t;
  if (!confusion_.empty()) ++confusion_[t * classes_ + predicted];
}

Metrics RunningMetrics::metrics() const {
  Metrics m;
  if (rows_ == 0) return m;
  const auto n = static_cast<double>(rows_);
  m.values.emplace_back("loss", loss_ / n);
  if (head_.task == data::Task::regression) {
    m.values.emplace_back("rmse", std::sqrt(squares_ / n));
    m.values.emplace_back("mae", absolute_ / n);
    if (spread_ > 0) m.values.emplace_back("r2", 1 - squares_ / spread_);
    return m;
  }
  m.confusion = confusion_;
  m.values.emplace_back("accuracy", static_cast<double>(right_) / n);
  if (probabilities_) m.values.emplace_back("log_loss", log_loss_ / n);
  if (classes_ == 2)
    if (const double area = curve_.area(); !std::isnan(area)) m.values.emplace_back("roc_auc", area);
  return m;
}

void RunningMetrics::save(Archive& archive, const std::string& prefix) const {
  archive.put(prefix + "counts", std::vector<std::int64_t>{rows_, right_});
  archive.put(prefix + "sums", std::vector<double>{loss_, log_loss_, squares_, absolute_, mean_, spread_});
  archive.put(prefix + "confusion", confusion_);
  curve_.save(archive, prefix + "curve.");
}

void RunningMetrics::load(const Archive& archive, const std::string& prefix) {
  const auto counts = archive.integers(prefix + "counts");
  const auto sums = archive.doubles(prefix + "sums");
  auto confusion = archive.integers(prefix + "confusion");
  if (confusion.size() != confusion_.size()) archive.fail(prefix + "confusion", "does not fit the classes");
  rows_ = counts[0], right_ = counts[1];
  loss_ = sums[0], log_loss_ = sums[1], squares_ = sums[2], absolute_ = sums[3], mean_ = sums[4], spread_ = sums[5];
  confusion_ = std::move(confusion);
  curve_.load(archive, prefix + "curve.");
}

}  // namespace talweg::train::online
