#include "talweg/problems/problem.hpp"

#include <algorithm>
#include <cmath>

#include "talweg/base/random.hpp"

namespace talweg::problems {

std::vector<double> jittered_start(const Problem& problem, std::uint64_t seed, double amount) {
  Random random(seed);
  std::vector<double> x = problem.start;
  problem.bounds.project(x);
  for (double& value : x) value += amount * random.uniform(-1, 1) * (value == 0 ? 1 : std::abs(value));
  problem.bounds.project(x);
  return x;
}

bool reaches_optimum(const Problem& problem, double value, double tolerance) {
  return std::any_of(problem.optima.begin(), problem.optima.end(), [&](double optimum) {
    return std::abs(value - optimum) <= tolerance * std::max(1.0, std::abs(optimum));
  });
}

double violation(const Problem& problem, std::span<const double> x) {
  double worst = 0;
  std::vector<double> row(x.size());
  for (const Constraint& constraint : problem.constraints) {
    const double c = constraint.function(x, row);
    const double amount = constraint.kind == Constraint::Kind::equality ? std::abs(c) : -c;
    if (!(amount <= worst)) worst = amount;
    if (std::isnan(worst)) return worst;
  }
  if (problem.bounds.empty()) return worst;
  for (std::size_t i = 0; i < x.size(); ++i)
    worst = std::max({worst, problem.bounds.lower[i] - x[i], x[i] - problem.bounds.upper[i]});
  return worst;
}

}  // namespace talweg::problems
