#include <cmath>
#include <numbers>

#include "talweg/problems/families.hpp"
#include "talweg/problems/hock_schittkowski.hpp"

namespace talweg::problems {
namespace {

using namespace hs;

Problem hs1() { return problem(1, {-2, 1}, {0}, rosenbrock, {}, {{-inf, -1.5}, {inf, inf}}); }

/// The start lies below the bound of x_2. There are two minima on it.
Problem hs2() {
  return problem(2, {-2, 1}, {0.050426187893607, 4.941229317989184}, rosenbrock, {}, {{-inf, 1.5}, {inf, inf}});
}

Problem hs3() {
  const auto f = [](In x, Out g) {
    const double r = x[1] - x[0];
    return put(g, x[1] + 1e-5 * r * r, {-2e-5 * r, 1 + 2e-5 * r});
  };
  return problem(3, {10, 1}, {0}, f, {}, {{-inf, 0}, {inf, inf}});
}

Problem hs4() {
  const auto f = [](In x, Out g) { return put(g, cube(x[0] + 1) / 3 + x[1], {square(x[0] + 1), 1}); };
  return problem(4, {1.125, 0.125}, {8.0 / 3}, f, {}, {{1, 0}, {inf, inf}});
}

Problem hs5() {
  const auto f = [](In x, Out g) {
    const double sum = x[0] + x[1], difference = x[0] - x[1], slope = std::cos(sum);
    return put(g, std::sin(sum) + square(difference) - 1.5 * x[0] + 2.5 * x[1] + 1,
               {slope + 2 * difference - 1.5, slope - 2 * difference + 2.5});
  };
  using std::numbers::pi, std::numbers::sqrt3;
  return problem(5, {0, 0}, {-sqrt3 / 2 - pi / 3, -sqrt3 / 2 + 2 * pi / 3}, f, {}, {{-1.5, -3}, {4, 3}});
}

/// Gulf's function again; it is flat to the last bit around the start, where f is 32.835.
Problem hs25() { return problem(25, {100, 12.5, 3}, {0}, gulf, {}, {{0.1, 0, 0}, {100, 25.6, 5}}); }

Problem hs38() { return problem(38, {-3, -1, -3, -1}, {0}, wood, {}, {{-10, -10, -10, -10}, {10, 10, 10, 10}}); }

/// The start lies above the bound of x_1.
Problem hs45() {
  const auto f = [](In x, Out g) {
    double product = 1;
    for (std::size_t i = 0; i < 5; ++i) {
      g[i] = -1.0 / 120;
      for (std::size_t j = 0; j < 5; ++j) g[i] *= j == i ? 1 : x[j];
      product *= x[i];
    }
    return 2 - product / 120;
  };
  return problem(45, {2, 2, 2, 2, 2}, {1}, f, {}, {{0, 0, 0, 0, 0}, {1, 2, 3, 4, 5}});
}

Problem hs110() {
  const auto f = [](In x, Out g) {
    double product = 1, value = 0;
    for (const double v : x) product *= v;
    const double root = std::pow(product, 0.2);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double low = x[i] - 2, high = 10 - x[i];
      value += square(std::log(low)) + square(std::log(high));
      g[i] = 2 * std::log(low) / low - 2 * std::log(high) / high - 0.2 * root / x[i];
    }
    return value - root;
  };
  return problem(110, repeat({9}, 10), {-45.77846970744636}, f, {}, {repeat({2.001}, 10), repeat({9.999}, 10)});
}

}  // namespace

void families::bounded_hock_schittkowski(List& list) {
  for (const auto make : {hs1, hs2, hs3, hs4, hs5, hs25, hs38, hs45, hs110}) list.push_back(make());
}

}  // namespace talweg::problems
