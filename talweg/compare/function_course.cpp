#include "talweg/compare/function_course.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/random.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/first_order/run.hpp"
#include "talweg/optim/minimize.hpp"

namespace talweg::compare {

namespace {

using text::cat;
using Clock = std::chrono::steady_clock;

// A curve is exact to 500 evaluations and to 0.2 % from there on, so that its memory grows with the logarithm only.
constexpr double curve_step = 1.002;
// Under constraints, where the method judges its point itself. Elsewhere a run spends its budget: no test that looks at
// no curvature tells a detour of momentum from the end, and what lbfgs still gains in the last digits is compared, too.
constexpr double tolerance = 1e-13;
// The engine's own measure of what counts as keeping a constraint: 1e-8·max(1, ‖x‖).
constexpr double allowed_violation = 1e-8;

double norm(std::span<const double> x) {
  double squares = 0;
  for (const double v : x) squares += v * v;
  return std::sqrt(squares);
}

/// Stands between the method and the function: counts, and keeps the lowest value.
class Recorder {
 public:
  explicit Recorder(const FunctionTask& task) : function_(task.function()), row_(task.start.size()) {
    if (task.constraints) constraints_ = task.constraints();
  }

  double operator()(std::span<const double> x, std::span<double> gradient) {
    const double f = function_(x, gradient);
    ++attempt.evaluations;
    if (attempt.evaluations == 1) attempt.start = f;
    if (keeps_constraints(x)) note(f);
    return f;
  }
  std::vector<Constraint>& constraints() { return constraints_; }

  Attempt attempt;

 private:
  void note(double f) {
    if (!(f < attempt.value)) return;
    attempt.value = f;
    auto& curve = attempt.curve;
    const bool near = curve.size() > 1 && double(attempt.evaluations) < curve_step * double(last_kept_);
    if (!near) {
      last_kept_ = attempt.evaluations;
      curve.emplace_back();
      attempt.moments.push_back(0);
    }
    curve.back() = {attempt.evaluations, f};
    attempt.moments.back() = std::chrono::duration<double>(Clock::now() - begin_).count();
  }
  bool keeps_constraints(std::span<const double> x) {
    const double allowed = allowed_violation * std::max(1.0, norm(x));
    return std::all_of(constraints_.begin(), constraints_.end(), [&](const Constraint& c) {
      const double value = c.function(x, row_);
      return (c.kind == Constraint::Kind::equality ? std::abs(value) : -value) <= allowed;
    });
  }

  Function function_;
  std::vector<Constraint> constraints_;
  std::vector<double> row_;
  std::int64_t last_kept_ = 0;
  Clock::time_point begin_ = Clock::now();
};

/// Whether the run is to count as lost, and why.
std::string failure(const Result& result, const Attempt& attempt, bool constrained) {
  if (result.status == Status::diverged || result.status == Status::not_finite) return std::string(name(result.status));
  if (constrained) return std::isfinite(attempt.value) ? "" : "no point that keeps the constraints";
  if (!std::isfinite(attempt.value)) return "not_finite";
  const double rounding = 1e-12 * std::max(1.0, std::abs(attempt.start));
  return result.last_value > attempt.start + rounding ? "ended above its start" : "";
}

Method method_of(const Entrant& entrant, double rate) {
  return entrant.rule ? Method(make_method(entrant.with_rate(rate))) : *entrant.deterministic;
}

}  // namespace

std::vector<double> FunctionCourse::start(std::uint64_t seed) const {
  std::vector<double> x = task_.start;
  task_.bounds.project(x);
  if (seed == 0 || task_.jitter == 0) return x;
  Random random(seed);
  for (double& v : x) v += task_.jitter * random.uniform(-1, 1) * (v == 0 ? 1 : std::abs(v));
  task_.bounds.project(x);
  return x;
}

void FunctionCourse::admit(const Entrant& entrant, std::int64_t budget) const {
  if (budget < 2)
    throw Error("evaluations",
                cat(text::option("evaluations", budget), ": expected at least 2, the start and one step"));
  const MethodTraits traits = method_of(entrant, entrant.default_rate)->traits();
  if (!task_.bounds.empty() && !traits.bounds)
    throw Error(cat("'", entrant.given, "' takes no bounds: leave it out, or race lbfgsb and first-order methods"));
  if (task_.constraints && !traits.constraints)
    throw Error(cat("'", entrant.given, "' takes no constraints: with ", text::option("subject_to"),
                    " the methods are sqp and auglag"));
}

Attempt FunctionCourse::run(const Entrant& entrant, double rate, std::uint64_t seed, std::int64_t budget,
                            bool with_path) const {
  const auto begin = Clock::now();
  Recorder recorder(task_);
  Options options;
  options.max_iterations = budget;
  options.max_evaluations = budget;
  options.tolerance = task_.constraints ? tolerance : 0;
  options.check_curvature = false;  // the race counts evaluations of the methods themselves
  options.bounds = task_.bounds;
  options.constraints = recorder.constraints();
  options.check_gradient = false;
  options.names = task_.names;
  if (with_path)
    options.on_iteration = [&](const Iteration& i) { recorder.attempt.path.emplace_back(i.x.begin(), i.x.end()); };
  const Result result = minimize(std::ref(recorder), start(seed), method_of(entrant, rate), options);
  Attempt attempt = std::move(recorder.attempt);
  attempt.why = failure(result, attempt, !options.constraints.empty());
  attempt.failed = !attempt.why.empty();
  if (attempt.failed) attempt.value = std::numeric_limits<double>::infinity();
  attempt.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return attempt;
}

std::string FunctionCourse::starts() const {
  if (!random()) return "the start as given; nothing is random, so each method runs once";
  return cat("the start with each coordinate moved by at most ", text::brief(100 * task_.jitter),
             " % of its size (a zero by at most ", text::brief(task_.jitter), "), the same for every method");
}

}  // namespace talweg::compare
