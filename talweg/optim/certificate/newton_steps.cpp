#include "talweg/optim/certificate/newton_steps.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/optim/deterministic/descent.hpp"

namespace talweg::certificate {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double settled = 1e-6;  ///< what N must shrink to in all
constexpr int most_steps = 6;
/// Newton steps within this share of x change no curvature. Behind longer ones a look in a distance of `probe` must
/// show the share `held` of it.
constexpr double near = 1e-4, probe = 1e-6, held = 0.8;
constexpr double roundings = 100;  ///< N within so many of them is all rounding
constexpr int most_halvings = 20;

}  // namespace

void NewtonSteps::make(const Hessian& h, double noise, double nothing) {
  h_ = &h;
  precision_.noise = noise;
  best = from_;
  fell = false;
  contracts_ = true;
  decrement = first_decrement = h_->decrement(precision_.movable(best));
  newton_.resize(best.x.size());
  Point next;
  for (int step = 0; step < most_steps && decrement > 0; ++step) {
    h_->newton(precision_.movable(best), newton_);
    if (step == 0) first_step = newton_;
    next.x = best.x;
    for (std::size_t i = 0; i < best.x.size(); ++i) next.x[i] += newton_[i];
    f_.bounds().project(next.x);
    if (next.x == best.x) break;
    f_.look(next);
    contracts_ = false;
    if (!finite(next) || (precision_.rises(best, next) && next.f - from_.f > nothing)) break;
    const double now = h_->decrement(precision_.movable(next));
    fell = fell || precision_.falls(from_, next, first_decrement);
    contracts_ = now <= contraction * decrement;
    if (!(now < decrement) && !fell_visibly(best.f, next.f)) break;
    best = next;
    decrement = now;
    if (!contracts_) break;
  }
}

bool NewtonSteps::shrank() const { return first_decrement > 0 && decrement <= settled * first_decrement; }

bool NewtonSteps::contracted() {
  const double hidden = hidden_by_x();
  const double rounding = std::max(precision_.told(best), hidden);
  const bool little = decrement <= std::max(settled * first_decrement, precision_.rounding(best));
  if (little && !holds_there()) return false;
  if (decrement <= hidden) return true;
  return decrement <= settled * first_decrement && (contracts_ || decrement <= roundings * rounding);
}

/// Whether the curvature measured at the start of the Newton steps is that at their end, along what would be the
/// next. Far from the floor of a valley every direction may be stiff that is soft on it.
bool NewtonSteps::holds_there() {
  if (decrement == 0 || first_step.empty() || !far(first_step)) return true;
  const std::vector<double> g = precision_.movable(best);
  h_->newton(g, newton_);
  double share = HUGE_VAL;
  for (std::size_t i = 0; i < best.x.size(); ++i)
    if (newton_[i] != 0) share = std::min(share, size(i) / std::abs(newton_[i]));
  Point beside;
  beside.x = best.x;
  for (std::size_t i = 0; i < best.x.size(); ++i) beside.x[i] += probe * share * newton_[i];
  f_.bounds().project(beside.x);
  f_.look(beside);
  if (!finite(beside)) return false;
  double bend = 0, slope = 0;
  for (std::size_t i = 0; i < best.x.size(); ++i) {
    bend += newton_[i] * (beside.g[i] - best.g[i]);
    slope += newton_[i] * (best.x[i] == beside.x[i] ? 0 : g[i]);
  }
  bend /= probe * share;
  if (bend >= held * -slope) return true;
  decrement = bend > 0 ? slope * slope / (2 * bend) : first_decrement;
  return contracts_ = false;
}

double NewtonSteps::size(std::size_t i) const {
  const double own = std::max(std::abs(best.x[i]), std::abs(first_step[i]));
  return own > 0 ? own : lengths_[i];
}

bool NewtonSteps::far(std::span<const double> d) const {
  for (std::size_t i = 0; i < best.x.size(); ++i)
    if (std::abs(d[i]) > near * std::abs(best.x[i])) return true;
  return false;
}

/// The decrement that the rounding of x leaves.
double NewtonSteps::hidden_by_x() const {
  double sum = 0;
  for (std::size_t i = 0; i < h_->size(); ++i)
    for (std::size_t j = 0; j < h_->size(); ++j)
      sum += std::abs(h_->h[i * h_->size() + j]) * (epsilon * std::abs(best.x[h_->free[i]])) *
             (epsilon * std::abs(best.x[h_->free[j]]));
  return sum;
}

void NewtonSteps::backtrack() {
  Point next;
  double share = 0.5;
  for (int k = 0; k < most_halvings; ++k, share /= 2) {
    next.x = from_.x;
    for (std::size_t i = 0; i < best.x.size(); ++i) next.x[i] += share * first_step[i];
    f_.bounds().project(next.x);
    if (next.x == from_.x) return;
    f_.look_at_value(next);
    if (!std::isfinite(next.f) || !fell_visibly(from_.f, next.f)) continue;
    f_.look_again(next);
    if (!finite(next)) continue;
    best = next;
    return;
  }
}

}  // namespace talweg::certificate
