#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/models/head.hpp"

namespace talweg::train {

/// A figure, by the name that it has in tables, JSON and options.
struct MetricName {
  /// Which models have it: those of numbers, those of classes, with probabilities, of two classes.
  enum class Of { all, numbers, classes, probabilities, two_classes };

  std::string_view name;
  Of of = Of::all;
  bool higher_is_better = false;  ///< then 1 is its best
  bool needs_two = false;         ///< not defined where all targets are equal
};

/// All of them, in the order in which they are shown.
std::span<const MetricName> metric_names();
/// nullptr: there is none of that name.
const MetricName* find_metric(std::string_view name);
/// Those of such a model, in the same order.
std::vector<std::string_view> metrics_of(const models::Head& head);

}  // namespace talweg::train
