#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/deterministic/constrained/values.hpp"

namespace talweg::constrained {

/// How far a run has come: the yardsticks, in the units of the problem itself, by which a constrained method judges
/// what is still to be had. Plain data.
struct TALWEG_API Journey {
  std::vector<double> low, high;   ///< (n) of each variable
  std::vector<double> misses;      ///< (m) of the constraints at the start
  double start_value = 0;          ///< f there
  double lowest = 0, highest = 0;  ///< f on the way
  double first_fall = 0;           ///< of f, when it fell first
  std::int64_t moves = 0;

  void start(const Point& at, std::span<const Constraint> constraints, const Values& values);
  /// Takes note of a point that a step has led to.
  void visit(const Point& at);
  double range(std::size_t i) const { return high[i] - low[i]; }
  double longest_range() const;
  /// How far f is from its start, and what the misses there were worth at these prices. Detours count for next to
  /// nothing, but a run that comes back to where it began is still measured by something.
  double spread(double f, std::span<const double> prices) const;
  /// f has fallen by 1e20 times its size at the start and its first fall: no minimum within reach of double precision.
  bool bottomless(double f) const;

  template <class Self, class V> static void visit_members(Self& j, V&& v) {
    v(j.low), v(j.high), v(j.misses), v(j.start_value), v(j.lowest), v(j.highest), v(j.first_fall), v(j.moves);
  }
};

/// "f falls without bound: -1e+21", of the function that is minimised, in the user's words.
TALWEG_API std::string without_bound(double f, const Options& options);

/// What a step of a model, at a point where the constraints hold, has left to do. Spans of n.
struct Remainder {
  std::span<const double> d;     ///< the step
  std::span<const double> pull;  ///< the gradient of the Lagrangian there, or minus it
  double fall = 0;               ///< that the step promises
  double gap = 0;                ///< Σ |λ_i c_i|
};
/// Whether that is nothing in the units of the run: the fall and the gap a 1e-12th of the spread, for a tolerance of
/// 1e-8, and each part of the step a millionth of the range of its variable, or below its rounding, or worth nothing.
TALWEG_API bool arrived(const Journey& journey, const Remainder& left, std::span<const double> x, double spread,
                        double tolerance);

/// For a fall below the rounding of f: whether the forces, too, are as small as there.
TALWEG_API bool within_rounding(const Journey& journey, std::span<const double> pull, double f, double spread);

/// A length in the units of x before any step: `share` of ||x||; at x = 0 the way to the linearised constraints that do
/// not hold, the width of the narrowest bounds, or 1 where there is no scale to be had.
TALWEG_API double natural_length(const Point& at, const Values& values, std::span<const Constraint> constraints,
                                 const Bounds& bounds, double share);

}  // namespace talweg::constrained
