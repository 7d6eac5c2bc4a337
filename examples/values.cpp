// A function that gives its value alone as well, for where the gradient costs much: the same path, fewer gradients.
#include <cmath>
#include <cstdio>

#include <talweg/talweg.hpp>

using In = std::span<const double>;
using Out = std::span<double>;

/// A chain of Rosenbrock's valleys. Both calls give the same value.
struct Valley {
  double operator()(In x) const {
    double f = 0;
    for (std::size_t i = 0; i + 1 < x.size(); ++i) f += 100 * square(x[i + 1] - x[i] * x[i]) + square(1 - x[i]);
    return f;
  }
  double operator()(In x, Out g) const {
    for (double& v : g) v = 0;
    for (std::size_t i = 0; i + 1 < x.size(); ++i) {
      const double bend = x[i + 1] - x[i] * x[i];
      g[i] += -400 * bend * x[i] - 2 * (1 - x[i]);
      g[i + 1] += 200 * bend;
    }
    return (*this)(x);
  }
  static double square(double v) { return v * v; }
};

int main() {
  const std::vector<double> start{-1.2, 1, -1.2, 1};
  const talweg::Method method("gd,line_search=armijo");
  const talweg::Options options{.max_iterations = 500};
  const talweg::Result both = talweg::minimize(Valley{}, start, method, options);
  const talweg::Result one = talweg::minimize([](In x, Out g) { return Valley{}(x, g); }, start, method, options);

  for (const talweg::Result* r : {&both, &one})
    std::printf("%lld iterations, %lld points, %lld gradients: f = %.2g\n", static_cast<long long>(r->iterations),
                static_cast<long long>(r->evaluations.function), static_cast<long long>(r->evaluations.gradient),
                r->value);
  return both.x == one.x && both.evaluations.function == one.evaluations.function &&
                 both.evaluations.gradient < one.evaluations.gradient
             ? 0
             : 1;
}
