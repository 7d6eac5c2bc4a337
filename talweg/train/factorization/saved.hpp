#pragma once
#include <string>
#include <vector>

#include "talweg/base/archive.hpp"
#include "talweg/data/ratings.hpp"
#include "talweg/models/factorization.hpp"
#include "talweg/train/trained_model.hpp"

namespace talweg::train {

/// A factorisation with all that predicting needs, as one file: ids, factors, the columns of the training file, and,
/// unless `seen=false`, who rated what.
struct SavedFactorization final : models::SavedModel {
  models::FactorizationSpec spec;
  models::Factorization model;
  data::Ids users, items;
  data::RatingColumns columns;  ///< as the training file called them
  Precision precision = Precision::float64;
  TrainingRecord record;
  std::vector<std::vector<std::uint32_t>> seen;  ///< (users) items rated in training, rising; empty: not kept

  std::string_view kind() const override { return "factorization"; }
  std::string text() const override { return spec.text(); }
  std::vector<std::string> inputs() const override { return {columns.user, columns.item}; }
  bool single() const override { return precision == Precision::float32; }
  std::vector<models::Fact> describe() const override;
  models::PredictedRows predict(const models::RowsToPredict& rows,
                                const std::function<void(const models::Predictions&)>& take) const override;
  Archive archive() const override;

  /// Throws Error naming the file and the entry for anything missing, damaged, unknown or not fitting.
  static SavedFactorization from(const Archive& archive);
  static bool recognises(const Archive& archive);
};

/// Reads a file for a model: the columns of training where the file has them, otherwise the first ones.
data::Ratings read_for(const SavedFactorization& model, const data::Input& file, const std::string& columns,
                       bool with_rating);
/// "3 of 20 pairs have a user (1) or an item (2) that was not in training: …", or "" when all are known.
std::string cold_note(const std::vector<std::uint32_t>& users, const std::vector<std::uint32_t>& items,
                      std::string_view what);

/// The factors and biases of users and items that `from` has as well, and its mean, become those of `model`, whose ids
/// are these; the others stay as they are. Both have the same rank, and biases or none.
void take_factors(const SavedFactorization& from, const data::Ids& users, const data::Ids& items,
                  models::Factorization& model);

struct Recommendation {
  std::uint32_t item;
  double score;  ///< before it is moved into the range of the ratings
};

/// The `count` items with the highest predictions for a user (Factorization::cold: by their biases), without those of
/// the training ratings where they are known; equal ones in the order of the ids' first appearance.
std::vector<Recommendation> recommend(const SavedFactorization& model, std::uint32_t user, std::size_t count);

}  // namespace talweg::train
