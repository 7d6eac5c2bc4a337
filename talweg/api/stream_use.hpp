#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "talweg/api/evaluate.hpp"
#include "talweg/api/predict.hpp"
#include "talweg/train/online/stream_model.hpp"

/// Using a sparse model on rows that are read one by one.
namespace talweg::api {

PredictReport predict_stream(const train::online::StreamModel& model, const std::string& file,
                             const std::function<void(std::string_view)>& write, int threads);
EvaluateReport evaluate_stream(const train::online::StreamModel& model, const std::string& file,
                               const std::string& target, int threads);

}  // namespace talweg::api
