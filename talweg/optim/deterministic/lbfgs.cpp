#include "talweg/optim/deterministic/lbfgs.hpp"

#include <cmath>

#include "talweg/optim/deterministic/method_of.hpp"

namespace talweg {

namespace {

/// For few variables a long memory is cheap: mean evaluations over the 47 MGH problems 29.9 with 10 pairs, 28.2
/// with 40.
constexpr std::size_t usual_pairs = 10, most_pairs = 40, few_variables = 50;
/// A first step whose pair had no curvature to show was too short for the scale of f.
constexpr double retry_growth = 10;

}  // namespace

Lbfgs::State Lbfgs::start(Point at) const {
  const std::size_t n = at.x.size();
  const std::size_t pairs = memory > 0           ? static_cast<std::size_t>(memory)
                            : n <= few_variables ? most_pairs
                                                 : usual_pairs;
  return {Descent(std::move(at)), History(n, pairs)};
}

const Aim& Lbfgs::aim(Evaluator&, State& s) const {
  Descent& p = s.path;
  if (p.aimed) return p.aim;
  if (p.interrupted) s.pairs.clear();
  p.interrupted = false;

  Aim& aim = p.aim = {};
  if (s.pairs.size > 0) aim.slope = s.pairs.direction(s.pairs.initial_scale(), p.at.g, p.direction);
  if (!(aim.slope < 0 && std::isfinite(aim.slope))) {
    const bool too_short = s.pairs.size == 0 && !p.fell_back && p.step_length > 0;
    s.pairs.clear();
    aim = steepest_descent(p);
    if (too_short) aim.first *= retry_growth;
  }
  p.aimed = true;
  return aim;
}

StepReport Lbfgs::step(Evaluator& f, State& s) const {
  Descent& p = s.path;
  aim(f, s);
  p.aimed = false;
  StepReport report = travel(p, f, {line_search, {decrease, curvature}}, p.aim);
  if (p.fell_back) s.pairs.clear();
  if (report.status == Status::running && p.step_length > 0 && s.pairs.add(p.at, p.old, p.unit))
    s.pairs.weigh_newest(p.at.f, p.old.f);
  return report;
}

Observations Lbfgs::observe(const State& s) const {
  Observations out = talweg::observe(s.path);
  out.push_back({"history", {static_cast<double>(s.pairs.size)}, Per::step});
  return out;
}

Observations Lbfgs::details(const State& s) const {
  return {{"restarts", {static_cast<double>(s.path.fallbacks)}, Per::step},
          {"skipped_pairs", {static_cast<double>(s.pairs.skipped)}, Per::step}};
}

std::shared_ptr<const MethodBase> make_method(const Lbfgs& method) { return method_of(method); }

}  // namespace talweg
