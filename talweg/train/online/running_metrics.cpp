#include "talweg/train/online/running_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "talweg/base/text.hpp"
#include "talweg/elementary/functions.hpp"
#include "talweg/train/metrics/class_figures.hpp"

namespace talweg::train::online {

namespace {
constexpr double bins_per_unit = 1024;
const double worst_log_loss = -elementary::log(1e-15);  // as train::measure: one row must not decide the mean alone
}  // namespace

void ScoreCurve::add(double score, bool positive, double weight) {
  if (sums_.empty()) sums_.assign(2 * bins, 0);
  const double place = std::clamp(score * bins_per_unit + bins / 2, 0.0, double(bins - 1));
  sums_[2 * static_cast<std::size_t>(place) + positive] += weight;
  if (++rows_ <= static_cast<std::int64_t>(most_kept)) {
    if (weight != 1 && weights_.empty()) weights_.assign(scores_.size(), 1);
    scores_.push_back(static_cast<float>(score));
    positive_.push_back(positive);
    if (weight != 1 || !weights_.empty()) weights_.push_back(weight);
  } else if (!scores_.empty()) {
    scores_ = {};
    positive_ = {};
    weights_ = {};
  }
}

RankingAreas ScoreCurve::areas() const {
  if (scores_.empty()) return areas_of_bins();
  const std::vector<double> scores(scores_.begin(), scores_.end()), positive(positive_.begin(), positive_.end());
  return ranking_areas(scores, positive, weights_);
}

RankingAreas ScoreCurve::areas_of_bins() const {
  RankingSteps steps;
  for (std::size_t i = sums_.size(); i > 0; i -= 2) steps.add(sums_[i - 1], sums_[i - 2]);
  return steps.areas();
}

void ScoreCurve::save(Archive& archive, const std::string& prefix) const {
  archive.put(prefix + "rows", rows_);
  archive.put(prefix + "sums", sums_);
  archive.put(prefix + "scores", scores_);
  archive.put(prefix + "positive", positive_);
  archive.put(prefix + "weights", weights_);
}

void ScoreCurve::load(const Archive& archive, const std::string& prefix) {
  rows_ = archive.integer(prefix + "rows");
  sums_ = archive.doubles(prefix + "sums");
  scores_ = archive.floats(prefix + "scores");
  positive_ = archive.floats(prefix + "positive");
  weights_ = archive.doubles(prefix + "weights");
  if (!sums_.empty() && sums_.size() != 2 * bins) archive.fail(prefix + "sums", "has another number of bins");
  if (scores_.size() != positive_.size() || (sums_.empty() && !scores_.empty()))
    archive.fail(prefix + "scores", "does not fit the sums and the classes beside it");
  if (!weights_.empty() && weights_.size() != scores_.size())
    archive.fail(prefix + "weights", "does not fit the scores beside it");
}

RunningMetrics::RunningMetrics(const models::Head& head, std::size_t classes)
    : head_(head),
      unit_(head.unit()),
      cut_(head.cut()),
      probabilities_(head.has_probabilities()),
      classes_(classes),
      counts_(classes) {
  if (classes <= most_classes_confused) confusion_.assign(classes * classes, 0);
}

void RunningMetrics::add(const Row& row) {
  ++rows_;
  weight_ += row.weight;
  loss_weight_ += row.loss_weight;
  loss_ += row.loss_weight * row.loss;
  if (head_.task == data::Task::regression)
    add_number(row.outputs[0], row.truth, row.weight);
  else
    add_class(row);
}

void RunningMetrics::add_number(double output, double truth, double weight) {
  if (weight == 0) return;
  const double error = unit_(output) - truth, before = truth - mean_;
  squares_ += weight * (error * error);
  absolute_ += weight * std::abs(error);
  mean_ += before * (weight / weight_);
  spread_ += weight * (before * (truth - mean_));
}

void RunningMetrics::add_class(const Row& row) {
  const auto outputs = row.outputs;
  const auto truth = static_cast<std::size_t>(row.truth);
  std::size_t predicted;
  if (head_.task == data::Task::binary) {
    predicted = outputs[0] > cut_;
  } else {
    predicted = static_cast<std::size_t>(std::max_element(outputs.begin(), outputs.end()) - outputs.begin());
  }
  if (classes_ == 2) {
    const double score = outputs.size() == 1 ? outputs[0] : outputs[1] - outputs[0];
    curve_.add(head_.positive == 1 ? score : -score, truth == head_.positive, row.weight);
  }
  if (probabilities_) {
    // The slopes of these losses are probability − truth.
    const auto slopes = row.slopes.first(classes_ == 2 ? 1 : classes_);
    log_loss_ += row.weight * std::min(row.loss, worst_log_loss);
    brier_ += row.weight * std::inner_product(slopes.begin(), slopes.end(), slopes.begin(), 0.0);
  }
  counts_.add(truth, predicted, row.weight);
  if (!confusion_.empty()) ++confusion_[truth * classes_ + predicted];
}

Metrics RunningMetrics::metrics() const {
  Metrics m;
  if (rows_ == 0 || weight_ == 0 || loss_weight_ == 0) return m;
  m.values.emplace_back("loss", loss_ / loss_weight_);
  if (head_.task == data::Task::regression) {
    m.values.emplace_back("rmse", std::sqrt(squares_ / weight_));
    m.values.emplace_back("mae", absolute_ / weight_);
    if (spread_ > 0) m.values.emplace_back("r2", 1 - squares_ / spread_);
    return m;
  }
  m.confusion = confusion_;
  ScoreFigures scores;
  if (probabilities_) scores.log_loss = log_loss_ / weight_, scores.brier = brier_ / weight_;
  if (classes_ == 2) scores.areas = curve_.areas();
  put_class_figures(counts_, head_, scores, m);
  return m;
}

void RunningMetrics::save(Archive& archive, const std::string& prefix) const {
  archive.put(prefix + "counts", rows_);
  archive.put(prefix + "sums", std::vector<double>{weight_, loss_weight_, loss_, log_loss_, brier_, squares_, absolute_,
                                                   mean_, spread_});
  archive.put(prefix + "classes.rows", counts_.rows());
  archive.put(prefix + "classes.sums", counts_.sums());
  archive.put(prefix + "confusion", confusion_);
  curve_.save(archive, prefix + "curve.");
}

void RunningMetrics::load(const Archive& archive, const std::string& prefix) {
  const auto sums = archive.doubles(prefix + "sums"), of_classes = archive.doubles(prefix + "classes.sums");
  auto confusion = archive.integers(prefix + "confusion"), class_rows = archive.integers(prefix + "classes.rows");
  if (confusion.size() != confusion_.size()) archive.fail(prefix + "confusion", "does not fit the classes");
  if (class_rows.size() != classes_) archive.fail(prefix + "classes.rows", "does not fit the classes");
  if (of_classes.size() != 3 * classes_) archive.fail(prefix + "classes.sums", "does not fit the classes");
  rows_ = archive.integer(prefix + "counts");
  weight_ = sums[0], loss_weight_ = sums[1], loss_ = sums[2], log_loss_ = sums[3], brier_ = sums[4];
  squares_ = sums[5], absolute_ = sums[6], mean_ = sums[7], spread_ = sums[8];
  counts_.restore(std::move(class_rows), of_classes);
  confusion_ = std::move(confusion);
  curve_.load(archive, prefix + "curve.");
}

}  // namespace talweg::train::online
