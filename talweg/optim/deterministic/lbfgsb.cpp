#include "talweg/optim/deterministic/lbfgsb.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/box/search.hpp"
#include "talweg/optim/deterministic/vectors.hpp"
#include "talweg/optim/state_bytes.hpp"

namespace talweg {

namespace {

/// 1/θ as a multiple of s'y/y'y of the newest pair, which is the smallest curvature of f along y: B0 is an average.
constexpr double scale_factor = 1.2;

bool is_finite_box(const Bounds& bounds) {
  const auto finite = [](double v) { return std::isfinite(v); };
  return !bounds.empty() && std::all_of(bounds.lower.begin(), bounds.lower.end(), finite) &&
         std::all_of(bounds.upper.begin(), bounds.upper.end(), finite);
}

/// How much y falls short of the curvature that the two values of f show (Biggs 1973), within [½, 2]; 1 where the
/// values are too close to tell.
double curvature_share(const Point& old, const Point& now, double sy, double sg) {
  const double fall = old.f - now.f;
  if (std::abs(fall) < 1e-9 * std::abs(now.f)) return 1;
  return std::clamp(6 * (fall + sg) / sy - 2, 0.5, 2.0);
}

/// Below this f counts as unbounded.
double floor_of(const Descent& p) { return -1e20 * std::max(1.0, std::abs(p.start_value)); }

void forget(Lbfgsb::State& s, const Bounds& bounds) {
  s.pairs.forget();
  s.pairs.look(s.path.at, bounds);
  s.pairs.theta = 1;
}

/// One search along s.path.direction. On success s.path.old is the point before.
SearchResult walk_in_box(const Lbfgsb& m, Evaluator& f, Descent& p, double slope, double first) {
  Ray ray(f, p.at, p.direction, slope, floor_of(p), p.old, p.spare);
  const auto take = [&](const Trial& t) {
    if (t.step > 0) {
      ray.accept(t, p.at);
      if (!ray.old_in_latest()) std::swap(p.old, p.spare);
    }
    p.step_length = t.step;
    p.trials += ray.trials();
    p.defect = ray.defect();
  };
  try {
    const double longest = box::longest_step(p.at, p.direction, f.bounds());
    const SearchResult r = box::search({m.decrease, m.curvature}, ray, first, longest);
    take(r.trial);
    return r;
  } catch (const BudgetSpent&) {
    take(ray.lowest());
    throw;
  }
}

void learn(Lbfgsb::State& s, const Bounds& bounds, double step, double slope_before, double slope_after) {
  const Point &now = s.path.at, &old = s.path.old;
  const double sy = step * (slope_after - slope_before);
  if (!(sy > std::numeric_limits<double>::epsilon() * step * -slope_before)) return s.pairs.look(now, bounds);
  const double yy = s.pairs.push(now, old, curvature_share(old, now, sy, step * slope_after), bounds);
  s.pairs.theta = yy / (scale_factor * sy);
}

}  // namespace

Lbfgsb::State Lbfgsb::start(Point at, const Bounds& bounds) const {
  State s{Descent(std::move(at)), {}, {}, is_finite_box(bounds)};
  s.pairs.start(s.path.at.x.size(), static_cast<std::size_t>(memory));
  s.scratch.start(s.pairs);
  forget(s, bounds);
  return s;
}

StepReport Lbfgsb::step(Evaluator& f, State& s) const {
  Descent& p = s.path;
  p.trials = 0;
  double expected = 0;
  for (;;) {
    const bool steepest = s.pairs.count == 0;
    const double slope = box::find_direction(s.pairs, p.at, f.bounds(), s.scratch, p.direction);
    if (slope < 0 && std::isfinite(slope)) {
      expected = std::max(expected, steepest ? 0 : -slope / 2);
      // A box has a scale of its own; without one the gradient's must do.
      const bool across = s.finite_box && p.iteration == 0;
      const double first = steepest && !across ? std::min(1.0, 1 / vectors::norm(p.direction)) : 1;
      const SearchResult r = walk_in_box(*this, f, p, slope, first);
      if (r.outcome == SearchOutcome::unbounded)
        return {Status::diverged, "f falls without bound along the last direction"};
      if (r.outcome != SearchOutcome::failed) {
        ++p.iteration;
        learn(s, f.bounds(), r.trial.step, slope, r.trial.slope);
        return settle(p, f, steepest ? HUGE_VAL : -slope / 2);
      }
    } else if (steepest) {
      return s.pairs.gg == 0 && p.trials == 0 ? StepReport{} : give_up(p, expected);
    }
    if (steepest) return give_up(p, expected > 0 ? expected : HUGE_VAL);
    forget(s, f.bounds());
    ++p.fallbacks;
  }
}

namespace {

class LbfgsbRun final : public Run {
 public:
  LbfgsbRun(const Lbfgsb& method, Point start, const Options& options)
      : method_(method), bounds_(options.bounds), state_(method.start(std::move(start), options.bounds)) {}
  const Point& at() const override { return state_.path.at; }
  StepReport step(Evaluator& f) override { return method_.step(f, state_); }

