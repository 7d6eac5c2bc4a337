// Evaluations of the bounded and constrained methods on the scored problems, and of L-BFGS-B the cost beyond the
// function at n = 1e6. Counts are the same on every machine but for rounding in the library's sin and log.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <vector>

#include "talweg/optim/deterministic/auglag.hpp"
#include "talweg/optim/deterministic/lbfgsb.hpp"
#include "talweg/optim/deterministic/sqp.hpp"
#include "talweg/optim/minimize.hpp"
#include "talweg/problems/catalog.hpp"

namespace {

using namespace talweg;

/// Evaluations until the first point with violation and error within 1e-6 (0: never), and until the run returned.
struct Score {
  int first = 0, total = 0;
  bool good = false;
};

Score run(const problems::Problem& p, const Method& method, double tolerance) {
  Score s;
  const auto f = [&](std::span<const double> x, std::span<double> g) {
    const double value = p.function(x, g);
    ++s.total;
    if (s.first == 0 && problems::violation(p, x) <= 1e-6 && problems::reaches_optimum(p, value, 1e-6))
      s.first = s.total;
    return value;
  };
  const Result r = minimize(f, p.start, method,
                            {.max_evaluations = 5000,
                             .gradient_tolerance = tolerance,
                             .bounds = p.bounds,
                             .constraints = p.constraints,
                             .check_gradient = false});
  s.good = r.success() && problems::reaches_optimum(p, r.value);
  return s;
}

void table(const char* title, std::span<const problems::Problem> set, const Method& method, double tolerance) {
  std::printf("\n%s\n%-24s %6s %6s\n", title, "problem", "first", "return");
  double first = 0, total = 0;
  int solved = 0;
  for (const auto& p : set) {
    const Score s = run(p, method, tolerance);
    std::printf("%-24s %6d %6d%s\n", p.name.c_str(), s.first, s.total, s.good ? "" : "  not solved");
    solved += s.good;
    first += std::log(s.first > 0 ? s.first : s.total);
    total += std::log(s.total);
  }
  const double n = static_cast<double>(set.size());
  std::printf("solved %d of %zu, geometric means %.2f and %.2f\n", solved, set.size(), std::exp(first / n),
              std::exp(total / n));
}

double now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// A bowl whose minimum is cut off by the box for about a third of the variables, or for none.
void overhead(std::size_t n, double upper) {
  double inside = 0, inside_before = 0, before = 0;
  const Function f = [&](std::span<const double> x, std::span<double> g) {
    const double start = now();
    double value = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double weight = 1 + static_cast<double>(i % 100), t = x[i] - static_cast<double>(i % 7) / 7;
      g[i] = weight * t;
      value += 0.5 * weight * t * t;
    }
    inside += now() - start;
    return value;
  };
  std::vector<double> times;
  Options o{.max_iterations = 30, .gradient_tolerance = 0, .check_gradient = false};
  o.bounds = {std::vector<double>(n, -10.0), std::vector<double>(n, upper)};
  o.on_iteration = [&](const Iteration& i) {
    const double here = now();
    if (i.iteration > 12) times.push_back((here - before - (inside - inside_before)) / static_cast<double>(n) * 1e9);
    before = now();
    inside_before = inside;
  };
  minimize(f, std::vector<double>(n, 0.5), Lbfgsb{}, o);
  std::sort(times.begin(), times.end());
  std::printf("lbfgsb, n = %zu, upper bound %g: %.1f ns per variable and iteration (median of %zu)\n", n, upper,
              times.empty() ? 0.0 : times[times.size() / 2], times.size());
}

}  // namespace

int main() {
  table("lbfgsb, until the projected gradient is within 1e-6 max(1, |f|)", problems::bounded(), Lbfgsb{}, 1e-6);
  table("sqp at its defaults", problems::constrained(), Sqp{}, 1e-8);
  table("auglag at its defaults", problems::constrained(), AugmentedLagrangian{}, 1e-8);
  std::puts("");
  overhead(1'000'000, 10);
  overhead(1'000'000, 0.5);
}
