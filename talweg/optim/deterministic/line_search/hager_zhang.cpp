#include <algorithm>
#include <cmath>

#include "talweg/optim/deterministic/line_search/line_search.hpp"

namespace talweg {

namespace {

constexpr double expansion = 5;     ///< rho of the paper
constexpr double bisection = 0.5;   ///< theta
constexpr double shrinkage = 0.66;  ///< gamma
constexpr double retreat = 0.25;
constexpr int patience = 12;

/// Names follow the paper: a, b are the ends of the bracket, c a trial, `limit` is phi(0) + epsilon_k.
class Search {
 public:
  Search(const SearchSettings& s, Ray& ray)
      : s_(s), ray_(ray), limit_(ray.origin().value + 1e-6 * std::abs(ray.origin().value)) {}

  SearchResult run(double first) {
    Trial c = finite_trial(first);
    if (done(c)) return result(c);
    Trial a = ray_.origin(), b = c;
    if (!bracket(a, b, c)) return ended();
    for (;;) {
      const double width = b.step - a.step;
      if (!double_secant(a, b)) return ended();
      if (b.step - a.step > shrinkage * width && !update(a, b, (a.step + b.step) / 2)) return ended();
      if (!(b.step - a.step < width)) return fall_back(ray_);
    }
  }

 private:
  bool accepts(const Trial& t) const {
    return t.slope >= s_.curvature * ray_.origin().slope && decreases(t, ray_.origin(), s_.decrease);
  }
  /// Whether the search ends at t: accepted, or nothing more can be tried.
  bool done(const Trial& t) {
    found_ = accepts(t);
    if (found_) accepted_ = t;
    return found_ || ray_.stuck() || ray_.unbounded() || ray_.trials() >= s_.max_trials || !std::isfinite(t.value);
  }
  SearchResult ended() const { return result(accepted_); }
  SearchResult result(const Trial& t) const { return found_ ? SearchResult{SearchOutcome::found, t} : fall_back(ray_); }

  /// A trial at `step`, or nearer to `safe` when f is not finite there.
  Trial finite_trial(double step, double safe = 0) {
    Trial t = ray_.at(step);
    while (!std::isfinite(t.value) && !ray_.unbounded() && !ray_.stuck() && ray_.trials() < s_.max_trials) {
      if (ray_.not_finite() > patience && ray_.lowest().value < ray_.origin().value) break;
      wall_ = step;
      step = safe + retreat * (step - safe);
      t = ray_.at(step);
    }
    return t;
  }

  /// B0 to B3: expands until [a, b] satisfies the opposite slope condition.
  bool bracket(Trial& a, Trial& b, Trial c) {
    Trial low = ray_.origin();
    for (;;) {
      if (c.slope >= 0) {
        a = low;
        b = c;
        return true;
      }
      if (c.value > limit_) {
        a = ray_.origin();
        b = c;
        return bisect(a, b);
      }
      low = c;
      const double next = expansion * c.step < wall_ ? expansion * c.step : (c.step + wall_) / 2;
      c = finite_trial(next, c.step);
      if (done(c)) return false;
    }
  }

  /// U3: halves [a, b] until b has a rising slope.
  bool bisect(Trial& a, Trial& b) {
    for (;;) {
      const double step = (1 - bisection) * a.step + bisection * b.step;
      if (step <= a.step || step >= b.step) return false;
      const Trial d = finite_trial(step, a.step);
      if (done(d)) return false;
      if (d.slope >= 0) {
        b = d;
        return true;
      }
      (d.value <= limit_ ? a : b) = d;
    }
  }

  /// U0 to U3 with a trial at `step`; false when the search has ended.
  bool update(Trial& a, Trial& b, double step) {
    if (!(step > a.step && step < b.step)) return true;
    const Trial c = finite_trial(step, a.step);
    if (ray_.stuck()) return true;  // next to a: no news
    if (done(c)) return false;
    if (c.slope >= 0) {
      b = c;
    } else if (c.value <= limit_) {
      a = c;
    } else {
      b = c;
      return bisect(a, b);
    }
    return true;
  }

  static double secant(const Trial& a, const Trial& b) {
    return (a.step * b.slope - b.step * a.slope) / (b.slope - a.slope);
  }

  /// S1 to S4.
  bool double_secant(Trial& a, Trial& b) {
    const Trial old_a = a, old_b = b;
    const double c = secant(a, b);
    if (!update(a, b, c)) return false;
    double again = HUGE_VAL;
    if (c == b.step) again = secant(old_b, b);
    if (c == a.step) again = secant(old_a, a);
    return update(a, b, again);
  }

  const SearchSettings& s_;
  Ray& ray_;
  double limit_, wall_ = HUGE_VAL;
  Trial accepted_;
  bool found_ = false;
};

}  // namespace

/// Hager & Zhang, SIAM J. Optim. 16 (2005), 170-192, section 4: the line search of CG_DESCENT.
SearchResult search_hager_zhang(const SearchSettings& s, Ray& ray, double first) { return Search(s, ray).run(first); }

}  // namespace talweg
