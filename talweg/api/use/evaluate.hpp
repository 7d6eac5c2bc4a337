#pragma once
#include <string>
#include <vector>

#include "talweg/train/factorization/saved.hpp"
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
EvaluateReport evaluate(const train::TrainedModel& model, const data::Input& file, const std::string& target = "");

/// Throws Error naming the first of the figures of `file` that is no finite number.
void require_finite(const train::Metrics& metrics, const std::string& file);

/// What a report of an evaluation says of the model.
struct EvaluatedModel {
  std::string model, loss;
  const train::TrainingRecord& record;
  std::size_t parameters;
  const std::vector<std::string>& classes;
};
EvaluatedModel evaluated(const train::TrainedModel& model);
EvaluatedModel evaluated(const train::SavedFactorization& model);

}  // namespace talweg::api
