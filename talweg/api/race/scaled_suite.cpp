#include "talweg/api/race/scaled_suite.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "talweg/api/method.hpp"
#include "talweg/api/race/suite_plan.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/problems/catalog.hpp"
#include "talweg/problems/scaled.hpp"

namespace talweg::api {

namespace {

using problems::Copy;
using problems::Problem;
using problems::Units;

const UsualMethods for_copies{{"lbfgs", "lbfgsb"}, {"lbfgsb"}, {"sqp", "auglag"}};
const UsualMethods for_powers{{"lbfgs", "lbfgsb", "cg"}, {"lbfgsb"}, {}};

using Stop = std::function<bool()>;

/// `minimize` at its defaults, but for the budget; the functions of the collection count as exact, as in the suite.
Result run(const Problem& p, const Method& method, IterationCallback on_iteration) {
  Options options;
  options.max_evaluations = scaled_evaluations;
  options.bounds = p.bounds;
  options.constraints = p.constraints;
  options.check_gradient = false;
  options.exact_gradient = true;
  options.on_iteration = std::move(on_iteration);
  return minimize(p.function, p.start, method, options);
}

/// max |f| along the path of a run, of the points that are no worse than the start: a run that diverges has no unit.
double largest_value(const Problem& p, const Method& method, const Stop& stop) {
  double largest = 0, start_value = std::numeric_limits<double>::infinity();
  run(p, method, [&](const Iteration& at) {
    if (at.iteration == 0) start_value = at.value;
    if (std::isfinite(at.value) && at.value <= start_value) largest = std::max(largest, std::abs(at.value));
    return stop();
  });
  return largest;
}

/// Whether f falls by more than 1e-5 max(1, |f|) when the run goes on from x in the units of the problem: from x, and
/// from three points moved by a thousandth, so that no method can answer by calling its start converged.
bool falls_further(Problem p, std::vector<double> x, const Stop& stop) {
  const Method judge = method({.bounds = !p.bounds.empty(), .constraints = !p.constraints.empty()}).method;
  std::vector<double> g(x.size());
  const double value = p.function(x, g), visible = 1e-5 * std::max(1.0, std::abs(value));
  p.start = std::move(x);
  const Problem from = p;
  for (std::uint64_t seed = 0; seed <= 3; ++seed) {
    if (seed > 0) p.start = problems::jittered_start(from, seed, 1e-3);
    const Result further = run(p, judge, [&](const Iteration&) { return stop(); });
    if (further.value < value - visible && problems::violation(p, further.x) <= problems::feasibility) return true;
  }
  return false;
}

ScaledRun run_copy(const SuiteTask& task, const Problem& p, const Copy& copy, const Stop& stop) {
  const Result result = run(problems::in_units(p, copy.units), task.method, [&](const Iteration&) { return stop(); });
  ScaledRun r{task.set, p.name, task.spec, copy.family, copy.change, copy.seed};
  r.status = result.status;
  r.success = result.success();
  r.solved = problems::solves(p, copy.units, result.x, result.value);
  r.value = (result.value - copy.units.b) / copy.units.a;
  r.optimum = *std::min_element(p.optima.begin(), p.optima.end(),
                                [&](double a, double b) { return std::abs(a - r.value) < std::abs(b - r.value); });
  const std::vector<double> x = problems::original_point(p, copy.units, result.x);
  r.violation = problems::violation(p, x);
  r.evaluations = result.evaluations.function;
  r.other = r.success && !r.solved && r.violation <= problems::feasibility && !falls_further(p, x, stop);
  if (r.false_success()) r.said = result.message;
  return r;
}

/// What must not change under a power of two: x, f and g of each iterate, how many there are, and how the run ends.
struct Trace {
  std::vector<std::uint64_t> bits;
  Status status = Status::running;
  std::int64_t evaluations = 0;

