#include "talweg/optim/deterministic/constrained/escape.hpp"

#include <cmath>

#include "talweg/base/random.hpp"
#include "talweg/optim/deterministic/constrained/values.hpp"
#include "talweg/optim/deterministic/vectors.hpp"

namespace talweg::constrained {

namespace {

constexpr std::size_t most_directions = 100, random_directions = 20;
constexpr double visible_fall = 1e-9;  ///< as a share of the misses

/// Σ miss_i; NaN where a constraint is.
double misses(const Options& o, std::span<const double> x, Values& values) {
  if (!evaluate(o.constraints, x, values)) return std::nan("");
  double sum = 0;
  for (std::size_t i = 0; i < o.constraints.size(); ++i) sum += miss(o.constraints[i], values.c[i]);
  return sum;
}

}  // namespace

std::vector<double> less_violated(const Evaluator& f, std::span<const double> x) {
  const Options& options = f.options();
  const std::size_t n = x.size();
  const double largest = vectors::max_norm(x);
  Values values;
  const double here = misses(options, x, values);
  double least = (1 - visible_fall) * here;
  std::vector<double> best, trial(n), direction(n), unit(n);
  for (std::size_t i = 0; i < n; ++i) unit[i] = x[i] != 0 ? std::abs(x[i]) : largest > 0 ? largest : 1;
  const auto misses_along = [&](double length) {
    for (std::size_t i = 0; i < n; ++i) trial[i] = x[i] + length * direction[i] * unit[i];
    if (!options.bounds.empty()) options.bounds.project(trial);
    const double sum = misses(options, trial, values);
    if (sum < least) least = sum, best = trial;
    return sum;
  };
  Random random(1847);
  const std::size_t axes = n <= most_directions - random_directions ? n : 0;
  const std::size_t count = axes > 0 ? n + random_directions : most_directions;
  for (std::size_t k = 0; k < count; ++k) {
    f.ensure(0);
    for (std::size_t i = 0; i < n; ++i) direction[i] = k < axes ? i == k : random.uniform(-1, 1);
    for (const double length : {1e-4, -1e-4, 1e-2, -1e-2, 1.0, -1.0}) {
      const double fall = here - misses_along(length);
      if (fall > visible_fall * here) misses_along(length * std::sqrt(here / fall));
    }
  }
  return best;
}

}  // namespace talweg::constrained
