#include "talweg/train/judge.hpp"

#include <algorithm>
#include <functional>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/train/metrics/names.hpp"

namespace talweg::train {

Judge Judge::of(const models::Head& head, std::string_view metric) {
  const bool probabilities = head.task != data::Task::regression && head.has_probabilities();
  return among(metrics_of(head), metric.empty() ? (probabilities ? "log_loss" : "loss") : metric);
}

Judge Judge::among(std::span<const std::string_view> names, std::string_view metric) {
  Judge judge;
  judge.metric_ = metric.empty() ? names.front() : metric;
  if (std::ranges::find(names, judge.metric_) != names.end()) return judge;
  const std::string near = text::did_you_mean(metric, names);
  throw Error(text::cat("metric '", metric, "' is none of this model; ", near.empty() ? "it" : near + " It",
                        " is judged by ", text::list(names)));
}

double Judge::cost(const Metrics& validation) const {
  const double value = validation.get(metric_);
  return find_metric(metric_)->higher_is_better ? 1 - value : value;
}

std::string Judge::figure(const Metrics& validation) const {
  return text::cat(metric_, " ", text::brief(validation.get(metric_), 4));
}

void Judge::require_defined(std::span<const double> truth) const {
  if (!find_metric(metric_)->needs_two) return;
  if (std::ranges::adjacent_find(truth, std::not_equal_to<>()) != truth.end()) return;
  throw Error(text::cat(metric_, " is not defined on the validation rows: ",
                        metric_ == "r2" ? "their targets are all equal" : "they hold one class",
                        "; judge by another metric, or hold other rows back"));
}

}  // namespace talweg::train
