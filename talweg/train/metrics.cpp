#include "talweg/train/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace talweg::train {

namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

double loss_of(Pool& pool, const models::Head& head, std::span<const double> outputs, std::span<const double> truth) {
  const auto targets = models::encode_targets<double>(head, truth);
  const Shape shape{static_cast<std::int64_t>(truth.size()), static_cast<std::int64_t>(head.outputs)};
  const nn::Targets<double> wanted{
      targets.values.empty() ? View<const double>{} : View<const double>(targets.values.data(), shape),
      targets.classes};
  return head.loss_unit() *
         nn::evaluate<double>(pool, nn::loss(head.loss), View<const double>(outputs.data(), shape), wanted);
}

void measure_regression(const models::Predictions& p, std::span<const double> truth, Metrics& m) {
  const auto n = static_cast<double>(truth.size());
  const double mean = std::accumulate(truth.begin(), truth.end(), 0.0) / n;
  double squares = 0, absolute = 0, spread = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double error = p.values[i] - truth[i];
    squares += error * error;
    absolute += std::abs(error);
    spread += (truth[i] - mean) * (truth[i] - mean);
  }
  m.values.emplace_back("rmse", std::sqrt(squares / n));
  m.values.emplace_back("mae", absolute / n);
  if (spread > 0) m.values.emplace_back("r2", 1 - squares / spread);
}

void measure_classes(const models::Head& head, const models::Predictions& p, std::span<const double> truth,
                     Metrics& m) {
  m.confusion.assign(p.classes * p.classes, 0);
  std::size_t right = 0;
  double log_loss = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto t = static_cast<std::size_t>(truth[i]), predicted = static_cast<std::size_t>(p.values[i]);
    right += t == predicted;
    ++m.confusion[t * p.classes + predicted];
    // Below the smallest probability that double can tell from certainty, one wrong row would decide the mean alone.
    if (head.has_probabilities()) log_loss -= std::log(std::max(p.probabilities[i * p.classes + t], 1e-15));
  }
  const auto n = static_cast<double>(truth.size());
  m.values.emplace_back("accuracy", static_cast<double>(right) / n);
  if (head.has_probabilities()) m.values.emplace_back("log_loss", log_loss / n);
  if (p.classes == 2)
    if (const double area = roc_auc(p.scores, truth); !std::isnan(area)) m.values.emplace_back("roc_auc", area);
}

}  // namespace

double Metrics::get(std::string_view name) const {
  for (const auto& [key, value] : values)
    if (key == name) return value;
  return undefined;
}

Metrics measure(Pool& pool, const models::Head& head, std::span<const double> outputs, std::span<const double> truth) {
  Metrics m;
  m.values.emplace_back("loss", loss_of(pool, head, outputs, truth));
  if (!std::all_of(outputs.begin(), outputs.end(), [](double v) { return std::isfinite(v); })) return m;
  const models::Predictions p = models::read_outputs(head, outputs);
  if (head.task == data::Task::regression)
    measure_regression(p, truth, m);
  else
    measure_classes(head, p, truth, m);
  return m;
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
