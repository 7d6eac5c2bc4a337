#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "talweg/base/describe.hpp"

namespace talweg::models {

/// λ of the four blocks. Row i of a block with n_i ratings adds ½·λ·n_i^power·‖row i‖².
struct Penalties {
  double user = 0, item = 0, user_bias = 0, item_bias = 0;
  double power = 0.5;
};

/// `mf:16`: factors u_i, v_j of rank 16, biases b_i, c_j and the mean μ, with options after commas.
struct FactorizationSpec {
  std::int64_t rank = 0;
  std::optional<double> l2, l2_user, l2_item;                 ///< of the factors: both, or one of them
  std::optional<double> l2_bias, l2_user_bias, l2_item_bias;  ///< of the biases
  double l2_power = 0.5;     ///< 0: every row alike; 1: by its number of ratings; 0.5: by the root of it
  bool biases = true;        ///< false: r ≈ u_i·v_j alone, without mean and biases
  bool nonnegative = false;  ///< factors u, v >= 0
  bool clip = false;         ///< predictions are moved into the range of the training ratings
  bool seen = true;          ///< the model remembers who rated what, so that recommendations leave it out
  double init = 0.2;         ///< size of the factors at the start, in units of √(deviation of the ratings)

  static bool recognises(std::string_view text);  ///< whether it names this model: "mf", "mf:…", "mf,…"
  /// Throws Error with near names and ranges.
  static FactorizationSpec parse(std::string_view text);
  /// What `parse` reads back, the penalties written out.
  std::string text() const;
  /// What lists say of it.
  static ItemInfo item();
  /// The penalties with their defaults. `deviation` is that of the ratings: with r in other units the factors grow by
  /// the root of the unit, so a λ that is to mean the same grows with the unit.
  Penalties penalties(double deviation) const;
  /// Puts the penalties that `penalties(deviation)` gives into the options.
  void resolve(double deviation);
};

}  // namespace talweg::models
