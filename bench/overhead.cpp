// What a method costs beyond the function, in nanoseconds per variable and iteration, beside a triad of the same run.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>

#include "talweg/optim/deterministic/lbfgs.hpp"
#include "talweg/optim/minimize.hpp"

namespace {

using namespace talweg;
using Clock = std::chrono::steady_clock;

double seconds(Clock::time_point from) { return std::chrono::duration<double>(Clock::now() - from).count(); }

/// a = b + k c over vectors far larger than the caches: nanoseconds per element, best of ten. 24 bytes are named per
/// element; the store first reads the line, so that 32 travel.
double triad(std::size_t n) {
  std::vector<double> a(n, 1.0), b(n, 2.0), c(n, 3.0);
  double best = HUGE_VAL;
  for (int pass = 0; pass < 10; ++pass) {
    const auto start = Clock::now();
    for (std::size_t i = 0; i < n; ++i) a[i] = b[i] + 1e-3 * pass * c[i];
    best = std::min(best, seconds(start) / static_cast<double>(n) * 1e9);
    if (a[n / 2] == -1) std::puts("");
  }
  return best;
}

void measure(const char* name, const Method& method, std::size_t n, int iterations) {
  double in_function = 0;
  const Function f = [&](std::span<const double> x, std::span<double> g) {
    const auto start = Clock::now();
    double value = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double weight = 1 + static_cast<double>(i % 1000), t = x[i] - 1;
      g[i] = weight * t;
      value += 0.5 * weight * t * t;
    }
    in_function += seconds(start);
    return value;
  };
  Options o;
  o.gradient_tolerance = 0;
  o.check_gradient = false;
  Clock::time_point warm;
  double function_before = 0;
  std::int64_t evaluations = 0, last = 0;
  const std::int64_t warm_up = 15;
  std::vector<double> times;
  Clock::time_point previous;
  double previous_function = 0;
  o.on_iteration = [&](const Iteration& i) {
    const auto now = Clock::now();
    if (i.iteration > warm_up && i.evaluations.function == last + 1)
      times.push_back(std::chrono::duration<double>(now - previous).count() - (in_function - previous_function));
    last = i.evaluations.function;
    previous = now;
    previous_function = in_function;
    if (i.iteration == warm_up) evaluations = last;
  };
  o.max_iterations = warm_up + iterations;
  const Result r = minimize(f, std::vector<double>(n, -1.0), method, o);
  std::sort(times.begin(), times.end());
  if (times.empty()) return;
  const double scale = 1e9 / static_cast<double>(n);
  std::printf("%-28s n %-8zu median %6.1f  best %6.1f ns per variable and iteration (%lld iterations, %lld evaluations)\n",
              name, n, times[times.size() / 2] * scale, times.front() * scale, static_cast<long long>(r.iterations),
              static_cast<long long>(r.evaluations.function));
  (void)function_before;
  (void)evaluations;
  (void)warm;
}

}  // namespace

int main() {
  const std::size_t n = 1'000'000;
  const double t = triad(4 * n);
  std::printf("triad: %.2f ns per element, %.1f GB/s named, %.1f GB/s moved\n", t, 24 / t, 32 / t);
  measure("lbfgs,memory=10", Lbfgs{.memory = 10}, n, 60);
  measure("lbfgs,memory=5", Lbfgs{.memory = 5}, n, 60);
}
