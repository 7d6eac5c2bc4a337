#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "talweg/optim/objective.hpp"

namespace talweg::problems {

enum class Collection { unconstrained_mgh, holdout, bounded, constrained };

/// A test problem: what to minimise, from where, and which values a method may end at.
struct Problem {
  std::string name;         ///< lower_snake and unique; a function used at several sizes ends in its n: "watson_12"
  int number = 0;           ///< its number in the source, 0 when it has none
  std::string_view source;  ///< author and year, with the name there when it is another one
  std::vector<double> start;
  std::vector<double> optima;  ///< f at every known local minimum, the best first
  Function function;           ///< reentrant; allocates nothing
  Bounds bounds = {};
  std::vector<Constraint> constraints = {};  ///< c(x) = 0 or c(x) >= 0, the sign of Hock and Schittkowski
  Collection collection = Collection::unconstrained_mgh;
  /// Of the optima, those that the source lists and that are saddle points: the symmetry of the start leads there, and
  /// no gradient leads away. They count as known values, and are told apart.
  std::vector<double> saddles = {};
  bool large = false;  ///< n of 10,000 and more: built by `by_name` only

  std::size_t n() const { return start.size(); }
};

/// The start, put inside the bounds, with each coordinate moved at random by at most `amount` of its size (a zero by at
/// most `amount`), inside the bounds again. The same seed gives the same point on every platform.
std::vector<double> jittered_start(const Problem& problem, std::uint64_t seed, double amount = 0.03);

/// Is `value` within tolerance * max(1, |f*|) of one of the known minima?
bool reaches_optimum(const Problem& problem, double value, double tolerance = 1e-5);

/// The largest unscaled amount by which x breaks a constraint or a bound: max of |c|, -c, lower - x, x - upper; NaN
/// when a constraint is.
double violation(const Problem& problem, std::span<const double> x);

}  // namespace talweg::problems
