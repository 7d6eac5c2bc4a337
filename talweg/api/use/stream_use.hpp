#pragma once
#include <string>

#include "talweg/api/use/evaluate.hpp"
#include "talweg/train/online/stream_model.hpp"

/// Using a sparse model on rows that are read one by one, with a second thread that reads ahead unless the threads of
/// the request are 1.
namespace talweg::api {

EvaluateReport evaluate(const train::online::StreamModel& model, const EvaluateRequest& request);
EvaluatedModel evaluated(const train::online::StreamModel& model);

}  // namespace talweg::api
