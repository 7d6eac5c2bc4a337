#pragma once
#include "talweg/api/train/train.hpp"

namespace talweg::api {

/// What `train` does with a grid: every combination is measured, by folds or on the validation rows, and the best one
/// trains the model that is the result. Throws Error for keys and values that are none.
TrainReport train_grid(const TrainRequest& request, const TrainObserver& observer);

}  // namespace talweg::api
