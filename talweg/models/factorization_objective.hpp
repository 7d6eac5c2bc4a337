#pragma once
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "talweg/base/stop.hpp"
#include "talweg/models/factorization.hpp"
#include "talweg/optim/objective.hpp"
#include "talweg/parallel/pool.hpp"

namespace talweg::models {

/// f(x) = ½·Σ over observed (r_ij − μ − b_i − c_j − u_i·v_j)² + ½·Σ_i n_i^p·(λ_u‖u_i‖² + λ_b·b_i²) + the same of items,
/// with x in the order of Factorization::parameters. Every sum is made in one order: no number of threads shows.
/// The ratings and the pool must outlive it.
class FactorizationObjective {
 public:
  FactorizationObjective(const Factorization& shape, const RatingMatrix& ratings, const Penalties& penalties,
                         Pool& pool);

  /// Writes the gradient (n), returns f(x).
  double operator()(std::span<const double> x, std::span<double> gradient);
  /// An evaluation asks it on its way, and throws Stopped.
  void set_stop(Stop stop) { stop_ = std::move(stop); }
  /// f as `minimize` takes it; refers to this object.
  Function function() {
    return [this](std::span<const double> x, std::span<double> g) { return (*this)(x, g); };
  }
  /// ½·Σ error² of the last evaluation, without the penalties.
  double half_squares() const { return half_squares_; }
  /// The penalties' part of f at x.
  double penalty(std::span<const double> x) const;
  /// n_i^p of the rows.
  std::span<const double> user_weights() const { return user_weight_; }
  std::span<const double> item_weights() const { return item_weight_; }
  const Penalties& penalties() const { return penalties_; }

 private:
  void user_pass(std::span<const double> x, std::span<double> g);
  void item_pass(std::span<const double> x, std::span<double> g);

  Factorization shape_;  ///< sizes and μ; its parameters are empty
  const RatingMatrix& ratings_;
  Penalties penalties_;
  Pool& pool_;
  Stop stop_;
  std::vector<double> user_weight_, item_weight_;
  std::vector<double> error_;              ///< (ratings) by user: prediction − rating
  std::vector<double> squares_, penalty_;  ///< of each chunk of rows
  double half_squares_ = 0;
};

}  // namespace talweg::models
