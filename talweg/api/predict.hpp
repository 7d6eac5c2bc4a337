#pragma once
#include <functional>
#include <string>
#include <string_view>
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

/// The same with a model file of any kind. `write` is given the CSV in pieces: rows for a streamed model are predicted
/// as they are read, with a second thread that reads ahead unless `threads` is 1. The report's csv stays empty.
PredictReport predict_file(const std::string& model, const std::string& file,
                           const std::function<void(std::string_view)>& write, int threads = 2);

/// A cell of CSV, quoted where it must be (RFC 4180).
std::string csv_cell(const std::string& text);

}  // namespace talweg::api
