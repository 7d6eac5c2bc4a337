#include "talweg/train/metrics/names.hpp"

#include <algorithm>

namespace talweg::train {

namespace {

using Of = MetricName::Of;

constexpr MetricName names[] = {{.name = "loss"},
                                {.name = "accuracy", .of = Of::classes, .higher_is_better = true},
                                {.name = "balanced_accuracy", .of = Of::classes, .higher_is_better = true},
                                {.name = "precision", .of = Of::classes, .higher_is_better = true},
                                {.name = "recall", .of = Of::classes, .higher_is_better = true},
                                {.name = "f1", .of = Of::classes, .higher_is_better = true},
                                {.name = "log_loss", .of = Of::probabilities},
                                {.name = "roc_auc", .of = Of::two_classes, .higher_is_better = true, .needs_two = true},
                                {.name = "pr_auc", .of = Of::two_classes, .higher_is_better = true, .needs_two = true},
                                {.name = "brier", .of = Of::probabilities},
                                {.name = "matthews", .of = Of::classes, .higher_is_better = true},
                                {.name = "rmse", .of = Of::numbers},
                                {.name = "mae", .of = Of::numbers},
                                {.name = "r2", .of = Of::numbers, .higher_is_better = true, .needs_two = true},
                                {.name = "median_absolute_error", .of = Of::numbers}};

bool is_of(Of of, const models::Head& head) {
  const bool numbers = head.task == data::Task::regression;
  switch (of) {
    case Of::all:
      return true;
    case Of::numbers:
      return numbers;
    case Of::classes:
      return !numbers;
    case Of::probabilities:
      return !numbers && head.has_probabilities();
    case Of::two_classes:
      return head.task == data::Task::binary || (!numbers && head.outputs == 2);
  }
  return false;
}

}  // namespace

std::span<const MetricName> metric_names() { return names; }

const MetricName* find_metric(std::string_view name) {
  const auto* found = std::ranges::find(names, name, &MetricName::name);
  return found == std::end(names) ? nullptr : found;
}

std::vector<std::string_view> metrics_of(const models::Head& head) {
  std::vector<std::string_view> some;
  for (const MetricName& m : names)
    if (is_of(m.of, head)) some.push_back(m.name);
  return some;
}

}  // namespace talweg::train
