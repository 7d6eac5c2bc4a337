#include "talweg/optim/minimize.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/certificate/convergence.hpp"
#include "talweg/optim/deterministic/constrained/values.hpp"
#include "talweg/optim/gradient_check.hpp"
#include "talweg/optim/verdict.hpp"

namespace talweg {

namespace {

using text::brief;
using text::cat;

/// Growth of f beyond this multiple of max(1, |f(x0)|) is divergence, not a detour. A detour of a momentum method from
/// a bad start stays orders of magnitude below it.
constexpr double divergence_factor = 1e20;
/// At a limit, f above this multiple of the start's scale, with nothing better than the start, is divergence too.
constexpr double lost_factor = 1e3;
/// How far a start is moved off a bound, of the width of its box.
constexpr double inside_share = 1e-3;
/// Variables that a message lists, and those that are tried one by one when f is no number.
constexpr std::size_t most_named = 4, most_suspects = 32;

void check_use(std::span<const double> x0, const Options& o) {
  for (std::size_t i = 0; i < x0.size(); ++i)
    if (!std::isfinite(x0[i]))
      throw Error(cat("the start is not finite: ", variable_name(o, i), " = ", x0[i], "; give a finite number"));
  if (o.max_iterations && *o.max_iterations < 0)
    throw Error(cat("max_iterations = ", *o.max_iterations, " is out of range; use 0 or more"));
  if (o.max_evaluations < 1)
    throw Error(cat("max_evaluations = ", o.max_evaluations, " is out of range; use 1 or more"));
  if (!(o.max_seconds > 0)) throw Error(cat("max_seconds = ", o.max_seconds, " is out of range; use more than 0"));
  if (!(o.tolerance >= 0 && o.tolerance < 1))
    throw Error(cat("tolerance = ", o.tolerance, " is out of range [0, 1); 0 switches convergence tests off"));
  if (o.gradient_tolerance && !(*o.gradient_tolerance >= 0 && std::isfinite(*o.gradient_tolerance)))
    throw Error(
        cat("gradient_tolerance = ", *o.gradient_tolerance, " is out of range; use a finite number of 0 or more"));
  if (o.gradient_tolerance && !o.constraints.empty())
    throw Error("gradient_tolerance is a test of f alone: under constraints use tolerance, which needs no units");
  if (o.target_value && std::isnan(*o.target_value)) throw Error("target_value is not a number");
  if (o.bounds.empty()) return;
  for (const auto* side : {&o.bounds.lower, &o.bounds.upper})
    if (side->size() != x0.size())
      throw Error(cat("bounds: ", side == &o.bounds.lower ? "lower" : "upper", " has ", side->size(), " entries for ",
                      x0.size(), " variables; give one for each, infinite where there is none"));
  for (std::size_t i = 0; i < x0.size(); ++i)
    if (const double low = o.bounds.lower[i], high = o.bounds.upper[i]; !(low <= high))
      throw Error(cat("bounds of ", variable_name(o, i), ": lower ", low, " is above upper ", high, "; swap them"));
    else if (low == HUGE_VAL || high == -HUGE_VAL)
      throw Error(cat("bounds of ", variable_name(o, i), ": no finite number lies between ", low, " and ", high,
                      "; a missing lower bound is -inf, a missing upper bound inf"));
}

std::string name_non_finite(const Point& p, const Options& o, std::int64_t iteration) {
  const auto where = iteration == 0 ? std::string("at the start") : cat("after iteration ", iteration);
  for (std::size_t i = 0; i < p.x.size(); ++i)
    if (!std::isfinite(p.x[i])) return cat(variable_name(o, i), " became ", p.x[i], " ", where);
  if (!std::isfinite(p.f)) {
    std::string point;
    for (std::size_t i = 0; i < std::min(p.x.size(), most_named); ++i)
      point += cat(point.empty() ? " (" : ", ", variable_name(o, i), " = ", brief(p.x[i]));
    return cat("f is ", p.f, " ", where, point, p.x.size() > most_named ? ", …" : "", point.empty() ? "" : ")");
  }
  for (std::size_t i = 0; i < p.g.size(); ++i)
    if (!std::isfinite(p.g[i]))
      return cat("the gradient of f in ", variable_name(o, i), " is ", p.g[i], " ", where, " (", variable_name(o, i),
                 " = ", brief(p.x[i]), ")");
  return "";
}

/// One run of `minimize`, from the start to the verdict.
class Loop {
 public:
  Loop(const Function& f, const Method& method, const Options& options)
      : options_(options), method_(method), traits_(method->traits()), evaluate_(f, options_) {}

