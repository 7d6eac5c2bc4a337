#include "talweg/optim/cliff.hpp"

#include <cmath>
#include <utility>

#include "talweg/base/text.hpp"
#include "talweg/optim/verdict.hpp"

namespace talweg {

namespace {

/// How far a start is moved off a bound, of the width of its box.
constexpr double inside_share = 1e-3;

}  // namespace

bool step_inside(Evaluator& f, Point& start) {
  const Bounds& box = f.bounds();
  if (box.empty() || !std::isfinite(start.f)) return false;
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
  if (moved.x == start.x) return false;
  f(moved);
  if (!finite(moved)) return false;
  start = std::move(moved);
  return true;
}

Point hold_at_cliff(Evaluator& f, Options& options, std::string& held) {
  Point p = f.cliff();
  for (std::size_t i = 0; i < p.x.size(); ++i) {
    if (std::isfinite(p.g[i])) continue;
    options.bounds.lower[i] = options.bounds.upper[i] = p.x[i];
    p.g[i] = 0;
    held += text::cat(held.empty() ? "" : ", ", variable_name(options, i));
  }
  f.forget_cliff();
  return p;
}

}  // namespace talweg
