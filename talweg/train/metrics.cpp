#include "talweg/train/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "talweg/elementary/functions.hpp"
#include "talweg/nn/ops/losses.hpp"

namespace talweg::train {

namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

double loss_of(Pool& pool, const models::Head& head, std::span<const double> outputs, std::span<const double> truth) {
  const auto targets = models::encode_targets<double>(head, truth);
  const Shape shape{static_cast<std::int64_t>(truth.size()), static_cast<std::int64_t>(head.outputs)};
  const nn::Targets<double> wanted{
      targets.values.empty() ? View<const double>{} : View<const double>(targets.values.data(), shape),
      targets.classes};
  return head.loss_unit() * nn::loss(head.loss).value<double>(pool, View<const double>(outputs.data(), shape), wanted);
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

Measuring::Measuring(Pool& pool, const models::Head& head, std::span<const double> truth)
    : pool_(pool), head_(head), truth_(truth) {
  if (head.task != data::Task::regression) return;
  mean_ = std::accumulate(truth.begin(), truth.end(), 0.0) / static_cast<double>(truth.size());
}

std::size_t Measuring::rows_at_once(std::size_t outputs) {
  constexpr std::size_t numbers = std::size_t{1} << 21;  // 16 MB of double
  return std::max<std::size_t>(numbers / outputs, 64);
}

void Measuring::add(std::span<const double> outputs) {
  const std::size_t rows = outputs.size() / head_.outputs;
  const auto truth = truth_.subspan(done_, rows);
  done_ += rows;
  // The running mean of the pieces; of one piece it is its loss, to the bit.
  loss_ += (loss_of(pool_, head_, outputs, truth) - loss_) * (static_cast<double>(rows) / static_cast<double>(done_));
  finite_ = finite_ && std::all_of(outputs.begin(), outputs.end(), [](double v) { return std::isfinite(v); });
  if (!finite_) return;
  const models::Predictions p = models::read_outputs(head_, outputs);
  if (head_.task == data::Task::regression)
    add_numbers(p, truth);
  else
    add_classes(p, truth);
}

void Measuring::add_numbers(const models::Predictions& p, std::span<const double> truth) {
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double error = p.values[i] - truth[i];
    squares_ += error * error;
    absolute_ += std::abs(error);
    spread_ += (truth[i] - mean_) * (truth[i] - mean_);
    varies_ = varies_ || truth[i] != truth_[0];
  }
}

void Measuring::add_classes(const models::Predictions& p, std::span<const double> truth) {
  classes_ = p.classes;
  if (confusion_.empty() && classes_ <= most_classes_confused) confusion_.assign(classes_ * classes_, 0);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto t = static_cast<std::size_t>(truth[i]), predicted = static_cast<std::size_t>(p.values[i]);
    right_ += t == predicted;
    if (!confusion_.empty()) ++confusion_[t * classes_ + predicted];
    // Below the smallest probability that double can tell from certainty, one wrong row would decide the mean alone.
    if (head_.has_probabilities()) log_loss_ -= elementary::log(std::max(p.probabilities[i * classes_ + t], 1e-15));
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
  const auto n = static_cast<double>(done_);
  if (head_.task == data::Task::regression) {
    m.values.emplace_back("rmse", std::sqrt(squares_ / n));
    m.values.emplace_back("mae", absolute_ / n);
    if (varies_ && spread_ > 0) m.values.emplace_back("r2", 1 - squares_ / spread_);
    return m;
  }
  m.confusion = confusion_;
  m.values.emplace_back("accuracy", static_cast<double>(right_) / n);
  if (head_.has_probabilities()) m.values.emplace_back("log_loss", log_loss_ / n);
  if (classes_ == 2)
    if (const double area = roc_auc(scores_, truth_); !std::isnan(area)) m.values.emplace_back("roc_auc", area);
  return m;
}

Metrics measure(Pool& pool, const models::Head& head, std::span<const double> outputs, std::span<const double> truth) {
  return measure_in_pieces(pool, head, truth, Stop(), [&](std::size_t from, std::span<double> out) {
    std::copy_n(outputs.begin() + static_cast<std::ptrdiff_t>(from * head.outputs), out.size(), out.begin());
  });
}

double roc_auc(std::span<const double> scores, std::span<const double> positive) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  double ranks = 0, positives = 0;  // Mann & Whitney: the mean rank of the positives, ties sharing theirs
  for (std::size_t i = 0; i < order.size();) {
    std::size_t j = i;
    double here = 0;
    for (; j < order.size() && scores[order[j]] == scores[order[i]]; ++j) here += positive[order[j]];
    ranks += here * (static_cast<double>(i + j + 1) / 2);
    positives += here;
    i = j;
  }
  const double negatives = static_cast<double>(scores.size()) - positives;
  if (positives == 0 || negatives == 0) return undefined;
  return (ranks - positives * (positives + 1) / 2) / (positives * negatives);
}

}  // namespace talweg::train
