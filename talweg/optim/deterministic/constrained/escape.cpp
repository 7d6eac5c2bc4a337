#include "talweg/optim/deterministic/constrained/escape.hpp"

#include <cmath>

#include "talweg/base/random.hpp"
#include "talweg/optim/deterministic/constrained/values.hpp"

namespace talweg::constrained {

namespace {

constexpr std::size_t most_directions = 100;
constexpr double visible_fall = 1e-9;  ///< as a share of the misses

/// Σ miss_i; NaN where a constraint is.
double misses(const Options& o, std::span<const double> x, Values& values) {
  if (!evaluate(o.constraints, x, values)) return std::nan("");
  double sum = 0;
  for (std::size_t i = 0; i < o.constraints.size(); ++i) sum += miss(o.constraints[i], values.c[i]);
  return sum;
}

}  // namespace

std::vector<double> less_violated(const Options& options, std::span<const double> x) {
  const std::size_t n = x.size();
  Values values;
  double least = (1 - visible_fall) * misses(options, x, values);
  std::vector<double> best, trial(n);
  Random random(1847);
  const auto consider = [&](auto move) {
    for (std::size_t i = 0; i < n; ++i) trial[i] = x[i] + move(i) * std::max(1.0, std::abs(x[i]));
    if (!options.bounds.empty()) options.bounds.project(trial);
    const double sum = misses(options, trial, values);
    if (!(sum < least)) return;
    least = sum;
    best = trial;
  };
  std::vector<double> direction(n);
  for (std::size_t k = 0; k < std::min(n, most_directions); ++k) {
    for (std::size_t i = 0; i < n; ++i) direction[i] = n <= most_directions ? i == k : random.uniform(-1, 1);
    for (const double length : {0.01, -0.01, 0.1, -0.1}) consider([&](std::size_t i) { return length * direction[i]; });
  }
  return best;
}

}  // namespace talweg::constrained
