#include "talweg/optim/minimizer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "talweg/base/text.hpp"
#include "talweg/optim/check_use.hpp"
#include "talweg/optim/cliff.hpp"
#include "talweg/optim/deterministic/constrained/values.hpp"
#include "talweg/optim/gradient_check.hpp"
#include "talweg/optim/minimizer_engine.hpp"
#include "talweg/optim/non_finite.hpp"
#include "talweg/optim/verdict.hpp"

namespace talweg {

namespace {

/// Growth of f beyond this multiple of max(1, |f(x0)|) is divergence, not a detour. A detour of a momentum method from
/// a bad start stays orders of magnitude below it.
constexpr double divergence_factor = 1e20;
/// At a limit, f above this multiple of the start's scale, with nothing better than the start, is divergence too.
constexpr double lost_factor = 1e3;

}  // namespace

Minimizer::Engine::Engine(Function f, std::vector<double> x0, Method method, Options options)
    : f_(std::move(f)),
      options_(std::move(options)),
      method_(std::move(method)),
      traits_(method_->traits()),
      evaluate_(f_, options_),
      x0_(std::move(x0)) {
  check_use(x0_, options_, traits_);
  evaluate_.time_calls();
  limit_ = options_.max_iterations.value_or(traits_.default_iterations);
  result_.optimizer = traits_.spec;
  story_.iteration_limit = limit_;
  story_.fixed_rate = traits_.first_order;
}

Status Minimizer::Engine::step() {
  whole_ = false;
  try {
    if (!begun_) {
      begun_ = true;
      status_ = look_at(begin());
    } else {
      const std::int64_t before = result_.iterations;
      while (status_ == Status::running && result_.iterations == before) status_ = advance();
    }
    whole_ = true;
  } catch (const BudgetSpent& spent) {
    status_ = spent.status;
  }
  return status_;
}

void Minimizer::Engine::conclude() {
  seconds_ = evaluate_.seconds();
  if (!options_.callbacks.empty()) tell(options_.callbacks, &Callback::end, finish(status_));
}

Iteration Minimizer::Engine::iteration() const {
  const Point& at = run_->at();
  return {result_.iterations,
          at.x,
          evaluate_.sign() * at.f,
          options_.maximize ? user_gradient_ : at.g,
          gradient_norm(at.x, at.g, options_.bounds),
          evaluate_.evaluations(),
          [this] { return run_->observe(); },
          [this] { return run_->save(); }};
}

Point Minimizer::Engine::begin() {
  Point start;
  start.x = x0_;
  options_.bounds.project(start.x);
  story_.projected = start.x != x0_;
  last_.x = start.x;
  evaluate_(start);
  story_.start_value = evaluate_.sign() * start.f;
  last_ = start;
  return start;
}

/// Whether a run can begin there; it does.
Status Minimizer::Engine::look_at(Point start) {
  if (!finite(start)) story_.inside = step_inside(evaluate_, start);
  if (!finite(start) && !evaluate_.cliff().x.empty()) start = take_cliff();
  if (!finite(start)) {
    story_.why = name_non_finite(start, options_, 0);
    return Status::not_finite;
  }
  best_ = start;
  if (options_.check_gradient && !start.x.empty()) {
    GradientVerdict check = check_gradient(evaluate_, start);
    if (!check.wrong) check = check_constraints(evaluate_, start);
    if (check.wrong) {
      story_.why = check.message;
      return Status::wrong_gradient;
    }
  }
  if (start.x.empty()) return Status::converged;
  lowest_ = best_.f;
  convergence_.begin(options_, traits_, start);
  run_ = method_->start(std::move(start), options_);
  return report(0) ? Status::stopped_by_caller : Status::running;
}

/// A step, a look at the curvature where it is time for one, or the end.
Status Minimizer::Engine::advance() {
  // The caller had stopped the run where its last step, or the look at the curvature, had more to say.
  if (open_.status != Status::running) return judge(std::exchange(open_, {}));
  if (std::exchange(answered_, false)) return answer_;
  if (const Status status = test(); status != Status::running) {
    limited_ = true;
    return status;
  }
  if (nominated()) return certify(false);
  StepReport step = run_->step(evaluate_);
  if (step.status == Status::not_finite && go_on_from_cliff(run_->at().f)) return arrive(true);
  if (step.moved && (step.status == Status::running || finite(run_->at()))) ++result_.iterations;
  if (const Status status = arrive(step.moved); status != Status::running) {
    if (status == Status::stopped_by_caller) open_ = std::move(step);
    return status;
  }
  return step.status == Status::running ? Status::running : judge(std::move(step));
}

/// What becomes of a step that the method calls its last.
Status Minimizer::Engine::judge(StepReport step) {
  Status status = step.status;
  if (may_be_solution(status)) {
    const Status found = std::exchange(answered_, false) ? answer_ : certify(true);
    if (found == Status::stopped_by_caller) {
      open_ = std::move(step);
      return found;
    }
    if (found == Status::running) {
      if (!moved_) run_->move_to(evaluate_, Point(candidate()));  // it has ended, and has to begin again
      return Status::running;
    }
    if (!constrained() || !succeeds(found)) status = found;
  } else if (constrained() && succeeds(status) && !convergence_.patient()) {
    status = Status::line_search_failed;  // sent on again and again: nothing speaks for a solution
  }
  // What a method has to say of how it went holds for a success as well; why it gave up does not.
  if (!step.why.empty() && (constrained() || !succeeds(status)))
    story_.why = story_.why.empty() ? std::move(step.why) : text::cat(step.why, "; ", story_.why);
  if (status == Status::not_finite) story_.why += name_culprit(evaluate_, run_->at().x);
  return status;
}

/// At a new point: the best is kept, and whoever listens is told.
Status Minimizer::Engine::arrive(bool moved) {
  if (!finite(run_->at()) && !go_on_from_cliff(best_.f)) return lost(run_->at());
  const Point& at = run_->at();
  if (constrained() || better(at)) remember(at);
  if (moved) convergence_.see(at);
  return moved && report(result_.iterations) ? Status::stopped_by_caller : Status::running;
}

/// The variables that f pushes onto their bounds are held there from now on.
Point Minimizer::Engine::take_cliff() {
  if (!given_bounds_) given_bounds_ = options_.bounds;
  return hold_at_cliff(evaluate_, options_, story_.held);
}

/// A run that cannot be anywhere but near such a point goes on from it with the other variables.
bool Minimizer::Engine::go_on_from_cliff(double value) {
  const Point& cliff = evaluate_.cliff();
  if (cliff.x.empty() || (!constrained() && !(cliff.f <= value))) return false;
  ++result_.iterations;
  run_ = method_->start(take_cliff(), options_);
  turned_ = false;
  return true;
}

/// The point that a run would end at.
const Point& Minimizer::Engine::candidate() const { return traits_.monotone || traits_.models ? run_->at() : best_; }

/// A gradient of exactly 0: however often the run was sent on before, there is nowhere to go from here.
bool Minimizer::Engine::at_rest() const {
  const Point& at = candidate();
  return !constrained() && gradient_norm(at.x, at.g, options_.bounds) == 0;
}

/// The fall of f that the method's model expects from its next step.
double Minimizer::Engine::promise() {
  const Proposal p = traits_.models ? run_->propose(evaluate_) : Proposal{};
  return p.empty() ? HUGE_VAL : p.promise();
}

bool Minimizer::Engine::nominated() {
  if (constrained() || !options_.tested() || !(convergence_.patient() || at_rest())) return false;
  return convergence_.nominates(candidate(), traits_.models ? run_->propose(evaluate_) : Proposal{});
}

/// A method that can do no more may stand at a solution.
bool Minimizer::Engine::may_be_solution(Status status) const {
  if (!options_.scale_free() || !options_.check_curvature) return false;
  const bool stuck = status == Status::line_search_failed;
  if (constrained()) return (succeeds(status) || stuck) && convergence_.patient() && feasible(run_->at().x);
  return status == Status::converged || status == Status::converged_at_precision ||
         status == Status::line_search_failed;
}

/// Looks at the curvature where the run stands. The end, or `running` when it goes on, from elsewhere perhaps.
Status Minimizer::Engine::certify(bool stalled) {
  // Sent on again and again, and stuck at last: nothing speaks for a solution.
  if (!convergence_.patient() && !at_rest()) return Status::line_search_failed;
  certificate::Finding found = constrained() ? convergence_.ask(evaluate_, candidate(), run_->multipliers())
                                             : convergence_.ask(evaluate_, candidate(), stalled, promise());
  const bool ends = succeeds(found.status);
  moved_ = found.to.has_value();
  if (!ends && !moved_ && go_on_from_cliff(candidate().f)) {
    moved_ = true;
    return arrive(Status::running);
  }
  result_.certificate = ends ? found.certificate : Certificate{};
  story_.decrement = found.decrement;
  if (found.status != Status::running) story_.why = std::move(found.why);
  if (constrained() && !ends && found.restart) {
    feasible_ = found.to ? *found.to : candidate();
    moved_ = true;
    run_ = method_->start(feasible_, options_);
    ++result_.iterations;
    return arrive(Status::running);
  }
  if (found.to) {
    if (constrained()) feasible_ = *found.to;
    if (found.metric) {
      run_ = certificate::run_in_metric(*method_, std::move(*found.metric), std::move(*found.to), options_);
      turned_ = true;
    } else {
      run_->move_to(evaluate_, std::move(*found.to));
    }
    ++result_.iterations;
    return arrive(ends ? found.status : Status::running);
  }
  return found.status;
}

/// At the point to which the answer of a question has sent the run.
Status Minimizer::Engine::arrive(Status answer) {
  const Status status = arrive(true);
  answered_ = status == Status::stopped_by_caller;
  if (answered_) answer_ = answer;
  return status == Status::running ? answer : status;
}

/// The tests between two iterations; `running` when none holds.
Status Minimizer::Engine::test() const {
  const Point& at = run_->at();
  if (options_.target_value && at.f <= evaluate_.sign() * *options_.target_value && feasible(at.x))
    return Status::target_reached;
  const double scale = std::max(1.0, std::abs(story_.start_value));
  if (options_.tested() && std::abs(at.f) > divergence_factor * scale && at.f > best_.f) return Status::diverged;
  if (result_.iterations >= limit_) {
    if (!options_.tested()) return Status::completed;
    const bool lost =
        (at.f - best_.f > lost_factor * scale && story_.best_iteration == 0) || at.f < -divergence_factor * scale;
    return lost ? Status::diverged : Status::iteration_limit;
  }
  if (evaluate_.out_of_time()) return Status::time_limit;
  return Status::running;
}

bool Minimizer::Engine::feasible(std::span<const double> x) const {
  if (!constrained()) return true;
  constrained::Values values;
  return constrained::evaluate(options_.constraints, x, values) &&
         constrained::violation(options_.constraints, values.c) <= constrained::allowed_violation(x);
}

/// The constraints are measured once more at the end, at the very point that is returned.
void Minimizer::Engine::measure_constraints(const Point& at) {
  constrained::Values values;
  constrained::evaluate(options_.constraints, at.x, values);
  result_.constraint_violation = constrained::violation(options_.constraints, values.c);
  result_.feasible = result_.constraint_violation <= constrained::allowed_violation(at.x);
  if (!run_) return;
  result_.multipliers = run_->multipliers();
  std::vector<double> gradient(at.g.size());
  constrained::lagrangian_gradient(at.g, values, result_.multipliers, gradient);
  result_.gradient_norm = gradient_norm(at.x, gradient, options_.bounds);
}

Status Minimizer::Engine::lost(const Point& at) {
  story_.why = name_non_finite(at, options_, result_.iterations) + name_culprit(evaluate_, best_.x);
  const double scale = std::max(1.0, std::abs(story_.start_value));
  // Values that had grown far beyond the start before they overflowed diverged; a NaN out of calm is another thing.
  return std::isfinite(last_value_) && last_value_ > best_.f + lost_factor * scale ? Status::diverged
                                                                                   : Status::not_finite;
}

/// Whether `at` takes the place of the best point: it is lower, or, where f differs by no more than rounding,
/// flatter.
bool Minimizer::Engine::better(const Point& at) {
  if (traits_.monotone) return at.f < best_.f;
  const double rounding = 4 * std::numeric_limits<double>::epsilon() * std::max(1.0, std::abs(at.f));
  const bool level = std::abs(at.f - lowest_) <= rounding;
  const bool lower = at.f < lowest_;
  lowest_ = std::min(lowest_, at.f);  // kept apart from best_.f, which could creep up by one rounding at a time
  if (!level) return lower;
  return gradient_norm(at.x, at.g, options_.bounds) < gradient_norm(best_.x, best_.g, options_.bounds);
}

void Minimizer::Engine::remember(const Point& at) {
  story_.best_iteration = result_.iterations;
  if (traits_.monotone)
    best_.f = at.f;  // the current point is the best one: no copy
  else
    best_ = at;
}

/// The gradient as the user knows it.
void Minimizer::Engine::look_up() {
  if (!options_.maximize) return;
  user_gradient_ = run_->at().g;
  for (double& g : user_gradient_) g = -g;
}

bool Minimizer::Engine::report(std::int64_t iteration) {
  last_value_ = run_->at().f;
  look_up();
  if (!options_.on_iteration && options_.callbacks.empty()) return false;
  Iteration told = this->iteration();
  told.iteration = iteration;
  const bool ends = options_.on_iteration && options_.on_iteration(told);
  return tell(options_.callbacks, iteration == 0 ? &Callback::begin : &Callback::step, told) || ends;
}

Result Minimizer::Engine::finish(Status status) {
  result_.status = status;
  if (run_) {
    last_ = run_->at();
    result_.details = run_->details();
  }
  // Where f never rises, the last point is the best.
  const bool take_last = constrained() || ((traits_.monotone || traits_.models) && run_ && finite(last_));
  // A run that left a feasible point for a lower one, and came to nothing better.
  const bool gone = constrained() && !succeeds(status) && !feasible_.x.empty() &&
                    !(finite(last_) && last_.f < feasible_.f && feasible(last_.x));
  Point& x = gone ? feasible_ : take_last || best_.x.empty() ? last_ : best_;
  result_.x = x.x;
  result_.value = evaluate_.sign() * x.f;
  result_.gradient = x.g;
  if (options_.maximize)
    for (double& g : result_.gradient) g = -g;
  result_.gradient_norm = gradient_norm(x.x, x.g, options_.bounds);
  if (constrained() && finite(x)) measure_constraints(x);
  result_.last_x = last_.x;
  result_.last_value = evaluate_.sign() * last_.f;
  result_.evaluations = evaluate_.evaluations();
  result_.seconds = seconds_ ? *seconds_ : evaluate_.seconds();
  result_.function_seconds = evaluate_.function_seconds();
  result_.message = verdict(result_, options_, story_);
  return result_;
}

Minimizer::Minimizer(Function f, std::vector<double> x0, Method method, Options options)
    : engine_(std::make_unique<Engine>(std::move(f), std::move(x0), std::move(method), std::move(options))) {}
Minimizer::Minimizer(Minimizer&&) noexcept = default;
Minimizer& Minimizer::operator=(Minimizer&&) noexcept = default;
Minimizer::~Minimizer() = default;

Status Minimizer::step() {
  if (engine_->status() != Status::running) return engine_->status();
  const Status status = engine_->step();
  if (status != Status::running) engine_->conclude();
  return status;
}
Status Minimizer::status() const { return engine_->status(); }
Iteration Minimizer::iteration() const { return engine_->iteration(); }
Result Minimizer::result() { return engine_->result(); }
bool Minimizer::can_save() const { return engine_->can_save(); }
void Minimizer::save(Archive& archive) const { engine_->save(archive); }

void Minimizer::load(const Archive& archive) {
  auto engine = engine_->anew();
  engine->load(archive);
  engine_ = std::move(engine);
}

}  // namespace talweg
