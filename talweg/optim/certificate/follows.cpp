#include "talweg/optim/certificate/follows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace talweg::certificate {

namespace {

/// As shares of the length. The last is so far that coarse values of f, of a function computed in single precision, do
/// show a change there.
const double near = std::cbrt(std::numeric_limits<double>::epsilon()), beside = 5 * near, far = 100 * near;
/// Of what the slopes alone would do: a kink accounts for a third of it.
constexpr double slope_slack = 0.4, alike = 2;
/// Of the curvature: values that show more than half as much or less, or the opposite, but not another order.
constexpr double curvature_slack = 0.5, least_ratio = 0.25, most_ratio = 4;
/// The second difference of a smooth function goes with the square of the distance, that of a kink with the distance:
/// 25 and 5 times as much at 5 times the distance.
constexpr double smooth_growth = 12;

/// f at p and at both sides of it.
struct Sides {
  double off = 0;        ///< mean slope by values, less that by gradients
  double explained = 0;  ///< what of it the slopes, and what is hidden of f, explain
  double second = 0;     ///< f(x + h) + f(x − h) − 2 f
  double ratio = 1;      ///< to what the gradients say; 1 where that is about right, or tells nothing
  bool usable = false;
};

Sides look(Evaluator& f, const Point& p, std::size_t j, double h) {
  Sides s;
  Point ahead, back;
  ahead.x = back.x = p.x;
  ahead.x[j] += h;
  back.x[j] -= h;
  const Bounds& box = f.bounds();
  if (!box.empty() && (ahead.x[j] > box.upper[j] || back.x[j] < box.lower[j])) return s;
  f.look(ahead);
  f.look(back);
  if (!finite(ahead) || !finite(back)) return s;
  s.usable = true;
  const double width = ahead.x[j] - back.x[j], slopes = std::abs(ahead.g[j]) + std::abs(back.g[j]);
  const double hidden = f.options().rounding ? f.options().rounding(p.x) : 0;
  s.off = (ahead.f - back.f) / width - (ahead.g[j] + 4 * p.g[j] + back.g[j]) / 6;
  s.explained = slope_slack * slopes + hidden / width;
  s.second = ahead.f + back.f - 2 * p.f;
  const double bend = width / 4 * (ahead.g[j] - back.g[j]), ratio = s.second / bend;
  if (std::abs(s.second) > hidden && std::abs(ratio) >= least_ratio && std::abs(ratio) <= most_ratio &&
      std::abs(ratio - 1) > curvature_slack)
    s.ratio = ratio;
  return s;
}

}  // namespace

bool contradicts(Evaluator& f, const Point& p, std::size_t j, double length) {
  const auto unexplained = [](const Sides& s) { return std::abs(s.off) > s.explained; };
  const Sides one = look(f, p, j, near * length);
  if (!one.usable || (!unexplained(one) && one.ratio == 1)) return false;
  const Sides other = look(f, p, j, beside * length);
  if (!other.usable) return false;
  const double a = one.off, b = other.off;
  if (unexplained(one) && unexplained(other) && a * b > 0 && std::abs(a) < alike * std::abs(b) &&
      std::abs(b) < alike * std::abs(a)) {
    const Sides last = look(f, p, j, far * length);
    if (last.usable && std::abs(last.off - a) <= std::max(std::abs(a) / alike, last.explained)) return true;
  }
  return one.ratio != 1 && other.ratio != 1 && std::abs(one.ratio - other.ratio) < 0.2 * std::abs(one.ratio) &&
         std::abs(other.second) > smooth_growth * std::abs(one.second);
}

}  // namespace talweg::certificate
