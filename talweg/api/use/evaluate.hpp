#pragma once
#include <string>
#include <vector>

#include "talweg/train/metrics.hpp"
#include "talweg/train/trained_model.hpp"

/// Measuring a model on a file: what `talweg evaluate` does, without the printing.
namespace talweg::api {

struct EvaluateReport {
  train::Metrics test;
  std::size_t rows = 0;
  double seconds = 0;
  std::vector<std::string> notes;
};

/// `target` is a column, or the file of labels of IDX images; empty means the column that the model was trained on.
EvaluateReport evaluate(const train::TrainedModel& model, const std::string& file, const std::string& target = "");

/// Throws Error naming the first of the figures of `file` that is no finite number.
void require_finite(const train::Metrics& metrics, const std::string& file);

}  // namespace talweg::api
