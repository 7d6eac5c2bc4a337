#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/models/saved_model.hpp"
#include "talweg/train/load_model.hpp"

/// Predicting for files: what `talweg predict` does, without the printing.
namespace talweg::api {

struct PredictReport {
  std::string csv;  ///< `prediction,p_<class>…`, one line for each row of the file
  std::size_t rows = 0;
  std::vector<std::string> notes;  ///< categories never seen in training, and such
};

/// Columns are found by name; the target's column and columns that the model does not know are ignored. With `write`
/// the CSV is handed over in pieces, and that of the report stays empty.
PredictReport predict(const models::SavedModel& model, const models::RowsToPredict& rows,
                      const std::function<void(std::string_view piece)>& write = {});

}  // namespace talweg::api
