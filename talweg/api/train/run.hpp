#pragma once
#include "talweg/api/train/prepare.hpp"

namespace talweg::api {

/// Trains what was prepared, whose plan it takes, saves the model, and measures the test rows; `of_test` receives what
/// is predicted of them.
TrainReport run(const TrainRequest& request, const TrainObserver& observer, Prepared& prepared,
                models::Predictions* of_test = nullptr);

}  // namespace talweg::api
