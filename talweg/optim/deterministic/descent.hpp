#pragma once
#include <cstdint>

#include "talweg/optim/deterministic/line_search/line_search.hpp"
#include "talweg/optim/method.hpp"

namespace talweg {

/// What every method with a line search carries from one iteration to the next. Plain data.
struct Descent {
  Point at;
  std::vector<double> direction;  ///< (n)
  std::int64_t iteration = 0;
  double start_value = 0;
  double step_length = 0;     ///< of the last iteration
  int trials = 0;             ///< evaluations in the line search of the last iteration
  double calm_norm = 0;       ///< the smallest gradient norm since f stopped falling
  std::int64_t calm_steps = 0;  ///< iterations since it last halved; -1 while f still falls
  std::int64_t fallbacks = 0;   ///< times that steepest descent had to help

  /// Storage for trials; after a step `old` is the point that it started from. Decides nothing.
  Point old, spare;
  /// Why the last search failed, where f or g was not finite; empty otherwise.
  std::string defect;

  explicit Descent(Point start);
};

/// One line search from s.at along s.direction. On success s.at is the new point and s.old the one before it.
/// When the budget ends inside, s.at is the lowest point found.
SearchOutcome walk(Descent& s, Evaluator& f, LineSearch kind, const SearchSettings& settings, double slope,
                   double first, bool guard = false);

/// The step that is safe to begin with where nothing is known of the scale of f: min(1, 1 / ||g||_2).
double cautious_step(std::span<const double> g);

/// The largest change of f at p that rounding alone explains.
double rounding(const Point& p);

/// Judges an iteration that moved: at the limit of double precision f cannot fall any more, and steps chosen by
/// slopes alone go on only while the gradient shrinks. `expected`: the decrease that the model promised.
StepReport settle(Descent& s, const Evaluator& f, double expected);

/// Judges an iteration in which no search succeeded.
StepReport give_up(const Descent& s, double expected);

}  // namespace talweg
