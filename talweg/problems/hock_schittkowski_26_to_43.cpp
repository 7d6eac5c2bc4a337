#include <cmath>
#include <numbers>

#include "talweg/problems/families.hpp"
#include "talweg/problems/hock_schittkowski.hpp"

namespace talweg::problems {
namespace {

using namespace hs;
using std::numbers::sqrt2;

Problem hs26() {
  const auto f = [](In x, Out g) {
    const double a = x[0] - x[1], b = x[1] - x[2];
    return put(g, a * a + b * cube(b), {2 * a, -2 * a + 4 * cube(b), -4 * cube(b)});
  };
  const auto c = [](In x, Out g) {
    return put(g, (1 + square(x[1])) * x[0] + x[2] * cube(x[2]) - 3,
               {1 + square(x[1]), 2 * x[0] * x[1], 4 * cube(x[2])});
  };
  return problem(26, {-2.6, 2, 2}, {0}, f, {zero(c)});
}

Problem hs27() {
  const auto f = [](In x, Out g) {
    const double a = x[0] - 1, b = x[1] - square(x[0]);
    return put(g, 0.01 * a * a + b * b, {0.02 * a - 4 * x[0] * b, 2 * b, 0});
  };
  return problem(27, {2, 2, 2}, {0.04}, f, {zero([](In x, Out g) {
                   return put(g, x[0] + square(x[2]) + 1, {1, 0, 2 * x[2]});
                 })});
}

Problem hs28() {
  const auto f = [](In x, Out g) {
    const double a = x[0] + x[1], b = x[1] + x[2];
    return put(g, a * a + b * b, {2 * a, 2 * a + 2 * b, 2 * b});
  };
  return problem(28, {-4, 1, 1}, {0}, f, {zero(linear({1, 2, 3}, -1))});
}

double minus_product_of_3(In x, Out g) {
  return put(g, -x[0] * x[1] * x[2], {-x[1] * x[2], -x[0] * x[2], -x[0] * x[1]});
}

Problem hs29() {
  const auto c = [](In x, Out g) {
    return put(g, 48 - square(x[0]) - 2 * square(x[1]) - 4 * square(x[2]), {-2 * x[0], -4 * x[1], -8 * x[2]});
  };
  return problem(29, {1, 1, 1}, {-16 * sqrt2}, minus_product_of_3, {positive(c)});
}

Problem hs30() {
  const auto f = [](In x, Out g) {
    return put(g, square(x[0]) + square(x[1]) + square(x[2]), {2 * x[0], 2 * x[1], 2 * x[2]});
  };
  const auto c = [](In x, Out g) { return put(g, square(x[0]) + square(x[1]) - 1, {2 * x[0], 2 * x[1], 0}); };
  return problem(30, {1, 1, 1}, {1}, f, {positive(c)}, {{1, -10, -10}, {10, 10, 10}});
}

Problem hs31() {
  const auto f = [](In x, Out g) {
    return put(g, 9 * square(x[0]) + square(x[1]) + 9 * square(x[2]), {18 * x[0], 2 * x[1], 18 * x[2]});
  };
  return problem(31, {1, 1, 1}, {6}, f, {positive([](In x, Out g) {
                   return put(g, x[0] * x[1] - 1, {x[1], x[0], 0});
                 })},
                 {{-10, 1, -10}, {10, 10, 1}});
}

Problem hs32() {
  const auto f = [](In x, Out g) {
    const double a = x[0] + 3 * x[1] + x[2], b = x[0] - x[1];
    return put(g, a * a + 4 * b * b, {2 * a + 8 * b, 6 * a - 8 * b, 2 * a});
  };
  const auto c = [](In x, Out g) { return put(g, 6 * x[1] + 4 * x[2] - cube(x[0]) - 3, {-3 * square(x[0]), 6, 4}); };
  return problem(32, {0.1, 0.7, 0.2}, {1}, f, {zero(linear({-1, -1, -1}, 1)), positive(c)},
                 {{0, 0, 0}, {inf, inf, inf}});
}

/// From its start, where x_2 is 0 and its slope too, methods come to (0, 0, 2) with f = -4: all first-order conditions
/// hold there, and f falls along x_2 by second order. It is no minimum.
Problem hs33() {
  const auto f = [](In x, Out g) {
    const double a = x[0] - 1, b = x[0] - 2, c = x[0] - 3;
    return put(g, a * b * c + x[2], {a * b + b * c + a * c, 0, 1});
  };
  const auto cone = [](In x, Out g) {
    return put(g, square(x[2]) - square(x[1]) - square(x[0]), {-2 * x[0], -2 * x[1], 2 * x[2]});
  };
  const auto ball = [](In x, Out g) {
    return put(g, square(x[0]) + square(x[1]) + square(x[2]) - 4, {2 * x[0], 2 * x[1], 2 * x[2]});
  };
  return problem(33, {0, 0, 3}, {sqrt2 - 6}, f, {positive(cone), positive(ball)}, {{0, 0, 0}, {inf, inf, 5}});
}

Problem hs34() {
  return problem(34, {0, 1.05, 2.9}, {-std::log(std::log(10.0))}, linear({-1, 0, 0}, 0),
                 {positive([](In x, Out g) {
                    return put(g, x[1] - std::exp(x[0]), {-std::exp(x[0]), 1, 0});
                  }),
                  positive([](In x, Out g) {
                    return put(g, x[2] - std::exp(x[1]), {0, -std::exp(x[1]), 1});
                  })},
                 {{0, 0, 0}, {100, 100, 10}});
}

Problem hs35() {
  const auto f = [](In x, Out g) {
    const double a = x[0], b = x[1], c = x[2];
    return put(g, 9 - 8 * a - 6 * b - 4 * c + 2 * a * a + 2 * b * b + c * c + 2 * a * b + 2 * a * c,
               {-8 + 4 * a + 2 * b + 2 * c, -6 + 4 * b + 2 * a, -4 + 2 * c + 2 * a});
  };
  return problem(35, {0.5, 0.5, 0.5}, {1.0 / 9}, f, {positive(linear({-1, -1, -2}, 3))}, {{0, 0, 0}, {inf, inf, inf}});
}

Problem hs36() {
  return problem(36, {10, 10, 10}, {-3300}, minus_product_of_3, {positive(linear({-1, -2, -2}, 72))},
                 {{0, 0, 0}, {20, 11, 42}});
}

Problem hs37() {
  return problem(37, {10, 10, 10}, {-3456}, minus_product_of_3,
                 {positive(linear({-1, -2, -2}, 72)), positive(linear({1, 2, 2}, 0))}, {{0, 0, 0}, {42, 42, 42}});
}

Problem hs39() {
  const auto c0 = [](In x, Out g) {
    return put(g, x[1] - cube(x[0]) - square(x[2]), {-3 * square(x[0]), 1, -2 * x[2], 0});
  };
  const auto c1 = [](In x, Out g) { return put(g, square(x[0]) - x[1] - square(x[3]), {2 * x[0], -1, 0, -2 * x[3]}); };
  return problem(39, {2, 2, 2, 2}, {-1}, linear({-1, 0, 0, 0}, 0), {zero(c0), zero(c1)});
}

Problem hs40() {
  const auto f = [](In x, Out g) {
    const double ab = x[0] * x[1], cd = x[2] * x[3];
    return put(g, -ab * cd, {-x[1] * cd, -x[0] * cd, -ab * x[3], -ab * x[2]});
  };
  const auto c0 = [](In x, Out g) { return put(g, cube(x[0]) + square(x[1]) - 1, {3 * square(x[0]), 2 * x[1], 0, 0}); };
  const auto c1 = [](In x, Out g) {
    return put(g, square(x[0]) * x[3] - x[2], {2 * x[0] * x[3], 0, -1, square(x[0])});
  };
  const auto c2 = [](In x, Out g) { return put(g, square(x[3]) - x[1], {0, -1, 0, 2 * x[3]}); };
  return problem(40, {0.8, 0.8, 0.8, 0.8}, {-0.25}, f, {zero(c0), zero(c1), zero(c2)});
}

Problem hs41() {
  const auto f = [](In x, Out g) {
    return put(g, 2 - x[0] * x[1] * x[2], {-x[1] * x[2], -x[0] * x[2], -x[0] * x[1], 0});
  };
  return problem(41, {2, 2, 2, 2}, {52.0 / 27}, f, {zero(linear({1, 2, 2, -1}, 0))}, {{0, 0, 0, 0}, {1, 1, 1, 2}});
}

Problem hs42() {
  const auto f = [](In x, Out g) {
    const double a = x[0] - 1, b = x[1] - 2, c = x[2] - 3, d = x[3] - 4;
    return put(g, a * a + b * b + c * c + d * d, {2 * a, 2 * b, 2 * c, 2 * d});
  };
  const auto c = [](In x, Out g) { return put(g, square(x[2]) + square(x[3]) - 2, {0, 0, 2 * x[2], 2 * x[3]}); };
  return problem(42, {1, 1, 1, 1}, {28 - 10 * sqrt2}, f, {zero(linear({1, 0, 0, 0}, -2)), zero(c)});
}

/// Rosen and Suzuki's problem.
Problem hs43() {
  const auto f = [](In x, Out g) {
    const double a = x[0], b = x[1], c = x[2], d = x[3];
    return put(g, a * a + b * b + 2 * c * c + d * d - 5 * a - 5 * b - 21 * c + 7 * d,
               {2 * a - 5, 2 * b - 5, 4 * c - 21, 2 * d + 7});
  };
  const auto c0 = [](In x, Out g) {
    const double a = x[0], b = x[1], c = x[2], d = x[3];
    return put(g, 8 - a * a - b * b - c * c - d * d - a + b - c + d, {-2 * a - 1, 1 - 2 * b, -2 * c - 1, 1 - 2 * d});
  };
  const auto c1 = [](In x, Out g) {
    const double a = x[0], b = x[1], c = x[2], d = x[3];
    return put(g, 10 - a * a - 2 * b * b - c * c - 2 * d * d + a + d, {1 - 2 * a, -4 * b, -2 * c, 1 - 4 * d});
  };
  const auto c2 = [](In x, Out g) {
    const double a = x[0], b = x[1], c = x[2], d = x[3];
    return put(g, 5 - 2 * a * a - b * b - c * c - 2 * a + b + d, {-4 * a - 2, 1 - 2 * b, -2 * c, 1});
  };
  return problem(43, {0, 0, 0, 0}, {-44}, f, {positive(c0), positive(c1), positive(c2)});
}

}  // namespace

void families::hock_schittkowski_26_to_43(List& list) {
  for (const auto make :
       {hs26, hs27, hs28, hs29, hs30, hs31, hs32, hs33, hs34, hs35, hs36, hs37, hs39, hs40, hs41, hs42, hs43})
    list.push_back(make());
}

}  // namespace talweg::problems