  Result run(std::vector<double> x0) {
    check_use(x0, options_);
    if (!options_.bounds.empty() && !traits_.bounds)
      throw Error(cat(traits_.spec, " takes no bounds; use lbfgsb or a first-order method"));
    if (!options_.constraints.empty() && !traits_.constraints)
      throw Error(cat(traits_.spec, " takes no constraints (", options_.constraints[0].name, "); use sqp or auglag"));
    limit_ = options_.max_iterations.value_or(traits_.default_iterations);
    result_.optimizer = traits_.spec;
    story_.iteration_limit = limit_;
    story_.fixed_rate = traits_.first_order;
    Status status;
    try {
      status = walk(begin(std::move(x0)));
    } catch (const BudgetSpent& spent) {
      status = spent.status;
    }
    return finish(status);
  }

 private:
  Point begin(std::vector<double> x0) {
    Point start;
    start.x = x0;
    options_.bounds.project(start.x);
    story_.projected = start.x != x0;
    last_.x = start.x;
    evaluate_(start);
    story_.start_value = evaluate_.sign() * start.f;
    last_ = start;
    return start;
  }

  Status walk(Point start) {
    if (!finite(start)) step_inside(start);
    if (!finite(start) && !evaluate_.cliff().x.empty()) start = hold();
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
    if (report(0)) return Status::stopped_by_caller;
    for (;;) {
      if (const Status status = test(); status != Status::running) return status;
      if (nominated()) {
        const Status status = certify(false);
        if (status != Status::running) return status;
        continue;
      }
      StepReport step = run_->step(evaluate_);
      if (step.status == Status::not_finite && go_on_from_cliff(run_->at().f)) {
        if (const Status status = arrive(true); status != Status::running) return status;
        continue;
      }
      if (step.moved && (step.status == Status::running || finite(run_->at()))) ++result_.iterations;
      if (const Status status = arrive(step.moved); status != Status::running) return status;
      if (step.status == Status::running) continue;
      Status status = step.status;
      if (may_be_solution(status)) {
        const Status found = certify(true);
        if (found == Status::running) {
          if (!moved_) run_->move_to(evaluate_, Point(candidate()));  // it has ended, and has to begin again
          continue;
        }
        if (!constrained() || !succeeds(found)) status = found;
      } else if (constrained() && succeeds(status) && !convergence_.patient()) {
        status = Status::line_search_failed;  // sent on again and again: nothing speaks for a solution
      }
      // What a method has to say of how it went holds for a success as well; why it gave up does not.
      if (!step.why.empty() && (constrained() || !succeeds(status))) story_.why = std::move(step.why);
      if (status == Status::not_finite) story_.why += culprit(run_->at().x);
      return status;
    }
  }

  /// At a new point: the best is kept, and whoever listens is told.
  Status arrive(bool moved) {
    if (!finite(run_->at()) && !go_on_from_cliff(best_.f)) return lost(run_->at());
    const Point& at = run_->at();
    if (constrained() || better(at)) remember(at);
    if (moved) convergence_.see(at);
    return moved && report(result_.iterations) ? Status::stopped_by_caller : Status::running;
  }

  /// The point from which f falls onto bounds with an infinite slope: the variables that do so are at their least
  /// there, and their bounds fix them from now on.
  Point hold() {
    Point p = evaluate_.cliff();
    for (std::size_t i = 0; i < p.x.size(); ++i) {
      if (std::isfinite(p.g[i])) continue;
      options_.bounds.lower[i] = options_.bounds.upper[i] = p.x[i];
      p.g[i] = 0;
      story_.held += cat(story_.held.empty() ? "" : ", ", variable_name(options_, i));
    }
    evaluate_.forget_cliff();
    return p;
  }

