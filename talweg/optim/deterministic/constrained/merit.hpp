#pragma once
#include <span>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/deterministic/constrained/subproblem.hpp"
#include "talweg/optim/evaluator.hpp"

namespace talweg::constrained {

/// A point and the constraints there.
struct Place {
  Point point;
  Values values;
};

/// f + Σ penalty_i miss_i.
TALWEG_API double merit(std::span<const Constraint> constraints, std::span<const double> penalties, double f,
                        const Values& values);

/// Powell's rule for the penalties: at least |λ_i|, and falling slowly.
TALWEG_API void raise_penalties(std::span<double> penalties, std::span<const double> multipliers);

/// What a step of the subproblem promises.
struct Promise {
  std::vector<double> pull;  ///< (n) Bd, minus the gradient of the Lagrangian with the step's multipliers
  double curvature = 0;      ///< d'Bd
  double gap = 0;            ///< Σ |λ_i c_i|: what the misses are worth in f
  double missed = 0;         ///< Σ penalty_i miss_i
  double slope = 0;          ///< of the merit function along d
};
TALWEG_API void promise(const Point& at, const Values& values, std::span<const double> hessian,
                        std::span<const double> penalties, std::span<const Constraint> constraints, const Step& step,
                        Promise& out);

/// A search along d.
struct Search {
  double step = 0;        ///< the one taken, or the last one tried
  bool found = false;     ///< the merit function has fallen enough there, or there is but rounding to gain
  bool promised = false;  ///< there was more to gain
  bool moved = true;      ///< false: the step is below the rounding of x
  double fall = 0;        ///< of the merit function
  bool wall = false;      ///< f or a constraint was not finite on the way
  int trials = 0;
};

/// Backtracks along d until the merit function has fallen. Where the whole step is taken and the slope of the
/// Lagrangian has hardly changed, goes on as far as the linearised constraints allow: B, which overrates the curvature
/// along d, learns more from a long step. The point taken is `to`; The first trial is no further away
/// than `longest`. `room` is working storage.
TALWEG_API Search search_merit(Evaluator& f, const Point& at, const Values& values, std::span<const double> penalties,
                               const Step& step, const Promise& promise, double longest, Place& to, Place& room);

}  // namespace talweg::constrained
