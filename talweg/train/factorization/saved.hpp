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
struct SavedFactorization {
  models::FactorizationSpec spec;
  models::Factorization model;
  data::Ids users, items;
  data::RatingColumns columns;  ///< as the training file called them
  Precision precision = Precision::float64;
  TrainingRecord record;
  std::vector<std::vector<std::uint32_t>> seen;  ///< (users) items rated in training, rising; empty: not kept

  void save(const std::string& path) const { archive().save(path); }
  Archive archive() const;
  /// Throws Error naming the file and the entry for anything missing, damaged, unknown or not fitting.
  static SavedFactorization from(const Archive& archive);
  static bool recognises(const Archive& archive);
};

struct Recommendation {
  std::uint32_t item;
  double score;  ///< before it is moved into the range of the ratings
};

/// The `count` items with the highest predictions for a user (Factorization::cold: by their biases), without those of
/// the training ratings where they are known; equal ones in the order of the ids' first appearance.
std::vector<Recommendation> recommend(const SavedFactorization& model, std::uint32_t user, std::size_t count);

}  // namespace talweg::train
