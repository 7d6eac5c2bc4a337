// What a method costs beyond the function, in nanoseconds per variable and iteration, beside a triad of the same run.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <vector>

#include "talweg/optim/deterministic/all.hpp"
#include "talweg/optim/minimize.hpp"

namespace {

using namespace talweg;
/// Processor time of this one-threaded program: what other programs take is not counted, what they do to memory is.
double now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// a = b + k c over vectors far larger than the caches: nanoseconds per element, best of ten. 24 bytes are named per
/// element; the store first reads the line, so that 32 travel.
double triad(std::size_t n) {
  std::vector<double> a(n, 1.0), b(n, 2.0), c(n, 3.0);
  double best = HUGE_VAL;
  for (int pass = 0; pass < 10; ++pass) {
    const double start = now();
    for (std::size_t i = 0; i < n; ++i) a[i] = b[i] + 1e-3 * pass * c[i];
    best = std::min(best, (now() - start) / static_cast<double>(n) * 1e9);
    if (a[n / 2] == -1) std::puts("");
  }
  return best;
}

/// A badly scaled bowl: cheap, separable, and hundreds of iterations long.
double bowl(std::span<const double> x, std::span<double> g) {
  double value = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double weight = 1 + static_cast<double>(i % 1000), t = x[i] - 1;
    g[i] = weight * t;
    value += 0.5 * weight * t * t;
  }
  return value;
}

/// Iterations with one evaluation each, the time inside f taken off.
void measure(const char* spec, std::size_t n, int iterations, double triad_ns) {
  double in_function = 0, function_before = 0;
  const Function f = [&](std::span<const double> x, std::span<double> g) {
    const double start = now();
    const double value = bowl(x, g);
    in_function += (now() - start);
    return value;
  };
  constexpr std::int64_t warm_up = 12;  // the history is full
  std::vector<double> times;
  double before = 0;
  std::int64_t evaluations = 0;
  Options o{.max_iterations = warm_up + iterations, .gradient_tolerance = 0, .check_gradient = false};
  o.on_iteration = [&](const Iteration& i) {
    const double here = now();
    const std::int64_t spent = i.evaluations.function - evaluations;
    if (i.iteration > warm_up && spent <= 2) times.push_back(here - before - (in_function - function_before));
    evaluations = i.evaluations.function;
    before = here;
    function_before = in_function;
  };
  minimize(f, std::vector<double>(n, -1.0), *parse_deterministic(spec), o);
  if (times.empty()) return;
  std::sort(times.begin(), times.end());
  const double scale = 1e9 / static_cast<double>(n), median = times[times.size() / 2] * scale;
  std::printf("%-20s %6.1f %6.1f %8.1f %6zu\n", spec, median, times.front() * scale, median / triad_ns, times.size());
}

}  // namespace

int main() {
  constexpr std::size_t n = 1'000'000;
  const double t = triad(4 * n);
  std::printf("triad %.2f ns per element: %.1f GB/s\n\n", t, 24 / t);
  std::printf("%-20s %6s %6s %8s %6s   ns per variable and iteration beyond f, n = 10^6\n", "", "median", "best",
              "/ triad", "of");
  for (const char* spec : {"lbfgs,memory=10", "lbfgs,memory=5", "cg", "cg:fr", "cg,memory=5", "gd,line_search=wolfe"})
    measure(spec, n, 60, t);
}
