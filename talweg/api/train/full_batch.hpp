#pragma once
#include <optional>
#include <string>

#include "talweg/api/train/train.hpp"
#include "talweg/models/model_spec.hpp"
#include "talweg/optim/method.hpp"

namespace talweg::api {

/// A deterministic method for training, and what goes with it.
struct FullBatchChoice {
  std::optional<Method> method;  ///< nothing: proximal Newton, for an l1 penalty
  std::string spec;              ///< how it is called, with its settings
  std::int64_t iterations = 0;
  double tolerance = 0;
  bool keep_best = false;  ///< the validation rows decide which iteration is kept
  std::vector<std::string> warnings;
};

/// Whether the optimizer that the request names takes all rows at every step. Throws Error for a name that no optimizer
/// has, with near names.
bool names_full_batch_method(const TrainRequest& request);

/// The method of such a request. Throws Error for what has no effect on it or does not go with it: schedules, clipping,
/// groups, mini-batches, dropout, float, penalties and losses with kinks.
FullBatchChoice full_batch_choice(const TrainRequest& request, const models::ModelSpec& spec, std::string_view loss);

/// Whether L-BFGS is to serve such a request, which names no method nor anything that only another one knows.
bool defaults_to_full_batch(const TrainRequest& request, const models::ModelSpec& spec, std::string_view loss,
                            std::size_t rows, std::size_t inputs);

}  // namespace talweg::api
