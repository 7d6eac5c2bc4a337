#pragma once
#include <string>
#include <vector>

#include "talweg/api/use/request.hpp"
#include "talweg/train/factorization/saved.hpp"
#include "talweg/train/metrics/metrics.hpp"
#include "talweg/train/trained_model.hpp"

/// Measuring a model on a file: what `talweg evaluate` does, without the printing.
namespace talweg::api {

struct EvaluateReport {
  train::Metrics test;
  std::string positive;  ///< the label of the positive one of two classes; empty: there is none
  double threshold = 0.5;
  std::size_t rows = 0;
  double seconds = 0;
  std::vector<std::string> notes;
};

/// Of a model of any kind; that of the request is not read again. Throws Error for bad input, and for options that say
/// nothing of such a model.
EvaluateReport evaluate(const models::SavedModel& model, const EvaluateRequest& request);
EvaluateReport evaluate(const train::TrainedModel& model, const EvaluateRequest& request);

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
