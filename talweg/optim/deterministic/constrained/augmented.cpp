#include "talweg/optim/deterministic/constrained/augmented.hpp"

#include <algorithm>
#include <limits>

namespace talweg::constrained {

using State = AugmentedLagrangian::State;

double next_multiplier(const State& s, const Constraint& constraint, double c, std::size_t i) {
  const double next = s.multipliers[i] - s.rho * s.scales[i] * s.scales[i] * c;
  return constraint.kind == Constraint::Kind::equality ? next : std::max(0.0, next);
}

double augment(const State& s, std::span<const Constraint> constraints, const Point& p, const Values& values,
               std::span<double> weights, std::span<double> gradient) {
  double value = p.f;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const double rho = s.rho * s.scales[i] * s.scales[i];
    weights[i] = next_multiplier(s, constraints[i], values.c[i], i);
    value += (weights[i] - s.multipliers[i]) * (weights[i] + s.multipliers[i]) / (2 * rho);
  }
  lagrangian_gradient(p.g, values, weights, gradient);
  return value;
}

double AugmentedFunction::operator()(std::span<const double> x, std::span<double> gradient) {
  if (!any_ || latest_value_ < lowest_value_) {
    std::swap(room_.latest, room_.lowest);
    lowest_value_ = any_ ? latest_value_ : HUGE_VAL;
  }
  any_ = true;
  Point& p = room_.latest.point;
  p.x.assign(x.begin(), x.end());
  f_(p);
  latest_value_ = HUGE_VAL;
  if (!finite(p)) {
    std::copy(p.g.begin(), p.g.end(), gradient.begin());
    return p.f;
  }
  if (!evaluate(constraints_, x, room_.latest.values)) {
    defect_ = name_non_finite(f_.options(), room_.latest.values);
    std::fill(gradient.begin(), gradient.end(), 0.0);
    return std::numeric_limits<double>::quiet_NaN();
  }
  return latest_value_ = augment(s_, constraints_, p, room_.latest.values, room_.weights, gradient);
}

void AugmentedFunction::settle(std::span<const double> x, Point& at, Values& values) {
  for (State::Record* r : {&room_.latest, &room_.lowest})
    if (std::equal(x.begin(), x.end(), r->point.x.begin(), r->point.x.end())) {
      std::swap(at, r->point);
      std::swap(values, r->values);
      return;
    }
}

}  // namespace talweg::constrained
