#include "talweg/optim/deterministic/gradient_descent.hpp"

#include <algorithm>

#include "talweg/optim/deterministic/method_of.hpp"

namespace talweg {

namespace {

/// The minimiser of the parabola along the last step: what the last step should have been is tried next.
double next_step(const Descent& p) {
  const double share = p.start_slope / (p.start_slope - p.end_slope);
  return p.step_length * (p.end_slope > p.start_slope ? std::clamp(share, 0.1, 10.0) : 10.0);
}

}  // namespace

StepReport GradientDescent::step(Evaluator& f, State& s) const {
  Descent& p = s.path;
  const double guess = p.step_length > 0 ? next_step(p) : 0;
  const double unit = p.unit;
  Aim aim = steepest_descent(p);
  if (guess > 0) aim.first = guess * (unit / p.unit), aim.modelled = true;
  return travel(p, f, {.kind = line_search, .settings = {decrease, curvature}, .linear = true}, aim);
}

std::shared_ptr<const MethodBase> make_method(const GradientDescent& method) { return method_of(method); }

}  // namespace talweg
