#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "talweg/problems/problem.hpp"

/// The collection in other units: what is true of a problem must stay true of its copies.
namespace talweg::problems {

/// z_i = d_i x_i + c_i in place of x_i, a f + b in place of f, s c_k in place of each constraint. Empty d and c change
/// no variable.
struct Units {
  double a = 1, b = 0;         ///< a > 0
  std::vector<double> d = {};  ///< (n), positive
  std::vector<double> c = {};  ///< (n)
  double s = 1;                ///< s > 0

  bool operator==(const Units&) const = default;
};

/// The same problem in these units: function, gradients, start, bounds and optima. Each of its evaluations allocates
/// one vector. A point on a bound is taken back to that bound exactly; powers of two in a, d and s, with b and c 0,
/// change no digit.
Problem in_units(const Problem& problem, const Units& units);

/// x of the point z.
std::vector<double> original_point(const Problem& problem, const Units& units, std::span<const double> z);

/// What a constraint or a bound may be missed by, in the units of the problem as given.
inline constexpr double feasibility = 1e-6;

/// Whether a run of the copy that ended at z, with `value` there, solved the problem: within 1e-5 a max(1, |f*|) of a
/// known minimum, but for the digits that b hides, and with no bound or constraint missed by more than that.
bool solves(const Problem& problem, const Units& units, std::span<const double> z, double value);

/// One copy of a problem.
struct Copy {
  std::string family;  ///< what kind of change: "x_i*10^U(-1,1)"
  std::string change;  ///< which one: "f*1e+06", "x_i*10^U(-1,1), seed 3"
  std::uint64_t seed;  ///< of what was drawn, together with the name of the problem; 0: nothing was
  Units units;
};

/// The copies of a problem that the scored collection is run on, the problem as it is first: of one under constraints
/// fewer, with changes of its constraints. `largest` is max |f| along the path of a run of the problem as it is.
std::vector<Copy> scaled_copies(const Problem& problem, double largest);
/// Those in which f, or every x_i, is multiplied by a power of two, and x only where x0 is not 0: the steps must be the
/// same to the last bit.
std::vector<Copy> exact_copies(const Problem& problem);

}  // namespace talweg::problems
