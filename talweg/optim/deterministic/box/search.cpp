#include "talweg/optim/deterministic/box/search.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

namespace talweg::box {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();
/// |f(a) − f(0)| within this share of |f(0)| may be rounding: there the slopes decide (Hager & Zhang 2005).
constexpr double value_noise = 1e-10;

struct Trial {
  double a = 0, f = nan, slope = nan;
};

double cubic(const Trial& a, const Trial& b) {
  const double width = b.a - a.a;
  const double theta = 3 * (a.f - b.f) / width + a.slope + b.slope;
  const double scale = std::max({std::abs(theta), std::abs(a.slope), std::abs(b.slope)});
  const double under = (theta / scale) * (theta / scale) - (a.slope / scale) * (b.slope / scale);
  if (!(under >= 0)) return nan;
  const double gamma = std::copysign(scale * std::sqrt(under), width);
  return a.a + (gamma - a.slope + theta) / (gamma - a.slope + gamma + b.slope) * width;
}

double inside(const Trial& low, const Trial& high) {
  const double width = high.a - low.a;
  double a = std::isfinite(high.f) ? cubic(low, high) : low.a + 0.25 * width;
  static const bool mt = std::getenv("MT");
  if (mt && std::isfinite(high.f) && high.f > low.f) {
    const double q = low.a + 0.5 * low.slope / ((low.f - high.f) / width + low.slope) * width;
    if (std::abs(a - low.a) >= std::abs(q - low.a)) a += 0.5 * (q - a);
    const double mg = std::getenv("MG") ? std::atof(std::getenv("MG")) : 0.1;
    if (std::isfinite(a)) return std::clamp(a, low.a + mg * width, high.a - mg * width);
  }
  if (!std::isfinite(a)) a = low.a + 0.5 * width;
  return std::clamp(a, low.a + 0.1 * width, high.a - 0.1 * width);
}

double beyond(const Trial& before, const Trial& low) {
  const double a = cubic(before, low), furthest = 10 * low.a;
  return a > low.a ? std::clamp(a, 1.5 * low.a, furthest) : furthest;
}

void place(const Point& from, std::span<const double> d, double a, const Bounds& box, Point& trial) {
  const std::size_t n = from.x.size();
  trial.x.resize(n);
  if (box.empty()) {
    for (std::size_t i = 0; i < n; ++i) trial.x[i] = from.x[i] + a * d[i];
    return;
  }
  if (a == 1) {
    for (std::size_t i = 0; i < n; ++i) {
      const double x = from.x[i], low = box.lower[i], high = box.upper[i];
      const double to = d[i] == low - x ? low : d[i] == high - x ? high : x + d[i];
      trial.x[i] = to < low ? low : to > high ? high : to;
    }
    return;
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double to = from.x[i] + a * d[i], low = box.lower[i], high = box.upper[i];
    trial.x[i] = to < low ? low : to > high ? high : to;
  }
}

}  // namespace

double longest_step(const Point& at, std::span<const double> d, const Bounds& box, double least) {
  if (box.empty()) return infinite;
  double longest = infinite;
  for (std::size_t i = 0; i < d.size(); ++i) {
    const double room = d[i] > 0 ? box.upper[i] - at.x[i] : d[i] < 0 ? box.lower[i] - at.x[i] : infinite;
    if (std::abs(room) < longest * std::abs(d[i])) longest = room / d[i];
  }
  return std::max(longest, least);
}

SearchReport search(Evaluator& f, const SearchSettings& settings, const Point& from, std::span<const double> d,
                    double slope, double first, double longest, bool guard, Point& trial, Point& best) {
  SearchReport r;
  const Trial origin{0, from.f, slope};
  Trial low = origin, before = origin, high, lowest = origin;
  bool bracketed = false, moved = true;
  const double noise = value_noise * std::abs(origin.f);
  const auto evaluate = [&](double a) {
    Trial t{a};
    place(from, d, a, f.bounds(), trial);
    moved = trial.x != from.x;
    if (!moved) return t;
    f(trial);
    ++r.trials;
    if (finite(trial)) {
      t.f = trial.f;
      double s = 0;
      for (std::size_t i = 0; i < d.size(); ++i) s += trial.g[i] * d[i];
      t.slope = s;
    } else {
      r.not_finite = true;
    }
    return t;
  };
  const auto take = [&](const Trial& t) {
    r.found = true;
    r.step = t.a;
    r.slope = t.slope;
  };
  double a = std::min(first, longest);
  while (r.trials < settings.max_trials) {
    Trial t = evaluate(a);
    if (!moved) break;
    const bool decreased = t.f <= origin.f + settings.decrease * a * slope;
    const bool approximate = std::abs(t.f - origin.f) <= noise && t.slope <= (2 * settings.decrease - 1) * slope;
    if (!(decreased || approximate)) {
      high = t;
      bracketed = true;
    } else if (t.slope < settings.curvature * slope && a < longest) {
      before = low;
      low = t;
    } else {
      // First-iteration guard: the decrease is far below what the two slopes promise; the dip lies nearer.
      while (guard && t.f < origin.f && origin.f - t.f < 0.5 * -0.5 * a * (slope + t.slope) && r.trials < settings.max_trials) {
        const double parabola = -0.5 * slope * a * a / (t.f - origin.f - slope * a);
        a = std::clamp(parabola, 0.02 * t.a, 0.5 * t.a);
        std::swap(trial, best);
        const Trial nearer = evaluate(a);
        if (!(nearer.f < t.f)) {
          std::swap(trial, best);
          break;
        }
        t = nearer;
      }
      take(t);
      return r;
    }
    if (t.f < lowest.f) {
      lowest = t;
      std::swap(trial, best);
    }
    a = bracketed ? inside(low, high) : std::min(beyond(before, low), longest);
    if (a == low.a || (bracketed && a == high.a)) break;
  }
  if (lowest.f < origin.f) {
    std::swap(trial, best);
    take(lowest);
  }
  return r;
}

}  // namespace talweg::box
