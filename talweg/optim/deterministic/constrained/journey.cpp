#include "talweg/optim/deterministic/constrained/journey.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "talweg/base/text.hpp"
#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg::constrained {

namespace {
constexpr double bottomless_factor = 1e20;
constexpr double detour_share = 1e-6;  ///< of what f went up and down on the way
constexpr double epsilon = std::numeric_limits<double>::epsilon();
}  // namespace

void Journey::start(const Point& at, std::span<const Constraint> constraints, const Values& values) {
  low = high = at.x;
  start_value = lowest = highest = at.f;
  first_fall = 0;
  misses.resize(constraints.size());
  for (std::size_t i = 0; i < misses.size(); ++i) misses[i] = miss(constraints[i], values.c[i]);
  moves = 0;
}

void Journey::visit(const Point& at) {
  for (std::size_t i = 0; i < low.size(); ++i) {
    low[i] = std::min(low[i], at.x[i]);
    high[i] = std::max(high[i], at.x[i]);
  }
  lowest = std::min(lowest, at.f);
  highest = std::max(highest, at.f);
  if (first_fall == 0 && at.f < start_value) first_fall = start_value - at.f;
  ++moves;
}

double Journey::longest_range() const {
  double longest = 0;
  for (std::size_t i = 0; i < low.size(); ++i) longest = std::max(longest, range(i));
  return longest;
}

double Journey::spread(double f, std::span<const double> prices) const {
  double sum = std::abs(start_value - f) + detour_share * (highest - lowest);
  for (std::size_t i = 0; i < misses.size(); ++i) sum += std::abs(prices[i]) * misses[i];
  return sum;
}

bool Journey::bottomless(double f) const {
  return start_value - f > bottomless_factor * std::max(std::abs(start_value), first_fall);
}

std::string without_bound(double f, const Options& options) {
  return text::cat("f ", options.maximize ? "rises" : "falls",
                   " without bound: ", text::brief(options.maximize ? -f : f));
}

bool arrived(const Journey& journey, const Remainder& left, std::span<const double> x, double spread,
             double tolerance) {
  const double small_fall = std::pow(tolerance, 1.5) * spread, small_way = std::pow(tolerance, 0.75),
               nothing = std::pow(tolerance, 2.5) * spread;
  if (!(left.fall <= small_fall && left.gap <= small_fall)) return false;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double way = std::abs(left.d[i]), force = std::abs(left.pull[i]);
    if (force * journey.range(i) > tolerance * spread) return false;
    if (way > small_way * journey.range(i) && way > 4 * epsilon * std::abs(x[i]) && !(way * force <= nothing))
      return false;
  }
  return true;
}

bool within_rounding(const Journey& journey, std::span<const double> pull, double f, double spread) {
  // Of a run that began at its end there is no spread to measure by.
  const double rounding = 4 * epsilon * std::abs(f), most = std::max(rounding, std::sqrt(rounding * spread));
  for (std::size_t i = 0; i < pull.size(); ++i)
    if (std::abs(pull[i]) * journey.range(i) > most) return false;
  return true;
}

double natural_length(const Point& at, const Values& values, std::span<const Constraint> constraints,
                      const Bounds& bounds, double share) {
  const std::size_t n = at.x.size();
  if (const double size = vectors::norm(at.x); size > 0) return share * size;
  double longest = 0;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const double norm = vectors::norm(std::span<const double>(values.rows).subspan(i * n, n));
    if (norm > 0) longest = std::max(longest, miss(constraints[i], values.c[i]) / norm);
  }
  if (longest > 0) return longest;
  double narrowest = HUGE_VAL;
  for (std::size_t i = 0; i < bounds.lower.size(); ++i)
    for (const double side : {-bounds.lower[i], bounds.upper[i]})
      if (side > 0) narrowest = std::min(narrowest, side);
  return std::isfinite(narrowest) ? share * narrowest : 1;
}

}  // namespace talweg::constrained
