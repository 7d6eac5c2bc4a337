#include "talweg/optim/deterministic/lbfgs.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/error.hpp"
#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg {

Lbfgs::State Lbfgs::start(Point at) const {
  const std::size_t n = at.x.size();
  const std::size_t pairs = memory > 0 ? memory : n <= 50 ? 40 : 10;
  return State{Descent(std::move(at)), History(n, pairs)};
}

namespace {
double initial_scale(const Lbfgs& m, const History& h) {
  double largest = 0;
  for (std::size_t age = 0; age < std::min<std::size_t>(m.tuning.h0_window, h.size); ++age)
    largest = std::max(largest, h.scale(age));
  return m.tuning.h0_factor * largest;
}
}  // namespace

StepReport Lbfgs::step(Evaluator& f, State& s) const {
  Descent& p = s.path;
  p.trials = 0;
  double slope = 0, first = 1;
  bool steepest = s.pairs.size == 0;
  if (!steepest) {
    slope = s.pairs.direction(initial_scale(*this, s.pairs), p.at.g, p.direction);
    steepest = !(slope < 0 && std::isfinite(slope));
  }
  double expected = steepest ? HUGE_VAL : -slope / 2;
  SearchOutcome outcome = SearchOutcome::failed;
  const SearchSettings settings{decrease, curvature};
  for (;;) {
    if (steepest) {
      s.pairs.clear();
      vectors::negate(p.at.g, p.direction);
      slope = -vectors::dot(p.at.g, p.at.g);
      if (slope == 0) return {};
      first = tuning.unit_cap ? cautious_step(p.at.g) : 1 / vectors::norm(p.at.g);
    }
    outcome = walk(p, f, line_search, settings, slope, first, tuning.guard && p.iteration == 0);
    if (outcome != SearchOutcome::failed || steepest) break;
    steepest = true;
    ++p.fallbacks;
  }
  if (outcome == SearchOutcome::unbounded)
    return {Status::diverged, text::cat("f falls without bound along the last direction")};
  if (outcome == SearchOutcome::failed) return give_up(p, expected);
  ++p.iteration;
  if (s.pairs.add(p.at, p.old) && tuning.biggs) {
    const double fall = p.old.f - p.at.f;
    if (std::abs(fall) > 1e-9 * std::abs(p.at.f)) {
      const std::size_t k = s.pairs.newest;
      const double sg = vectors::dot(s.pairs.s_at(k), p.at.g);
      s.pairs.weight[k] = std::clamp(6 * (fall + sg) / s.pairs.sy[k] - 2, 0.5, 2.0);
    }
  }
  return settle(p, f, expected);
}

namespace {

class LbfgsRun : public Run {
 public:
  LbfgsRun(const Lbfgs& m, Point start) : method_(m), state_(m.start(std::move(start))) {}
  const Point& at() const override { return state_.path.at; }
  StepReport step(Evaluator& f) override { return method_.step(f, state_); }
  Observations observe() const override { return {}; }
  std::vector<std::byte> save() const override { return {}; }
  void load(std::span<const std::byte>) override {}

 private:
  Lbfgs method_;
  Lbfgs::State state_;
};

class LbfgsMethod : public MethodBase {
 public:
  explicit LbfgsMethod(const Lbfgs& m) : method_(m) {}
  MethodTraits traits() const override { return {.spec = "lbfgs", .monotone = true, .bounds = false}; }
  std::unique_ptr<Run> start(Point start, const Options&) const override {
    return std::make_unique<LbfgsRun>(method_, std::move(start));
  }

 private:
  Lbfgs method_;
};

}  // namespace

std::shared_ptr<const MethodBase> make_method(const Lbfgs& method) { return std::make_shared<LbfgsMethod>(method); }

}  // namespace talweg
