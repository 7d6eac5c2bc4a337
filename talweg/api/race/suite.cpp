#include "talweg/api/race/suite.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>

#include "talweg/api/race/suite_plan.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/problems/catalog.hpp"

namespace talweg::api {

namespace {

using problems::Problem;

constexpr double tolerance = 1e-6;  // of `to_tolerance`
const UsualMethods usual_methods{{"lbfgs", "cg", "cg,memory=5"}, {"lbfgsb"}, {"sqp", "auglag"}};

double nearest_optimum(const Problem& p, double value) {
  return *std::min_element(p.optima.begin(), p.optima.end(),
                           [&](double a, double b) { return std::abs(a - value) < std::abs(b - value); });
}

double relative_error(double value, double optimum) {
  return std::abs(value - optimum) / std::max(1.0, std::abs(optimum));
}

/// Whether an iterate meets the tolerance of `to_tolerance`.
bool meets(const Problem& p, const Iteration& at, double start_value) {
  if (p.constraints.empty())
    return at.gradient_norm <= tolerance * std::max(1.0, std::abs(at.value)) && at.value <= start_value;
  return problems::reaches_optimum(p, at.value, tolerance) && problems::violation(p, at.x) <= tolerance;
}

struct Finished {
  SuiteRun run;
  std::string optimizer;
};

Finished run(const SuiteTask& task, const Problem& p, const std::function<bool()>& stop) {
  SuiteRun r{task.set, p.name, task.spec, static_cast<std::int64_t>(p.n())};
  Options options;
  options.bounds = p.bounds;
  options.constraints = p.constraints;
  options.check_gradient = false;  // the tests of the collection compare it with differences
  options.exact_gradient = true;
  double start_value = std::numeric_limits<double>::infinity();
  options.on_iteration = [&](const Iteration& at) {
    if (at.iteration == 0) start_value = at.value;
    if (r.to_tolerance == 0 && meets(p, at, start_value)) r.to_tolerance = at.evaluations.function;
    return stop();
  };
  const Result result = minimize(p.function, p.start, task.method, options);
  r.status = result.status;
  r.success = result.success();
  r.value = result.value;
  r.optimum = nearest_optimum(p, result.value);
  r.error = relative_error(r.value, r.optimum);
  r.violation = result.constraint_violation;
  r.solved = result.feasible && problems::reaches_optimum(p, result.value);
  r.saddle = r.solved && std::find(p.saddles.begin(), p.saddles.end(), r.optimum) != p.saddles.end();
  r.local = r.solved && !r.saddle && r.optimum != p.optima.front() && relative_error(r.value, p.optima.front()) > 1e-5;
  r.iterations = result.iterations;
  r.evaluations = result.evaluations.function;
  return {std::move(r), result.optimizer};
}

double geometric_mean(const std::vector<SuiteRun>& runs, std::int64_t SuiteRun::*count) {
  double logs = 0;
  int counted = 0;
  for (const SuiteRun& r : runs)
    if (r.solved && r.*count > 0) {
      logs += std::log(static_cast<double>(r.*count));
      ++counted;
    }
  return counted > 0 ? std::exp(logs / counted) : std::numeric_limits<double>::quiet_NaN();
}

SuiteScore score(const std::vector<SuiteRun>& runs, std::string optimizer) {
  SuiteScore s{runs.front().set, runs.front().method, std::move(optimizer), static_cast<std::int64_t>(runs.size())};
  std::map<Status, std::int64_t> failures;
  for (const SuiteRun& r : runs) {
    s.solved += r.solved;
    s.local += r.local;
    s.saddles += r.saddle;
    s.false_successes += r.false_success();
    // A status that claims success while a constraint is missed is no success either.
    if (!r.success) ++failures[succeeds(r.status) ? Status::infeasible : r.status];
  }
  for (const auto& [status, count] : failures) s.failures.push_back({std::string(name(status)), count});
  s.evaluations = geometric_mean(runs, &SuiteRun::evaluations);
  s.to_tolerance = geometric_mean(runs, &SuiteRun::to_tolerance);
  return s;
}

/// FNV-1a over the bits of doubles; one pattern stands for all that is not finite.
class Hash {
 public:
  void add(double value) {
    auto bits = std::isfinite(value) ? std::bit_cast<std::uint64_t>(value) : ~std::uint64_t{0};
    for (int byte = 0; byte < 8; ++byte, bits >>= 8) state_ = (state_ ^ (bits & 0xff)) * 0x100000001b3;
  }
  std::string text() const {
    std::string out;
    for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[state_ >> shift & 0xf];
    return out;
  }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325;
};

}  // namespace

SuiteOutcome run_suite(const SuiteRequest& request) {
  SuiteOutcome outcome;
  outcome.arithmetic = problems_arithmetic();
  const std::vector<SuiteTask> tasks = suite_plan(request, usual_methods, outcome.notes);
  std::size_t total = 0, done = 0;
  for (const SuiteTask& task : tasks) total += task.problems.size();
  const auto stop = [&] { return request.on_progress && request.on_progress(done, total); };
  for (const SuiteTask& task : tasks) {
    std::vector<SuiteRun> runs;
    std::string optimizer;
    for (const std::string_view name : task.problems) {
      if (stop()) throw SuiteStopped{done, total};
      Finished finished = run(task, problems::by_name(name), stop);
      if (finished.run.status == Status::stopped_by_caller) throw SuiteStopped{done, total};
      runs.push_back(std::move(finished.run));
      optimizer = std::move(finished.optimizer);
      ++done;
    }
    outcome.scores.push_back(score(runs, std::move(optimizer)));
    std::move(runs.begin(), runs.end(), std::back_inserter(outcome.runs));
  }
  return outcome;
}

std::string problems_arithmetic() {
  constexpr std::uint64_t moved_starts = 4;
  Hash hash;
  for (const Problem& p : problems::all()) {
    std::vector<double> g(p.n());
    const auto add = [&](const Function& f, const std::vector<double>& x) {
      hash.add(f(x, g));
      for (const double v : g) hash.add(v);
    };
    for (std::uint64_t seed = 0; seed <= moved_starts; ++seed) {
      const std::vector<double> x = seed == 0 ? p.start : problems::jittered_start(p, seed);
      add(p.function, x);
      for (const Constraint& c : p.constraints) add(c.function, x);
    }
  }
  return hash.text();
}

}  // namespace talweg::api
