#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "talweg/base/export.hpp"
#include "talweg/optim/deterministic/line_search/line_search.hpp"
#include "talweg/optim/method.hpp"

namespace talweg {

/// Where a method wants to go from Descent::at: along Descent::direction, with this slope and first trial step.
struct Aim {
  double slope = 0, first = 1;
  bool steepest = false;  ///< the direction is −g: there is nothing to fall back to
  bool modelled = true;   ///< `first` is the minimiser of a model, so that half of slope · first is the fall to expect

  template <class Self, class V> static void visit(Self& a, V&& v) {
    v(a.slope), v(a.first), v(a.steepest), v(a.modelled);
  }
};

/// What every method with a line search carries from one iteration to the next. Plain data.
struct TALWEG_API Descent {
  Point at;
  std::vector<double> direction;  ///< (n)
  Aim aim;                        ///< of the next step
  bool aimed = false;             ///< `aim` and `direction` are made for `at`
  std::int64_t iteration = 0;
  double start_value = 0;                 ///< f at the start of the run
  double record = 0;                      ///< f when it last fell by more than rounding below all before
  double step_length = 0;                 ///< of the last iteration, in units of the direction; 0 when it did not move
  double start_slope = 0, end_slope = 0;  ///< g'd at both ends of the last step
  int trials = 0;                         ///< evaluations in the line search of the last iteration
  double reach = 0;                       ///< ‖x⁺ − x‖ of the last step; before the first, how far to look
  double unit = 1;                        ///< a power of two that takes ‖g‖ to where its square is a number
  double first_fall = 0;                  ///< ‖g‖ · reach at the start: what f may fall by at once
  double calm_norm = 0;                   ///< the smallest gradient norm since f stopped falling
  double calm_promise = 0;                ///< by how much it should have fallen since, as the slopes have it
  std::int64_t calm_steps = -1;           ///< iterations since it last fell enough; -1 while f still falls
  double stale_norm = 0;                  ///< the smallest gradient norm since the record
  std::int64_t stale_steps = 0;           ///< iterations since the record, or since that norm last halved
  std::int64_t walled = 0;                ///< searches in a row that met a number that is none
  double wall_value = 0;                  ///< f after the first of these
  std::int64_t unmet = 0;                 ///< searches in a row that could not meet their conditions
  std::int64_t fallbacks = 0;             ///< times that steepest descent had to help
  bool fell_back = false;                 ///< in the last iteration: what the method remembers is worthless
  bool parabolic = true;                  ///< along every step so far f was a parabola
  bool interrupted = false;               ///< the budget ended inside a search, and the point moved all the same

  // Working storage, which decides nothing. After a step `old` is the point that it started from.
  Point old, spare;
  std::string defect;  ///< why a trial of the last search was of no use, if one was

  Descent() = default;
  explicit Descent(Point start);

  template <class Self, class V> static void visit(Self& d, V&& v) {
    Aim::visit(d.aim, v);
    v(d.aimed);
    v(d.at.x), v(d.at.f), v(d.at.g), v(d.direction), v(d.iteration), v(d.start_value), v(d.record), v(d.step_length);
    v(d.start_slope), v(d.end_slope), v(d.trials), v(d.reach), v(d.unit), v(d.first_fall), v(d.calm_norm),
        v(d.stale_norm), v(d.stale_steps);
    v(d.calm_promise), v(d.calm_steps), v(d.walled), v(d.wall_value), v(d.unmet), v(d.fallbacks);
    v(d.fell_back), v(d.parabolic), v(d.interrupted);
  }
};

struct SearchPolicy {
  LineSearch kind = LineSearch::weak_wolfe;
  SearchSettings settings;
  bool exact_on_parabolas = false;  ///< one more trial to end in the minimum, while f is a parabola along every step
  bool shorten_first = true;        ///< the first step has no scale but the gradient's, and is mistrusted
  /// Iterations without a new lowest f and without a halving of the gradient before precision is asked about. At the
  /// limit of precision a search that goes by slopes and one that goes by values may take turns for ever (Meyer's
  /// function).
  std::int64_t stale_limit = 50;
  bool linear = false;  ///< the method converges by small steps: any fall of the gradient is progress
};

/// Searches along s.direction and moves s to the point found; s.old is then the one before. When the budget ends on the
/// way, s is at the lowest trial.
TALWEG_API SearchOutcome walk(Descent& s, Evaluator& f, const SearchPolicy& policy, const Aim& aim);

/// Points the direction downhill along the gradient, d = −unit·g, for a start or a restart. The first trial is as long
/// as the last step was.
TALWEG_API Aim steepest_descent(Descent& s);
/// Brings s.unit up to date with a gradient of this size.
TALWEG_API void adapt_unit(Descent& s, double gradient_norm);

/// One iteration: a line search along the aim, and the ladder when it fails: steepest descent once (`fell_back` is set:
/// the method must forget its past), then the verdict. When the report is `running`, at, old, step_length and the
/// slopes describe the step; step_length is 0 only where the gradient is.
TALWEG_API StepReport travel(Descent& s, Evaluator& f, const SearchPolicy& policy, const Aim& aim);

/// Judges an iteration that moved: `converged_at_precision` when f can fall no more. `expected`: the decrease that the
/// model promised.
TALWEG_API StepReport settle(Descent& s, const Evaluator& f, double expected, const SearchPolicy& policy = {});
/// Judges one in which no search succeeded.
TALWEG_API StepReport give_up(const Descent& s, double expected);
/// Below this f counts as unbounded.
TALWEG_API double unbounded_floor(const Descent& s);
/// Whether f fell by more than rounding explains.
TALWEG_API bool fell_visibly(double before, double after);

/// The observations common to all: step_length, trials.
TALWEG_API Observations observe(const Descent& s);

}  // namespace talweg
