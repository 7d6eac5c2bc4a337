#pragma once
#include "talweg/api/train/folds.hpp"

namespace talweg::api {

/// The same folds with growing shares of the rows that each run learns from: what more rows would bring. Each share
/// holds the one before, and each class its part. Throws Stopped.
LearningCurve measure_learning_curve(const TrainRequest& request, const Stop& stop,
                                     const std::shared_ptr<const TrainingData>& data, std::span<const FoldTask> tasks);

}  // namespace talweg::api