  /// A run that cannot be anywhere but near such a point goes on from it with the other variables.
  bool go_on_from_cliff(double value) {
    const Point& cliff = evaluate_.cliff();
    if (cliff.x.empty() || (!constrained() && !(cliff.f <= value))) return false;
    ++result_.iterations;
    run_ = method_->start(hold(), options_);
    return true;
  }

  /// A start on a bound from which f falls inwards with an infinite slope is moved off it.
  void step_inside(Point& start) {
    const Bounds& box = options_.bounds;
    if (box.empty() || !std::isfinite(start.f)) return;
    Point moved;
    moved.x = start.x;
    for (std::size_t i = 0; i < start.x.size(); ++i) {
      const bool rises = start.g[i] == -HUGE_VAL && start.x[i] <= box.lower[i],
                 sinks = start.g[i] == HUGE_VAL && start.x[i] >= box.upper[i];
      if (!rises && !sinks) continue;
      const double width = box.upper[i] - box.lower[i];
      const double way = inside_share * (std::isfinite(width) ? width : start.x[i] != 0 ? std::abs(start.x[i]) : 1);
      moved.x[i] += rises ? way : -way;
    }
    if (moved.x == start.x) return;
    evaluate_(moved);
    if (!finite(moved)) return;
    start = std::move(moved);
    story_.inside = true;
  }

  /// The point that a run would end at.
  const Point& candidate() const { return traits_.monotone || traits_.models ? run_->at() : best_; }

  /// A gradient of exactly 0: however often the run was sent on before, there is nowhere to go from here.
  bool at_rest() const {
    const Point& at = candidate();
    return !constrained() && gradient_norm(at.x, at.g, options_.bounds) == 0;
  }

  /// The fall of f that the method's model expects from its next step.
  double promise() {
    const Proposal p = traits_.models ? run_->propose(evaluate_) : Proposal{};
    return p.empty() ? HUGE_VAL : p.promise();
  }

  bool nominated() {
    if (constrained() || !options_.tested() || !(convergence_.patient() || at_rest())) return false;
    return convergence_.nominates(candidate(), traits_.models ? run_->propose(evaluate_) : Proposal{});
  }

  /// A method that can do no more may stand at a solution.
  bool may_be_solution(Status status) const {
    if (!options_.scale_free() || !options_.check_curvature) return false;
    if (constrained()) return succeeds(status) && convergence_.patient() && feasible(run_->at().x);
    return status == Status::converged || status == Status::converged_at_precision ||
           status == Status::line_search_failed;
  }

  /// Looks at the curvature where the run stands. The end, or `running` when it goes on, from elsewhere perhaps.
  Status certify(bool stalled) {
    // Sent on again and again, and stuck at last: nothing speaks for a solution.
    if (!convergence_.patient() && !at_rest()) return Status::line_search_failed;
    certificate::Finding found = constrained() ? convergence_.ask(evaluate_, candidate(), run_->multipliers())
                                               : convergence_.ask(evaluate_, candidate(), stalled, promise());
    const bool ends = succeeds(found.status);
    moved_ = found.to.has_value();
    if (!ends && !moved_ && go_on_from_cliff(candidate().f)) {
      moved_ = true;
      return arrive(true);
    }
    result_.certificate = ends ? found.certificate : Certificate{};
    story_.decrement = found.decrement;
    if (found.status != Status::running) story_.why = std::move(found.why);
    if (found.to) {
      if (constrained()) feasible_ = *found.to;
      if (found.metric)
        run_ = certificate::run_in_metric(*method_, std::move(*found.metric), std::move(*found.to), options_);
      else
        run_->move_to(evaluate_, std::move(*found.to));
      ++result_.iterations;
      if (const Status status = arrive(true); status != Status::running) return status;
      if (!ends) return Status::running;
    }
    return found.status;
  }

