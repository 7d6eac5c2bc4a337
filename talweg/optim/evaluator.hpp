#pragma once
#include <optional>

#include "talweg/base/export.hpp"
#include "talweg/optim/options.hpp"
#include "talweg/optim/status.hpp"

namespace talweg {

/// The only way in which a method reaches f. It counts, keeps to the budget, turns maximising into minimising, and
/// refuses points outside the box.
class TALWEG_API Evaluator {
 public:
  Evaluator(const Function& function, const Options& options);

  /// Fills p.f and p.g at p.x. Both may come out non-finite: ask `finite(p)`. Throws `BudgetSpent` when no evaluation
  /// is left or the time is over; only `minimize` catches it.
  void operator()(Point& p);
  /// The same where the value may be enough: p.g is left empty if f gives values alone; `complete` fills it then.
  void value(Point& p);
  /// Fills p.g where it is empty: the same evaluation, for which f is called once more.
  void complete(Point& p);
  bool gives_values() const { return function_.gives_values(); }
  /// Throws `BudgetSpent` unless `count` more evaluations are allowed: asked before a step that changes its state
  /// first.
  void ensure(std::int64_t count = 1) const;

  const Bounds& bounds() const { return options_.bounds; }
  const Options& options() const { return options_; }
  const Evaluations& evaluations() const { return evaluations_; }
  /// Central differences and other checks: evaluated as given, counted apart.
  double check(std::span<const double> x, std::span<double> gradient);
  /// f(x), as given; `unused` (n) is room for a gradient that f will not leave out.
  double check_value(std::span<const double> x, std::span<double> unused);
  /// Fills p as operator() does, counted as a check. Throws `BudgetSpent` when the time is over.
  void look(Point& p);
  /// As `value` does, counted as a check; `look_again` is its `complete`.
  void look_at_value(Point& p);
  void look_again(Point& p);
  void count_checks(std::int64_t count) { evaluations_.check += count; }
  bool out_of_time() const;
  /// Told of every trial of a line search (step, value, slope), for those who show it; step 0 begins a search. Nothing
  /// depends on it.
  std::function<void(double step, double value, double slope)> on_trial = {};
  /// The sign that turns the engine's f back into the user's: -1 when maximising.
  double sign() const { return options_.maximize ? -1.0 : 1.0; }
  /// (n) the last point at which f was NaN or infinite; empty while there was none.
  std::span<const double> last_hole() const { return hole_; }
  /// The lowest point at which f falls onto bounds with an infinite slope, and is finite otherwise; x is empty while
  /// there was none. √x falls so onto 0.
  const Point& cliff() const { return cliff_; }
  void forget_cliff() { cliff_ = {}; }

  /// What it has counted and seen of f, of n variables.
  template <class Self, class V> static void visit(Self& e, V&& v, std::size_t n) {
    v.count(e.evaluations_.function), v.count(e.evaluations_.gradient), v.count(e.evaluations_.check);
    if (e.gives_values()) v.count(e.evaluations_.repeated);
    v.either(e.hole_, n), v.either(e.cliff_.x, n), v(e.cliff_.f), v.either(e.cliff_.g, e.cliff_.x.size());
  }
  double seconds() const;  ///< since the run began
  /// Has the calls of f timed from now on, as long as they are worth it.
  void time_calls() { timed_ = true; }
  /// Of these, in f; see Result::function_seconds.
  std::optional<double> function_seconds() const;
  /// It has taken so many up to now.
  void set_seconds(double seconds);

 private:
  double call(std::span<const double> x, std::span<double> gradient);
  void fill(Point& p);
  void fill_value(Point& p);
  void look_at_bounds(Point& p);

  const Function& function_;
  const Options& options_;
  Evaluations evaluations_;
  std::vector<double> hole_;
  Point cliff_;
  double start_;  // seconds of a steady clock
  double inside_ = 0;
  std::int64_t timed_calls_ = 0;
  bool timed_ = false;
};

struct BudgetSpent {
  Status status;  ///< evaluation_limit, time_limit, or stopped_by_caller of a function that was told to stop
};

/// Whether f and every gradient entry are finite.
TALWEG_API bool finite(const Point& p);

}  // namespace talweg
