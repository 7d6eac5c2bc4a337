#pragma once
#include <string>
#include <vector>

#include "talweg/train/trained_model.hpp"

/// Predicting for files: what `talweg predict` does, without the printing.
namespace talweg::api {

struct PredictReport {
  std::string csv;  ///< `prediction,p_<class>…`, one line for each row of the file
  std::size_t rows = 0;
  std::vector<std::string> notes;  ///< categories never seen in training, and such
};

/// Columns are found by name; the target's column and columns that the model does not know are ignored.
PredictReport predict(const train::TrainedModel& model, const std::string& file);

}  // namespace talweg::api
