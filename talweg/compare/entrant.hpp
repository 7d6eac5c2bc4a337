#pragma once
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "talweg/optim/method.hpp"
#include "talweg/optim/spec.hpp"

namespace talweg::compare {

/// A method as it takes part in a race.
struct Entrant {
  std::string given;                    ///< as the user wrote it
  std::optional<FirstOrder> rule;       ///< a first-order method, or
  std::optional<Method> deterministic;  ///< one that searches along a line
  std::string rate_key;                 ///< "learning_rate", "alpha"; empty: it has none
  bool rate_given = false;              ///< the spec names the rate: it runs as given
  double default_rate = std::numeric_limits<double>::quiet_NaN();
  std::optional<std::size_t> batch;  ///< of the key batch_size; 0: all rows

  bool tunable() const { return rule && !rate_key.empty() && !rate_given; }
  /// Throws Error for a rate that the method does not take. NaN: the rate that it has.
  FirstOrder with_rate(double rate) const;
  /// What runs, every parameter included.
  std::string spec(double rate) const;

  /// Reads "adam", "sgd,learning_rate=0.1", "lbfgs,memory=5"; and, where `rows`, "adam,batch_size=64|all".
  static Entrant parse(std::string_view spec, bool rows);
};

}  // namespace talweg::compare