  /// The tests between two iterations; `running` when none holds.
  Status test() const {
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

  bool constrained() const { return !options_.constraints.empty(); }

  bool feasible(std::span<const double> x) const {
    if (!constrained()) return true;
    constrained::Values values;
    return constrained::evaluate(options_.constraints, x, values) &&
           constrained::violation(options_.constraints, values.c) <= constrained::allowed_violation(x);
  }

  /// The constraints are measured once more at the end, at the very point that is returned.
  void measure_constraints(const Point& at) {
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

  /// Many variables change in a step to where f is no number. Which of them does it alone, from the point `good`?
  std::string culprit(std::span<const double> good) {
    const std::vector<double> hole(evaluate_.last_hole().begin(), evaluate_.last_hole().end());
    if (hole.empty()) return "";
    std::vector<std::size_t> moved;
    for (std::size_t i = 0; i < hole.size(); ++i)
      if (std::isfinite(hole[i]) && hole[i] != good[i]) moved.push_back(i);
    std::stable_sort(moved.begin(), moved.end(), [&](std::size_t a, std::size_t b) {
      return std::abs(hole[a] - good[a]) > std::abs(hole[b] - good[b]);
    });
    if (moved.size() < 2) return "";
    std::vector<double> x(good.begin(), good.end()), gradient(x.size());
    for (const std::size_t i : std::span(moved).first(std::min(moved.size(), most_suspects))) {
      x[i] = hole[i];
      const double value = evaluate_.check(x, gradient);
      if (!std::isfinite(value))
        return cat("; f becomes ", brief(value), " when ", variable_name(options_, i), " alone goes from ",
                   brief(good[i], 17), " to ", brief(hole[i], 17));
      x[i] = good[i];
    }
    return "";
  }

  Status lost(const Point& at) {
    story_.why = name_non_finite(at, options_, result_.iterations) + culprit(best_.x);
    const double scale = std::max(1.0, std::abs(story_.start_value));
    // Values that had grown far beyond the start before they overflowed diverged; a NaN out of calm is another thing.
    return std::isfinite(last_value_) && last_value_ > best_.f + lost_factor * scale ? Status::diverged
                                                                                     : Status::not_finite;
  }

  /// Whether `at` takes the place of the best point: it is lower, or, where f differs by no more than rounding,
  /// flatter.
  bool better(const Point& at) {
    if (traits_.monotone) return at.f < best_.f;
    const double rounding = 4 * std::numeric_limits<double>::epsilon() * std::max(1.0, std::abs(at.f));
    const bool level = std::abs(at.f - lowest_) <= rounding;
    const bool lower = at.f < lowest_;
    lowest_ = std::min(lowest_, at.f);  // kept apart from best_.f, which could creep up by one rounding at a time
    if (!level) return lower;
    return gradient_norm(at.x, at.g, options_.bounds) < gradient_norm(best_.x, best_.g, options_.bounds);
  }

  void remember(const Point& at) {
    story_.best_iteration = result_.iterations;
    if (traits_.monotone)
      best_.f = at.f;  // the current point is the best one: no copy
    else
      best_ = at;
  }

  bool report(std::int64_t iteration) {
    const Point& at = run_->at();
    last_value_ = at.f;
    if (!options_.on_iteration) return false;
    const double sign = evaluate_.sign();
    std::vector<double> gradient;
    if (options_.maximize) {
      gradient = at.g;
      for (double& g : gradient) g = -g;
    }
    return options_.on_iteration(Iteration{iteration, at.x, sign * at.f, options_.maximize ? gradient : at.g,
                                           gradient_norm(at.x, at.g, options_.bounds), evaluate_.evaluations(),
                                           [this] { return run_->observe(); }, [this] { return run_->save(); }});
  }

  Result finish(Status status) {
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
    result_.message = verdict(result_, options_, story_);
    return std::move(result_);
  }

  Options options_;
  const Method& method_;
  MethodTraits traits_;
  Evaluator evaluate_;
  certificate::Convergence convergence_;
  std::unique_ptr<Run> run_;
  Result result_;
  RunStory story_;
  Point best_, last_;
  bool moved_ = false;  ///< the last certificate sent the run elsewhere
  Point feasible_;      ///< the last point that the certificate sent a run under constraints to
  double lowest_ = 0;
  double last_value_ = std::numeric_limits<double>::quiet_NaN();
  std::int64_t limit_ = 0;
};

}  // namespace

Result minimize(const Function& f, std::vector<double> x0, const Method& method, const Options& options) {
  return Loop(f, method, options).run(std::move(x0));
}

}  // namespace talweg
