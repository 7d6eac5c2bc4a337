#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/models/factorization.hpp"
#include "talweg/optim/method.hpp"
#include "talweg/optim/spec.hpp"
#include "talweg/parallel/pool.hpp"
#include "talweg/train/learner.hpp"

namespace talweg::train {

/// Ratings as numbers of rows; `Factorization::cold` for ids that the model does not have.
struct RatingRows {
  std::vector<std::uint32_t> user, item;
  std::vector<double> value;
  std::size_t size() const { return value.size(); }
};

/// What fits a factorisation: one of the three is set.
struct FitMethod {
  bool als = false;                       ///< alternating least squares
  std::optional<Method> deterministic;    ///< lbfgs, lbfgsb, cg, gd with a line search: through `minimize`
  std::optional<FirstOrder> first_order;  ///< one rating at a time, or mini-batches
  std::string spec;                       ///< the exact variant with its parameters
};

/// Reads "als", "lbfgs,memory=5", "adagrad,learning_rate=0.05", … Throws Error for unknown names with the near ones,
/// and for methods that do not go with the model.
FitMethod parse_fit_method(std::string_view spec, const models::FactorizationSpec& model);
/// What serves without a name: adagrad, one rating at a time; lbfgsb for non-negative factors.
std::string_view default_fit_method(const models::FactorizationSpec& model);
std::int64_t default_fit_epochs(const FitMethod& method);
/// 1 where the rule has a form for single ratings, otherwise a mini-batch.
std::int64_t default_fit_batch(const FitMethod& method, std::size_t ratings);
/// Throws Error when a method with this batch size would not do what was asked; returns what a user should know.
std::vector<std::string> check_fit_batch(const FitMethod& method, const models::FactorizationSpec& model,
                                         std::int64_t batch_size);

struct FitOptions {
  std::int64_t batch_size = 1;  ///< ratings in a step of a first-order method
  std::uint64_t seed = 0;       ///< of order and blocks
  bool single = true;           ///< first-order methods compute in float; the others always in double
  /// Of the deterministic methods: talweg::Options::tolerance. Alternating least squares ends when a sweep brings no
  /// more than 1e4 tolerance² of the fall of the objective since the first one.
  double tolerance = 1e-6;
  double max_seconds = std::numeric_limits<double>::infinity();  ///< within an iteration of such a method, too
};

/// What a run works on. The model's parameters are the start, and afterwards the result.
struct FitData {
  models::Factorization& model;
  const models::RatingMatrix& matrix;
  const RatingRows &train, &validation;
  models::Penalties penalties;
  bool nonnegative = false;
};

/// A pass over the ratings, an iteration or a sweep is an epoch. Model, ratings and pool must outlive the learner.
std::unique_ptr<Learner> ratings_learner(const FitData& data, const FitMethod& method, const FitOptions& options,
                                         Pool& pool);

/// loss (half the mean squared error), rmse, mae, and r2 where the ratings vary. Empty without rows.
Metrics measure(const models::Factorization& model, const RatingRows& rows, Pool& pool, const Stop& stop = {});

}  // namespace talweg::train
