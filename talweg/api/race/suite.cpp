#include "talweg/api/race/suite.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>

#include "talweg/api/method.hpp"
#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/problems/catalog.hpp"

namespace talweg::api {

namespace {

using problems::Problem;
using text::cat;

constexpr double tolerance = 1e-6;  // of `to_tolerance`

enum class Kind { free, box, constrained };

Kind kind_of(const Problem& p) {
  return !p.constraints.empty() ? Kind::constrained : !p.bounds.empty() ? Kind::box : Kind::free;
}

bool takes(const MethodTraits& traits, Kind kind) {
  return kind == Kind::free || (kind == Kind::box ? traits.bounds : traits.constraints);
}

std::vector<std::string> usual_methods(Kind kind) {
  switch (kind) {
    case Kind::free:
      return {"lbfgs", "cg", "cg,memory=5"};
    case Kind::box:
      return {"lbfgsb"};
    case Kind::constrained:
      break;
  }
  return {"sqp", "auglag"};
}

/// One row of the table to be: a method and the problems of a set that it runs on.
struct Task {
  std::string set, spec;
  Method method;
  std::vector<std::string_view> problems;
};

struct Chosen {
  std::string set;
  std::vector<std::string_view> problems;
};

std::vector<Chosen> choose(const SuiteRequest& request) {
  for (const std::string& name : request.problems) problems::by_name(name);  // throws for an unknown one
  std::vector<std::string> sets = request.sets;
  if (sets.empty())
    for (const std::string_view set : problems::sets())
      if (set != "large" || !request.problems.empty()) sets.emplace_back(set);
  std::vector<Chosen> chosen;
  for (const std::string& set : sets) {
    Chosen c{set, problems::names_in(set)};
    if (std::any_of(chosen.begin(), chosen.end(), [&](const Chosen& other) { return other.set == set; }))
      throw Error(cat("the set ", set, " is named twice"));
    if (!request.problems.empty())
      std::erase_if(c.problems, [&](std::string_view name) {
        return std::find(request.problems.begin(), request.problems.end(), name) == request.problems.end();
      });
    if (!c.problems.empty()) chosen.push_back(std::move(c));
  }
  for (const std::string& name : request.problems)
    if (std::none_of(chosen.begin(), chosen.end(), [&](const Chosen& c) {
          return std::find(c.problems.begin(), c.problems.end(), name) != c.problems.end();
        }))
      throw Error(cat("the problem ", name, " is in none of the sets that are asked for: leave --set out"));
  return chosen;
}

/// What each kind of problem is run with, the kinds in the order in which the set has them.
std::vector<Task> usual_tasks(const Chosen& chosen) {
  std::vector<Task> tasks;
  for (const std::string_view name : chosen.problems) {
    for (const std::string& spec : usual_methods(kind_of(problems::by_name(name)))) {
      auto task = std::find_if(tasks.begin(), tasks.end(), [&](const Task& t) { return t.spec == spec; });
      if (task == tasks.end())
        task = tasks.insert(tasks.end(), Task{chosen.set, spec, method({.optimizer = spec}).method, {}});
      task->problems.push_back(name);
    }
  }
  return tasks;
}

std::vector<Method> parse_methods(const std::vector<std::string>& specs) {
  std::vector<Method> methods;
  for (auto spec = specs.begin(); spec != specs.end(); ++spec) {
    if (std::find(specs.begin(), spec, *spec) != spec) throw Error(cat("the method ", *spec, " is named twice"));
    methods.push_back(method({.optimizer = *spec}).method);
  }
  return methods;
}

/// What of a set the method takes; what it does not is noted, and when nothing is left of a set that was asked for, an
/// error.
Task given_task(const Chosen& chosen, const std::string& spec, const Method& method, bool asked_for,
                std::vector<std::string>& notes) {
  Task task{chosen.set, spec, method, {}};
  const MethodTraits traits = method->traits();
  std::string_view lacking;
  for (const std::string_view name : chosen.problems) {
    const Kind kind = kind_of(problems::by_name(name));
    if (takes(traits, kind))
      task.problems.push_back(name);
    else
      lacking = kind == Kind::constrained ? "constraints" : "bounds";
  }
  if (task.problems.empty() && asked_for)
    throw Error(cat(spec, " takes no ", lacking, ", and so no problem of ", chosen.set, "; use ",
                    lacking == "bounds" ? "lbfgsb or a first-order method" : "sqp or auglag"));
  const std::size_t refused = chosen.problems.size() - task.problems.size();
  if (refused > 0)
    notes.push_back(cat(spec, " takes no ", lacking, ": ", refused, " of ", chosen.problems.size(), " problems of ",
                        chosen.set, " left out"));
  return task;
}

std::vector<Task> plan(const SuiteRequest& request, std::vector<std::string>& notes) {
  std::vector<Task> tasks;
  const std::vector<Method> methods = parse_methods(request.methods);
  for (const Chosen& chosen : choose(request)) {
    if (methods.empty()) {
      auto usual = usual_tasks(chosen);
      std::move(usual.begin(), usual.end(), std::back_inserter(tasks));
    }
    for (std::size_t i = 0; i < methods.size(); ++i) {
      Task task = given_task(chosen, request.methods[i], methods[i], !request.sets.empty(), notes);
      if (!task.problems.empty()) tasks.push_back(std::move(task));
    }
  }
  for (const std::string& spec : request.methods)
    if (std::none_of(tasks.begin(), tasks.end(), [&](const Task& t) { return t.spec == spec; }))
      throw Error(cat(spec, " takes none of the problems asked for: ", notes.front()));
  return tasks;
}

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

Finished run(const Task& task, const Problem& p, const std::function<bool()>& stop) {
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
  const std::vector<Task> tasks = plan(request, outcome.notes);
  std::size_t total = 0, done = 0;
  for (const Task& task : tasks) total += task.problems.size();
  const auto stop = [&] { return request.on_progress && request.on_progress(done, total); };
  for (const Task& task : tasks) {
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