  Observations observe() const override {
    const Descent& p = state_.path;
    return {{"step_length", {p.step_length}},
            {"trials", {static_cast<double>(p.trials)}},
            {"active_bounds", {static_cast<double>(active())}}};
  }
  Observations details() const override {
    return {{"active_bounds", {static_cast<double>(active())}},
            {"restarts", {static_cast<double>(state_.path.fallbacks)}}};
  }

  std::vector<std::byte> save() const override {
    StateWriter out;
    const Descent& p = state_.path;
    for (const auto* v : {&p.at.x, &p.at.g}) out.vector(std::span<const double>(*v));
    for (const double v : {p.at.f, p.start_value, p.step_length, p.calm_norm}) out.number(v);
    for (const std::int64_t v : {p.iteration, std::int64_t{p.trials}, p.calm_steps, p.fallbacks}) out.number(v);
    state_.pairs.save(out);
    return out.take();
  }
  void load(std::span<const std::byte> bytes) override {
    StateReader in(bytes);
    Descent& p = state_.path;
    for (auto* v : {&p.at.x, &p.at.g}) *v = in.vector<double>();
    for (double* v : {&p.at.f, &p.start_value, &p.step_length, &p.calm_norm}) *v = in.number<double>();
    p.iteration = in.number<std::int64_t>();
    p.trials = static_cast<int>(in.number<std::int64_t>());
    for (std::int64_t* v : {&p.calm_steps, &p.fallbacks}) *v = in.number<std::int64_t>();
    state_.pairs.load(in);
    in.finish();
  }

 private:
  std::size_t active() const {
    const auto& x = state_.path.at.x;
    std::size_t count = 0;
    for (std::size_t i = 0; i < bounds_.lower.size(); ++i)
      count += x[i] <= bounds_.lower[i] || x[i] >= bounds_.upper[i];
    return count;
  }

  Lbfgsb method_;
  Bounds bounds_;
  Lbfgsb::State state_;
};

class LbfgsbMethod final : public MethodBase {
 public:
  explicit LbfgsbMethod(const Lbfgsb& method) : method_(method) { check_parameters(method); }
  MethodTraits traits() const override {
    return {.spec = full_spec(method_), .default_iterations = 10000, .monotone = true};
  }
  std::unique_ptr<Run> start(Point start, const Options& options) const override {
    return std::make_unique<LbfgsbRun>(method_, std::move(start), options);
  }

 private:
  Lbfgsb method_;
};

}  // namespace

std::shared_ptr<const MethodBase> make_method(const Lbfgsb& settings) {
  return std::make_shared<LbfgsbMethod>(settings);
}

}  // namespace talweg