  bool operator==(const Trace&) const = default;
};

Trace trace(const Problem& p, const Method& method, const Units& units, const Stop& stop) {
  const double d = units.d.empty() ? 1 : units.d.front();
  Trace t;
  const auto add = [&](double v) { t.bits.push_back(std::bit_cast<std::uint64_t>(v)); };
  const Result result = run(problems::in_units(p, units), method, [&](const Iteration& at) {
    for (const double x : at.x) add(x / d);
    add(at.value / units.a);
    for (const double g : at.gradient) add(g * d / units.a);
    return stop();
  });
  t.status = result.status;
  t.evaluations = result.evaluations.function;
  return t;
}

/// The element for which `is` holds, or a new one at the end.
template <class T, class Is> T& find_or_add(std::vector<T>& list, Is is, T added) {
  const auto found = std::find_if(list.begin(), list.end(), is);
  return found != list.end() ? *found : list.emplace_back(std::move(added));
}

template <class Score> void order_by_first(std::vector<Score>& scores, std::string Score::*group) {
  std::vector<std::string> order;
  for (const Score& s : scores)
    if (std::find(order.begin(), order.end(), s.*group) == order.end()) order.push_back(s.*group);
  const auto place = [&](const Score& s) { return std::find(order.begin(), order.end(), s.*group) - order.begin(); };
  std::stable_sort(scores.begin(), scores.end(), [&](const Score& a, const Score& b) { return place(a) < place(b); });
}

std::vector<ScaledScore> scores_of(const std::vector<ScaledRun>& runs) {
  std::vector<ScaledScore> scores;
  for (const ScaledRun& r : runs) {
    ScaledScore& s = find_or_add(
        scores, [&](const ScaledScore& o) { return o.family == r.family && o.method == r.method; },
        ScaledScore{.family = r.family, .method = r.method});
    ++s.runs;
    s.solved += r.solved;
    s.other += r.other;
    s.lost += r.lost();
    s.false_successes += r.false_success();
    if (r.solved) s.evaluations += std::log(static_cast<double>(r.evaluations));
  }
  for (ScaledScore& s : scores)
    s.evaluations = s.solved > 0 ? std::exp(s.evaluations / static_cast<double>(s.solved))
                                 : std::numeric_limits<double>::quiet_NaN();
  order_by_first(scores, &ScaledScore::family);
  return scores;
}

/// Counts problems, and asks before each iteration whether to go on.
class Progress {
 public:
  Progress(const SuiteRequest& request, std::size_t total) : request_(request), total_(total) {}

  Stop stop() {
    return [this] {
      if (request_.on_progress && request_.on_progress(done_, total_)) throw SuiteStopped{done_, total_};
      return false;
    };
  }
  void next() { ++done_; }

 private:
  const SuiteRequest& request_;
  std::size_t total_, done_ = 0;
};

void run_copies(const SuiteTask& task, const Problem& p, const Stop& stop, std::vector<ScaledRun>& runs) {
  bool as_given = false;
  for (const Copy& copy : problems::scaled_copies(p, largest_value(p, task.method, stop))) {
    ScaledRun r = run_copy(task, p, copy, stop);
    if (copy.units == Units{}) as_given = r.solved;
    r.as_given = as_given;
    runs.push_back(std::move(r));
  }
}

void run_powers(const SuiteTask& task, const Problem& p, const Stop& stop, std::vector<ExactScore>& scores) {
  const Trace plain = trace(p, task.method, {}, stop);
  for (const Copy& copy : problems::exact_copies(p)) {
    ExactScore& s = find_or_add(
        scores, [&](const ExactScore& o) { return o.change == copy.change && o.method == task.spec; },
        ExactScore{.change = copy.change, .method = task.spec});
    ++s.runs;
    if (trace(p, task.method, copy.units, stop) == plain)
      ++s.identical;
    else
      s.different.push_back(p.name);
  }
}

}  // namespace

ScaledOutcome run_scaled_suite(const SuiteRequest& request) {
  ScaledOutcome outcome;
  outcome.arithmetic = problems_arithmetic();
  std::vector<std::string> said;  // by the second plan, which says the same of the same methods
  const std::vector<SuiteTask> copies = suite_plan(request, for_copies, outcome.notes),
                               powers = suite_plan(request, for_powers, said);
  std::size_t total = 0;
  for (const auto* tasks : {&copies, &powers})
    for (const SuiteTask& task : *tasks) total += task.problems.size();
  Progress progress(request, total);
  const Stop stop = progress.stop();
  for (const SuiteTask& task : copies)
    for (const std::string_view name : task.problems) {
      run_copies(task, problems::by_name(name), stop, outcome.runs);
      progress.next();
    }
  for (const SuiteTask& task : powers)
    for (const std::string_view name : task.problems) {
      run_powers(task, problems::by_name(name), stop, outcome.exact);
      progress.next();
    }
  outcome.scores = scores_of(outcome.runs);
  order_by_first(outcome.exact, &ExactScore::change);
  return outcome;
}

}  // namespace talweg::api
