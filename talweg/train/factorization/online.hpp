#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "talweg/parallel/pool.hpp"
#include "talweg/simd/aligned.hpp"
#include "talweg/train/factorization/blocks.hpp"
#include "talweg/train/factorization/sweeper.hpp"

namespace talweg::train {

/// The factors as rows for single updates, and the passes over the ratings. Results do not depend on the threads.
template <class T> class OnlineRows {
 public:
  /// `weights` are n_i^(power − 1) of users and items: what a rating carries of its row's penalty.
  OnlineRows(const models::Factorization& model, std::unique_ptr<Sweeper<T>> sweeper, RatingBlocks<T> blocks,
             std::span<const double> user_weights, std::span<const double> item_weights,
             const models::Penalties& penalties);

  std::size_t grid() const { return blocks_.grid; }
  /// The blocks of one diagonal, at once; returns the sum of squared errors and how many ratings there were.
  struct Passed {
    double squares = 0;
    std::int64_t ratings = 0;
  };
  Passed round(std::size_t diagonal, const StepContext& context, Pool& pool);
  /// One block of a round by itself.
  Passed pass(std::size_t user_band, std::size_t item_band, const StepContext& context);
  /// Writes factors and biases to the model.
  void store(models::Factorization& model) const;

  /// The rows as they stand, with all that decides their future; for checkpoints.
  std::span<const T> users() const { return users_; }
  std::span<const T> items() const { return items_; }
  /// Throws Error for other sizes.
  void restore(std::span<const T> users, std::span<const T> items);

  static RowShape shape(const models::Factorization& model, const Sweeper<T>& sweeper) {
    return {model.rank, sweeper.slots()};
  }

 private:
  using Memory = std::vector<T, simd::AlignedAllocator<T>>;
  void load(const models::Factorization& model, Memory& rows, const std::vector<std::uint32_t>& place,
            std::size_t factors_at, std::size_t biases_at, std::span<const double> weights) const;
  void store(models::Factorization& model, const Memory& rows, const std::vector<std::uint32_t>& place,
             std::size_t factors_at, std::size_t biases_at) const;

  std::unique_ptr<Sweeper<T>> sweeper_;
  RatingBlocks<T> blocks_;
  RowShape shape_;
  Decay<T> decay_;
  bool biases_;
  Memory users_, items_;
  std::vector<Passed> passed_;  ///< of the blocks of a round
};

extern template class OnlineRows<float>;
extern template class OnlineRows<double>;

}  // namespace talweg::train
