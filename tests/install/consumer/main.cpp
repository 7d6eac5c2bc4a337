#include <cstdio>
#include <span>
#include <talweg/talweg.hpp>

int main() {
  auto bowl = [](std::span<const double> x, std::span<double> g) {
    g[0] = 2 * (x[0] - 3);
    g[1] = 4 * (x[1] + 1);
    return (x[0] - 3) * (x[0] - 3) + 2 * (x[1] + 1) * (x[1] + 1);
  };
  const talweg::Result r =
      talweg::minimize(bowl, {0.0, 0.0}, talweg::Adam{.learning_rate = 0.1}, {.max_iterations = 5000});
  std::printf("minimum at %.0f, %.0f\n", r.x[0], r.x[1]);
  return r.success() ? 0 : 1;
}
