#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "talweg/models/factorization_spec.hpp"

namespace talweg::models {

/// Who rated what, grouped by user and by item. Its order decides the order of every sum, so it decides the bits.
struct RatingMatrix {
  std::size_t users = 0, items = 0;
  std::vector<std::size_t> user_begin, item_begin;  ///< (users + 1), (items + 1)
  std::vector<std::uint32_t> user_item;             ///< (ratings) by user: the item
  std::vector<double> user_value;                   ///< (ratings) by user: the rating
  std::vector<std::uint32_t> item_user;             ///< (ratings) by item: the user
  std::vector<std::uint32_t> item_place;            ///< (ratings) by item: where it stands by user

  RatingMatrix() = default;
  RatingMatrix(std::size_t users, std::size_t items, std::span<const std::uint32_t> user,
               std::span<const std::uint32_t> item, std::span<const double> value);
  std::size_t ratings() const { return user_item.size(); }
  std::size_t ratings_of_user(std::size_t i) const { return user_begin[i + 1] - user_begin[i]; }
  std::size_t ratings_of_item(std::size_t j) const { return item_begin[j + 1] - item_begin[j]; }
};

/// The numbers of a factorisation: r_ij ≈ μ + b_i + c_j + u_i·v_j.
struct Factorization {
  static constexpr std::uint32_t cold = 0xffffffff;  ///< a user or item that was not trained

  std::size_t rank = 0, users = 0, items = 0;
  bool biases = true;
  double mean = 0;                 ///< μ, of the training ratings; 0 without biases
  double low = 0, high = 0;        ///< the range of the training ratings
  bool clip = false;               ///< whether predictions are moved into that range
  std::vector<double> parameters;  ///< U (users, rank), b (users), V (items, rank), c (items); b and c only with biases

  /// Sizes from the spec and the ratings, all parameters 0.
  Factorization() = default;
  Factorization(const FactorizationSpec& spec, std::size_t users, std::size_t items);

  std::size_t user_factors_at() const { return 0; }
  std::size_t user_biases_at() const { return users * rank; }
  std::size_t item_factors_at() const { return user_biases_at() + (biases ? users : 0); }
  std::size_t item_biases_at() const { return item_factors_at() + items * rank; }
  std::size_t size() const { return (users + items) * (rank + (biases ? 1 : 0)); }

  /// What is known of a cold id is left out: μ + c_j for a new user, μ + b_i for a new item, μ for both. Without biases
  /// it is then the mean of the training ratings.
  double predict(std::uint32_t user, std::uint32_t item) const;
  /// The same before it is moved into the range: what recommendations are sorted by.
  double score(std::uint32_t user, std::uint32_t item) const;
  double fallback = 0;  ///< what a cold id predicts without biases: the mean of the training ratings
};

/// The start: factors drawn from the seed, biases 0; rows without ratings are 0. `deviation` is that of the ratings.
void start_factors(Factorization& f, const FactorizationSpec& spec, const RatingMatrix& ratings, double deviation,
                   std::uint64_t seed);

}  // namespace talweg::models
