#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "talweg/api/factorization_model.hpp"
#include "talweg/api/train/train.hpp"
#include "talweg/api/use/evaluate.hpp"
#include "talweg/api/use/predict.hpp"
#include "talweg/train/factorization/saved.hpp"

/// Matrix factorisation on files of ratings: what train, predict and evaluate do for `--model mf:16`.
namespace talweg::api {

/// Whether a request is one for ratings: by its model, or by the checkpoint that it goes on from.
bool trains_ratings(const TrainRequest& request);
/// What `train` and `plan` hand over when the request's model is a factorisation.
TrainReport train_factorization(const TrainRequest& request, const TrainObserver& observer);
TrainPlan plan_factorization(const TrainRequest& request);

struct RecommendRequest {
  std::size_t count = 10;
  std::string user;  ///< one user, or
  data::Input file;  ///< a list of users; neither: all users of the model
};

/// CSV `user,rank,item,prediction`: for each user the best items that the training ratings do not hold.
PredictReport recommend(const train::SavedFactorization& model, const RecommendRequest& request);

EvaluateReport evaluate(const train::SavedFactorization& model, const data::Input& file,
                        const std::string& columns = "");

}  // namespace talweg::api
