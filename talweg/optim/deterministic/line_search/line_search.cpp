#include "talweg/optim/deterministic/line_search/line_search.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace talweg {

namespace {

/// Values that differ by less than this share may satisfy the test of the slopes instead; by less than `rounding`, they
/// must: equal values have fallen by nothing.
constexpr double value_noise = 1e-10;
constexpr double rounding = 4 * std::numeric_limits<double>::epsilon();

}  // namespace

SearchResult search(LineSearch kind, const SearchSettings& settings, Ray& ray, double first) {
  assert(ray.origin().slope < 0 && first > 0);
  switch (kind) {
    case LineSearch::weak_wolfe:
      return search_weak_wolfe(settings, ray, first);
    case LineSearch::wolfe:
      return search_more_thuente(settings, ray, first);
    case LineSearch::hager_zhang:
      return search_hager_zhang(settings, ray, first);
    case LineSearch::armijo:
      return search_armijo(settings, ray, first);
  }
  return fall_back(ray);
}

bool decreases(const Trial& t, const Trial& origin, double decrease) {
  const double change = std::abs(t.value - origin.value);
  if (change <= value_noise * std::abs(origin.value) && t.slope <= (2 * decrease - 1) * origin.slope) return true;
  if (change <= rounding * std::abs(origin.value)) return false;
  return t.value <= origin.value + decrease * t.step * origin.slope;
}

bool may_decrease(const Trial& t, const Trial& origin, double decrease) {
  return std::abs(t.value - origin.value) <= value_noise * std::abs(origin.value) || decreases(t, origin, decrease);
}

double cubic_minimiser(const Trial& a, const Trial& b) {
  const double width = b.step - a.step;
  const double theta = 3 * (a.value - b.value) / width + a.slope + b.slope;
  const double scale = std::max({std::abs(theta), std::abs(a.slope), std::abs(b.slope)});
  const double under = (theta / scale) * (theta / scale) - (a.slope / scale) * (b.slope / scale);
  if (!(under >= 0)) return std::numeric_limits<double>::quiet_NaN();
  // The root with the positive second derivative, seen from a; the sign follows the direction from a to b.
  const double gamma = std::copysign(scale * std::sqrt(under), width);
  const double share = (gamma - a.slope + theta) / (gamma - a.slope + gamma + b.slope);
  return a.step + share * width;
}

SearchResult fall_back(const Ray& ray) {
  if (ray.unbounded()) return {SearchOutcome::unbounded, ray.lowest()};
  const bool lower = ray.lowest().value < ray.origin().value;
  return {lower ? SearchOutcome::improved : SearchOutcome::failed, ray.lowest()};
}

}  // namespace talweg
