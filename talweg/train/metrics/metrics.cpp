#include "talweg/train/metrics/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "talweg/elementary/functions.hpp"
#include "talweg/models/targets.hpp"
#include "talweg/train/metrics/class_figures.hpp"

namespace talweg::train {

namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// Of each of the rows.
double mean_loss(Pool& pool, const models::Head& head, std::span<const double> outputs, std::span<const double> truth,
                 std::span<const double> weights) {
  auto targets = models::encode_targets<double>(head, truth);
  targets.weights.assign(weights.begin(), weights.end());
  const Shape shape{static_cast<std::int64_t>(truth.size()), static_cast<std::int64_t>(head.outputs)};
  return head.loss_unit() * nn::loss(head.loss).value<double>(pool, View<const double>(outputs.data(), shape),
                                                              models::rows_of(targets, 0, truth.size()));
}

double sum_of(std::span<const double> values) { return std::accumulate(values.begin(), values.end(), 0.0); }

double mean_of(std::span<const double> values, std::span<const double> weights) {
  if (weights.empty()) return sum_of(values) / static_cast<double>(values.size());
  return std::inner_product(values.begin(), values.end(), weights.begin(), 0.0) / sum_of(weights);
}

}  // namespace

double Metrics::get(std::string_view name) const {
  for (const auto& [key, value] : values)
    if (key == name) return value;
  return undefined;
}

std::string_view Metrics::first_not_finite() const {
  const auto bad = std::ranges::find_if(values, [](const auto& figure) { return !std::isfinite(figure.second); });
  return bad == values.end() ? std::string_view() : std::string_view(bad->first);
}

Measuring::Measuring(Pool& pool, const models::Head& head, std::span<const double> truth, const RowWeights& weights)
    : pool_(pool), head_(head), truth_(truth), weights_(weights) {
  weights_.loss = weights.of_loss();
  if (head.task == data::Task::regression) mean_ = mean_of(truth, weights.rows);
}

std::size_t Measuring::rows_at_once(std::size_t outputs) {
  constexpr std::size_t numbers = std::size_t{1} << 21;  // 16 MB of double
  return std::max<std::size_t>(numbers / outputs, 64);
}

void Measuring::add(std::span<const double> outputs) {
  const std::size_t rows = outputs.size() / head_.outputs, first = done_;
  const auto truth = truth_.subspan(first, rows);
  done_ += rows;
  add_loss(outputs, truth, first);
  finite_ = finite_ && std::all_of(outputs.begin(), outputs.end(), [](double v) { return std::isfinite(v); });
  if (!finite_) return;
  weight_ += weights_.rows.empty() ? static_cast<double>(rows) : sum_of(weights_.rows.subspan(first, rows));
  const models::Predictions p = models::read_outputs(head_, outputs);
  if (head_.task == data::Task::regression)
    add_numbers(p, truth, first);
  else
    add_classes(p, truth, first);
}

/// The running mean of the pieces; of one piece it is its loss, to the bit.
void Measuring::add_loss(std::span<const double> outputs, std::span<const double> truth, std::size_t first) {
  const auto rows = static_cast<double>(truth.size());
  const auto weights = weights_.loss.empty() ? weights_.loss : weights_.loss.subspan(first, truth.size());
  const double here = weights.empty() ? rows : sum_of(weights);
  loss_weight_ += here;
  if (here == 0) return;
  const double mean = mean_loss(pool_, head_, outputs, truth, weights);
  loss_ += ((weights.empty() ? mean : mean * (rows / here)) - loss_) * (here / loss_weight_);
}

void Measuring::add_numbers(const models::Predictions& p, std::span<const double> truth, std::size_t first) {
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double error = p.values[i] - truth[i], w = weight(first + i);
    squares_ += w * (error * error);
    absolute_ += w * std::abs(error);
    spread_ += w * ((truth[i] - mean_) * (truth[i] - mean_));
    varies_ = varies_ || truth[i] != truth_[0];
    errors_.push_back(std::abs(error));
  }
}

void Measuring::add_classes(const models::Predictions& p, std::span<const double> truth, std::size_t first) {
  classes_ = p.classes;
  if (counts_.empty()) counts_ = ClassCounts(classes_);
  if (confusion_.empty() && classes_ <= most_classes_confused) confusion_.assign(classes_ * classes_, 0);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto t = static_cast<std::size_t>(truth[i]), predicted = static_cast<std::size_t>(p.values[i]);
    const double w = weight(first + i);
    counts_.add(t, predicted, w);
    if (!confusion_.empty()) ++confusion_[t * classes_ + predicted];
    if (!head_.has_probabilities()) continue;
    const auto of_row = std::span(p.probabilities).subspan(i * classes_, classes_);
    // Below the smallest probability that double can tell from certainty, one wrong row would decide the mean alone.
    log_loss_ -= w * elementary::log(std::max(of_row[t], 1e-15));
    brier_ += w * squared_distance(of_row, t);
  }
  if (classes_ == 2) scores_.insert(scores_.end(), p.scores.begin(), p.scores.end());
}

bool Measuring::is_finite() const {
  return finite_ && std::isfinite(loss_) && std::isfinite(squares_) && std::isfinite(log_loss_);
}

Metrics Measuring::metrics() const {
  Metrics m;
  m.values.emplace_back("loss", loss_);
  if (!finite_) return m;
  if (head_.task == data::Task::regression) {
    m.values.emplace_back("rmse", std::sqrt(squares_ / weight_));
    m.values.emplace_back("mae", absolute_ / weight_);
    if (varies_ && spread_ > 0) m.values.emplace_back("r2", 1 - squares_ / spread_);
    m.values.emplace_back("median_absolute_error", median(errors_, weights_.rows));
    return m;
  }
  m.confusion = confusion_;
  ScoreFigures scores;
  if (head_.has_probabilities()) scores.log_loss = log_loss_ / weight_, scores.brier = brier_ / weight_;
  if (classes_ == 2) scores.areas = areas();
  put_class_figures(counts_, head_, scores, m);
  return m;
}

RankingAreas Measuring::areas() const {
  if (head_.positive == 1) return ranking_areas(scores_, truth_, weights_.rows);
  std::vector<double> scores, positive;
  for (const double s : scores_) scores.push_back(-s);
  for (const double c : truth_) positive.push_back(1 - c);
  return ranking_areas(scores, positive, weights_.rows);
}

Metrics measure(Pool& pool, const models::Head& head, std::span<const double> outputs, std::span<const double> truth,
                const RowWeights& weights) {
  return measure_in_pieces(pool, head, truth, weights, Stop(), [&](std::size_t from, std::span<double> out) {
    std::copy_n(outputs.begin() + static_cast<std::ptrdiff_t>(from * head.outputs), out.size(), out.begin());
  });
}

}  // namespace talweg::train
