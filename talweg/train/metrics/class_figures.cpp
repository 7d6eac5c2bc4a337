#include "talweg/train/metrics/class_figures.hpp"

#include <cmath>

namespace talweg::train {

void put_class_figures(const ClassCounts& counts, const models::Head& head, const ScoreFigures& scores, Metrics& m) {
  const ClassFigures of_positive = counts.precision_and_recall(head.positive);
  const auto put = [&](const char* name, double value) {
    if (!std::isnan(value)) m.values.emplace_back(name, value);
  };
  put("accuracy", counts.accuracy());
  put("balanced_accuracy", counts.balanced_accuracy());
  put("precision", of_positive.precision);
  put("recall", of_positive.recall);
  put("f1", of_positive.f1);
  put("log_loss", scores.log_loss);
  put("roc_auc", scores.areas.roc);
  put("pr_auc", scores.areas.precision_recall);
  put("brier", scores.brier);
  put("matthews", counts.matthews());
  m.classes = counts.classes();
}

double squared_distance(std::span<const double> probabilities, std::size_t right) {
  if (probabilities.size() == 2) return (1 - probabilities[right]) * (1 - probabilities[right]);
  double sum = 0;
  for (std::size_t k = 0; k < probabilities.size(); ++k) {
    const double d = probabilities[k] - (k == right ? 1 : 0);
    sum += d * d;
  }
  return sum;
}

}  // namespace talweg::train
