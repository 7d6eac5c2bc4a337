#pragma once
#include <string>
#include <vector>

#include "talweg/train/metrics.hpp"
#include "talweg/train/trained_model.hpp"

/// Measuring a model on a file: what `talweg evaluate` does, without the printing.
namespace talweg::api {

/// What a model is, whatever its file holds.
struct ModelSummary {
  std::string spec, loss;
  std::vector<std::string> classes;
  train::TrainingRecord record;
  std::int64_t parameters = 0;  ///< of a sparse model: those that are not zero
};

struct EvaluateReport {
  ModelSummary model;
  train::Metrics test;
  std::size_t rows = 0;
  double seconds = 0;
  std::vector<std::string> notes;
};

/// `target` is a column, or the file of labels of IDX images; empty means the column that the model was trained on.
EvaluateReport evaluate(const train::TrainedModel& model, const std::string& file, const std::string& target = "");

/// The same with a model file of any kind. Rows of a streamed model are measured one by one, with a second thread that
/// reads ahead unless `threads` is 1.
EvaluateReport evaluate_file(const std::string& model, const std::string& file, const std::string& target = "",
                             int threads = 2);

}  // namespace talweg::api
