// Values with gradient a second on one thread: Rosenbrock as a typed formula, as a generic lambda, and by hand. The
// goal for the formula: at least 1e7.
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "talweg/autodiff/scalar.hpp"
#include "talweg/formula/formula.hpp"

namespace {

using Point = std::array<double, 2>;

double by_hand(std::span<const double> x, std::span<double> g) {
  const double a = 1 - x[0], b = x[1] - x[0] * x[0];
  g[0] = -2 * a - 400 * b * x[0];
  g[1] = 200 * b;
  return 100 * b * b + a * a;
}

/// Nanoseconds of processor time a call, the median of nine rounds: what other programs take does not count.
double nanoseconds(const talweg::Function& f) {
  constexpr int rounds = 9, calls = 500000;
  std::array<double, rounds> times;
  double sum = 0;
  for (double& time : times) {
    Point x{-1.2, 1}, g;
    const std::clock_t begin = std::clock();
    for (int i = 0; i < calls; ++i) {
      x[0] += 1e-6;
      sum += f(x, g) + g[0] + g[1];
    }
    time = double(std::clock() - begin) / CLOCKS_PER_SEC * 1e9 / calls;
  }
  std::sort(times.begin(), times.end());
  return sum == 0 ? 0 : times[rounds / 2];
}

void line(const char* what, const talweg::Function& f) {
  const double ns = nanoseconds(f);
  std::printf("%-44s %7.1f ns  %.2e values with gradient a second\n", what, ns, 1e9 / ns);
}

}  // namespace

int main() {
  const auto formula = [](const char* text) {
    return talweg::formula::as_function(talweg::formula::parse(text, {"x", "y"}));
  };
  line("Rosenbrock, formula", formula("100*(y-x^2)^2 + (1-x)^2"));
  line("Rosenbrock, generic lambda", talweg::differentiable([](auto x) {
         const auto a = 1 - x[0], b = x[1] - x[0] * x[0];
         return 100 * b * b + a * a;
       }));
  line("Rosenbrock, gradient by hand", by_hand);
  line("Himmelblau, formula", formula("(x^2+y-11)^2 + (x+y^2-7)^2"));
  line("cubes and quartics, formula", formula("x^4 - 3*x^3 + y^3 - x*y"));
  line("exp and sin, formula", formula("exp(-x^2)*sin(3*y)"));
}
