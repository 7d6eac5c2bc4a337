#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "talweg/api/train/train_report.hpp"
#include "talweg/api/use/evaluate.hpp"
#include "talweg/api/use/predict.hpp"
#include "talweg/train/online/stream_model.hpp"

/// Using a sparse model on rows that are read one by one, with a second thread that reads ahead unless `threads` is 1.
namespace talweg::api {

/// The model when the file holds a sparse one, nothing when it holds another.
std::optional<train::online::StreamModel> load_if_stream(const std::string& path);

/// `write` is given the CSV in pieces; the report's csv stays empty.
PredictReport predict(const train::online::StreamModel& model, const std::string& file,
                      const std::function<void(std::string_view)>& write, int threads = 2);
EvaluateReport evaluate(const train::online::StreamModel& model, const std::string& file,
                        const std::string& target = "", int threads = 2);
EvaluatedModel evaluated(const train::online::StreamModel& model);

}  // namespace talweg::api
